package io.anabranch.stream;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anabranch.graph.FactJournal;
import io.anabranch.graph.ForeignVertexException;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.state.IncompatibleStateException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailurePolicyTest {

    private static final int THREADS = 2;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Duration> pauses = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final FailurePolicy policy =
            new FailurePolicy(new StreamMetrics(registry), THREADS, pauses::add, nanos::get);

    @Test
    void pausesDoubleUpToALimitAndStartAnewAfterCalm() {
        for (int i = 0; i < 10; i++) {
            assertThat(policy.handle(new StreamsException("torn"))).isEqualTo(REPLACE_THREAD);
        }
        assertThat(pauses)
                .startsWith(Duration.ofMillis(200), Duration.ofMillis(400), Duration.ofMillis(800))
                .endsWith(Duration.ofSeconds(30));
        nanos.addAndGet(Duration.ofMinutes(3).toNanos());
        policy.handle(new StreamsException("torn"));
        assertThat(pauses.getLast()).isEqualTo(Duration.ofMillis(200));
        assertThat(registry.get("anabranch.threads.replaced").counter().count()).isEqualTo(11);
    }

    static Stream<Throwable> hopeless() {
        return Stream.of(
                new OutOfMemoryError("heap"),
                new NoClassDefFoundError("gone"),
                new SaslAuthenticationException("wrong"),
                new TopicAuthorizationException("topic"),
                new UnsupportedVersionException("old"),
                new MissingSourceTopicException("gone"),
                new IncompatibleStateException("newer"),
                foreign(),
                new StreamsException("gap", new OffsetOutOfRangeException(Map.of(new TopicPartition("halo", 0), 7L))));
    }

    private static Throwable foreign() {
        var graph = PartitionGraph.open(Ownership.byHash(2, 0), 0, FactJournal.NONE);
        var ids = List.of("a", "b", "c", "d", "e");
        return catchThrowableOfType(
                ForeignVertexException.class,
                () -> ids.forEach(id -> graph.apply(new GraphMutation.RemoveNode(id, 1))));
    }

    @ParameterizedTest
    @MethodSource("hopeless")
    void whatWouldOnlyRepeatShutsDown(Throwable failure) {
        assertThat(policy.handle(failure)).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(policy.handle(new StreamsException("task", failure))).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(pauses).isEmpty();
    }

    @Test
    void eachThreadMayBeFencedOnceByABrokerThatCameBackWithAnOldGroup() {
        Throwable failure = new StreamsException("thread", new FencedInstanceIdException("another"));
        for (int thread = 0; thread < THREADS; thread++) {
            assertThat(policy.handle(failure)).isEqualTo(REPLACE_THREAD);
        }
        assertThat(policy.handle(failure)).as("and then it is another process").isEqualTo(SHUTDOWN_CLIENT);
        nanos.addAndGet(Duration.ofMinutes(3).toNanos());
        assertThat(policy.handle(failure)).isEqualTo(REPLACE_THREAD);
    }

    static Stream<Throwable> passing() {
        return Stream.of(
                new TimeoutException("broker"),
                new IllegalStateException("bug"),
                new StreamsException("disk", new IOException("No space left on device")));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void whatMayPassReplacesTheThread(Throwable failure) {
        assertThat(policy.handle(failure)).isEqualTo(REPLACE_THREAD);
    }
}
