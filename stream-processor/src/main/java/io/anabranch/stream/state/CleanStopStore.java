package io.anabranch.stream.state;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A store on disk that trusts what it finds there only after a clean stop; otherwise it begins empty and is restored from its
 * changelog. For at_least_once: a store that was not stopped well can hold writes whose records never reached the changelog,
 * and a task that goes on from them leaves holes that show when it moves to another machine. Under exactly-once Kafka Streams
 * discards such state by itself.
 *
 * <p>A stop was clean if nothing was put since the last flush, since Kafka Streams flushes after a commit only, when every
 * record of the changelog has been acknowledged. A marker file beside the store says so to the next life, which removes it.
 *
 * <p>One writer: the stream task.
 */
public final class CleanStopStore implements KeyValueStore<Bytes, byte[]> {

    private static final String CHECKPOINT = ".checkpoint";

    private final KeyValueStore<Bytes, byte[]> store;
    private @Nullable Path marker;
    private boolean unflushed;

    private CleanStopStore(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /** Makes every store of this supplier one of these. */
    public static KeyValueBytesStoreSupplier of(KeyValueBytesStoreSupplier supplier) {
        return new KeyValueBytesStoreSupplier() {
            @Override
            public String name() {
                return supplier.name();
            }

            @Override
            public KeyValueStore<Bytes, byte[]> get() {
                return new CleanStopStore(supplier.get());
            }

            @Override
            public String metricsScope() {
                return supplier.metricsScope();
            }
        };
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        File folder = context.stateDir();
        Path clean = folder.toPath().resolve(name() + ".clean");
        try {
            if (!Files.deleteIfExists(clean)) {
                discard(folder.toPath());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The state in %s could not be discarded.".formatted(folder), e);
        }
        marker = clean;
        store.init(context, root);
    }

    /** The checkpoint goes too: it says up to where the changelog need not be read. */
    private void discard(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(CHECKPOINT));
        Path data = folder.resolve("rocksdb").resolve(name());
        if (Files.exists(data)) {
            try (Stream<Path> files = Files.walk(data)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void flush() {
        store.flush();
        unflushed = false;
    }

    @Override
    public void close() {
        boolean open = store.isOpen();
        store.close();
        if (open && !unflushed && marker != null) {
            try {
                Files.createFile(marker);
            } catch (IOException e) {
                throw new UncheckedIOException("The marker %s could not be written.".formatted(marker), e);
            }
        }
    }

    @Override
    public void put(Bytes key, byte[] value) {
        unflushed = true;
        store.put(key, value);
    }

    @Override
    public byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
        unflushed = true;
        return store.putIfAbsent(key, value);
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
        unflushed = true;
        store.putAll(entries);
    }

    @Override
    public byte @Nullable [] delete(Bytes key) {
        unflushed = true;
        return store.delete(key);
    }

    @Override
    public byte @Nullable [] get(Bytes key) {
        return store.get(key);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
        return store.range(from, to);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        return store.all();
    }

    @Override
    public long approximateNumEntries() {
        return store.approximateNumEntries();
    }

    @Override
    public boolean persistent() {
        return store.persistent();
    }

    @Override
    public boolean isOpen() {
        return store.isOpen();
    }

    @Override
    public Position getPosition() {
        return store.getPosition();
    }
}
