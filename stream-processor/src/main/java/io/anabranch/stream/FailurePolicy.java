package io.anabranch.stream;

import io.anabranch.graph.ForeignVertexException;
import io.anabranch.stream.state.IncompatibleStateException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What happens when a stream thread fails. A new thread takes over and starts from the last commit, after a pause that
 * doubles while failures follow each other. Failures that a new thread would only repeat shut the client down.
 */
final class FailurePolicy implements StreamsUncaughtExceptionHandler {

    private static final Logger LOG = Logger.getLogger(FailurePolicy.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** After this long without a failure the pause starts anew. */
    private static final Duration CALM = Duration.ofMinutes(2);

    private final StreamMetrics metrics;
    private final int threads;
    private final Sleep sleep;
    private final LongSupplier nanoTime;
    private int consecutive;
    private int fenced;
    private long lastFailureNanos;
    private long lastFencedNanos;

    /** Seam for tests. */
    interface Sleep {
        void pause(Duration duration) throws InterruptedException;
    }

    /** @param threads of this process, each a static member of the group */
    FailurePolicy(StreamMetrics metrics, int threads) {
        this(metrics, threads, Thread::sleep, System::nanoTime);
    }

    FailurePolicy(StreamMetrics metrics, int threads, Sleep sleep, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.threads = threads;
        this.sleep = sleep;
        this.nanoTime = nanoTime;
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable failure) {
        String hint = fatalHint(failure);
        if (hint != null && !fencedByAnOldGroup(failure)) {
            LOG.errorf(failure, "The stream processor stops, a restart of the thread would not help.%n%s", hint);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        Duration pause = nextPause();
        LOG.errorf(
                failure,
                "A stream thread failed and is replaced in %d ms; it goes on from the last commit.%s",
                pause.toMillis(),
                worldHint(failure));
        metrics.threadReplaced();
        try {
            sleep.pause(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /**
     * A broker that crashed while a member was joining anew comes back with the group of before, and takes that member for the
     * second of its name. A new thread joins as it should. So each thread may be fenced once; more often, it is another process.
     */
    private synchronized boolean fencedByAnOldGroup(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FencedInstanceIdException) {
                long now = nanoTime.getAsLong();
                fenced = fenced > 0 && now - lastFencedNanos > CALM.toNanos() ? 1 : fenced + 1;
                lastFencedNanos = now;
                return fenced <= threads;
            }
        }
        return false;
    }

    private synchronized Duration nextPause() {
        long now = nanoTime.getAsLong();
        consecutive = consecutive > 0 && now - lastFailureNanos > CALM.toNanos() ? 1 : consecutive + 1;
        lastFailureNanos = now;
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(consecutive - 1, 20));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** Null: a new thread may succeed. */
    private static @Nullable String fatalHint(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String hint = switch (cause) {
                case VirtualMachineError error -> "Maybe the heap is too small for this graph.";
                case LinkageError error -> "Maybe a library is missing or of another version.";
                case FencedInstanceIdException fenced ->
                    "Maybe another process runs with the same %s.".formatted(StreamConfig.INSTANCE_ID);
                case AuthenticationException refused ->
                    "Maybe the credentials under %s are wrong.".formatted(StreamConfig.CLIENT_PROPERTIES);
                case AuthorizationException refused ->
                    "Maybe Kafka's access rules lack the topics, the group or the transactions.";
                case UnsupportedVersionException old -> "Maybe the brokers are too old.";
                case InvalidOffsetException gap ->
                    "Records of the input are gone before they were read. Maybe %s is too short; docs/operations.md (\"A gap in a topic\") says what can be done."
                            .formatted(StreamConfig.HALO_RETENTION);
                case MissingSourceTopicException missing -> "Maybe a topic was deleted; a start creates it anew.";
                case ForeignVertexException foreign ->
                    "Maybe the graph is of a version that did not know hash tags; docs/operations.md (\"Ids with braces\") says what can be done.";
                case IncompatibleStateException incompatible ->
                    "Maybe start the version that wrote the state, or a new %s.".formatted(StreamConfig.APPLICATION_ID);
                default -> null;
            };
            if (hint != null) {
                return hint;
            }
        }
        return null;
    }

    private static String worldHint(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && message.contains("No space left on device")) {
                return System.lineSeparator()
                        + "The disk is full: make room under %s.".formatted(StreamConfig.STATE_DIR);
            }
        }
        return "";
    }
}
