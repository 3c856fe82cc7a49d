package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the stream processor assumes of Kafka Streams' commits, tried on a real broker: docs/adr/0009. */
class CommitHookIT {

    @TempDir
    private static Path folder;

    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(new BrokerOptions(folder.resolve("broker"), Ports.free(), Ports.free()));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static CountingStreams start(String name, String guarantee, int failures, boolean punctuate)
            throws ExecutionException, InterruptedException {
        return start(name, guarantee, failures, punctuate, Duration.ofMillis(20));
    }

    private static CountingStreams start(String name, String guarantee, int failures, boolean punctuate, Duration poll)
            throws ExecutionException, InterruptedException {
        return new CountingStreams(broker.bootstrapServers(), folder, name, guarantee, failures, punctuate, poll);
    }

    private static List<String> numbers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
    }

    @Test
    void theHookRunsBeforeEachCommitAndSeesAllThatIsCommitted() throws Exception {
        try (CountingStreams streams = start("hook", StreamsConfig.EXACTLY_ONCE_V2, 0, false)) {
            for (int n = 1; n <= 3; n++) {
                streams.send(10);
                assertThat(streams.committed(10 * n)).isEqualTo(numbers(10 * n));
            }
            String last = "";
            int hooks = 0;
            for (String line : streams.lines) {
                if (line.equals("commit")) {
                    // Nothing of the task happens between the hook and the commit.
                    assertThat(last).startsWith("hook");
                } else if (line.startsWith("hook")) {
                    hooks++;
                    assertThat(last.replace("process", "hook")).isEqualTo(line);
                }
                last = line;
            }
            assertThat(hooks).isGreaterThanOrEqualTo(3);
        }
    }

    /** Else a batch could run right before the commit, in its transaction, and no restart would owe anything. */
    @Test
    void nothingCanBeForwardedFromTheHook() throws Exception {
        try (CountingStreams streams = start("forward", StreamsConfig.EXACTLY_ONCE_V2, 0, false)) {
            streams.send(5);
            assertThat(streams.committed(5)).isEqualTo(numbers(5));
            assertThat(streams.refusals)
                    .isNotEmpty()
                    .allSatisfy(refusal -> assertThat(refusal).contains("Current node is unknown"));
        }
    }

    /** So a task that is called again after its hook ran knows that the commit has succeeded. */
    @Test
    void aCommitThatFailsAfterTheFlushEndsTheLifeOfTheTaskAndTakesEverythingBack() throws Exception {
        try (CountingStreams streams = start("failing", StreamsConfig.EXACTLY_ONCE_V2, 2, false)) {
            streams.send(20);
            assertThat(streams.committed(20)).isEqualTo(numbers(20));
            int hook = streams.lines.indexOf("commit");
            int reborn = streams.lines.lastIndexOf("init 0");
            assertThat(reborn).isGreaterThan(hook);
            assertThat(streams.lines.subList(hook, reborn))
                    .contains("close")
                    .noneMatch(line -> line.startsWith("process"));
        }
    }

    /**
     * With a poll so long that the rebalance that Kafka Streams asks for after a failed commit ends within it: then it forgets
     * to go back to the committed positions, unless the thread is made to join anew ({@link Doubts}).
     */
    @Test
    void whatACommitThatFailsHadCoveredIsReadAgain() throws Exception {
        try (CountingStreams streams = start("again", StreamsConfig.EXACTLY_ONCE_V2, 2, false, Duration.ofSeconds(3))) {
            streams.send(20);
            assertThat(streams.committed(20)).isEqualTo(numbers(20));
            streams.send(20);
            assertThat(streams.committed(40)).isEqualTo(numbers(40));
        }
    }

    @Test
    void aPunctuationForcesACommitAndAnIdleTaskWithoutOneCommitsNothing() throws Exception {
        try (CountingStreams punctual = start("punctual", StreamsConfig.EXACTLY_ONCE_V2, 0, true);
                CountingStreams calm = start("calm", StreamsConfig.EXACTLY_ONCE_V2, 0, false)) {
            punctual.send(1);
            calm.send(1);
            assertThat(punctual.committed(1)).hasSize(1);
            assertThat(calm.committed(1)).hasSize(1);
            Thread.sleep(500);
            int punctualBefore = punctual.commits.get();
            int calmBefore = calm.commits.get();
            Thread.sleep(1500);
            assertThat(punctual.commits.get() - punctualBefore).isGreaterThan(3);
            assertThat(calm.commits.get() - calmBefore).isZero();
        }
    }

    @Test
    void underAtLeastOnceTheConsumerConfirmsItsCommits() throws Exception {
        try (CountingStreams streams = start("alos", StreamsConfig.AT_LEAST_ONCE, 0, false)) {
            streams.send(5);
            assertThat(streams.committed(5)).isEqualTo(numbers(5));
            for (int i = 0; i < 100 && streams.confirmed.count(streams.input(), 0) == 0; i++) {
                Thread.sleep(50);
            }
            assertThat(streams.confirmed.count(streams.input(), 0)).isPositive();
            assertThat(streams.lines).contains("hook 5");
        }
    }
}
