package io.anabranch.stream;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Tells a processor that its task is about to be committed.
 *
 * <p>Kafka Streams has no call for this. Before each commit it empties the caches of the task's stores, and a cached entry
 * that changed is then put into the store below. So: one cached entry that changes after each commit, above a store that
 * keeps nothing and passes the news on. Flushing of a plain store would not do: under exactly-once that happens at a clean
 * close only ({@code CommitHookIT}).
 *
 * <p>What may be concluded: if the processor is called again after the hook ran, no commit of this task failed since, or,
 * under at_least_once, one may have timed out and will be tried again. A hook also runs when a task is closed after a
 * failure; nothing follows it then. Nothing can be forwarded from a hook: there is no current node.
 *
 * <p>One per topology; the handles belong to their tasks' threads.
 */
final class CommitHook {

    static final String STORE = "commit-hook";

    private static final Bytes KEY = Bytes.wrap(new byte[0]);
    private static final byte[] CHANGED = new byte[0];

    private final Map<TaskId, Runnable> actions = new ConcurrentHashMap<>();

    /** The store to be connected to the processor. It has no changelog: there is nothing in it. */
    StoreBuilder<KeyValueStore<Bytes, byte[]>> store() {
        KeyValueBytesStoreSupplier supplier = new KeyValueBytesStoreSupplier() {
            @Override
            public String name() {
                return STORE;
            }

            @Override
            public KeyValueStore<Bytes, byte[]> get() {
                return new CommitHookStore(STORE, CommitHook.this::beforeCommit);
            }

            @Override
            public String metricsScope() {
                return STORE;
            }
        };
        return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .withCachingEnabled();
    }

    /** To be called in the processor's initialisation; replaces the action of an earlier life of the task. */
    Handle attach(ProcessorContext<?, ?> context, Runnable beforeCommit) {
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(STORE);
        Handle handle = new Handle(
                context.taskId(), Objects.requireNonNull(store, "The hook's store must be connected."), beforeCommit);
        actions.put(handle.task, beforeCommit);
        return handle;
    }

    private void beforeCommit(TaskId task) {
        Runnable action = actions.get(task);
        if (action != null) {
            action.run();
        }
    }

    /** The hook of one life of a task. */
    final class Handle {

        private final TaskId task;
        private final KeyValueStore<Bytes, byte[]> store;
        private final Runnable action;

        private Handle(TaskId task, KeyValueStore<Bytes, byte[]> store, Runnable action) {
            this.task = task;
            this.store = store;
            this.action = action;
        }

        /** Asks for one call before the next commit. To be called while a record or a punctuation is processed. */
        void arm() {
            store.put(KEY, CHANGED);
        }

        void detach() {
            actions.remove(task, action);
        }
    }
}
