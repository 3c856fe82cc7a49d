package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.Ownership;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsistencyTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final ProgressView progress = new ProgressView(2);
    private long[] ends = {100, 100};
    private int asked;
    private final Consistency consistency = new Consistency(
            progress,
            () -> {
                asked++;
                return CompletableFuture.completedFuture(ends.clone());
            },
            Duration.ofSeconds(10));

    private static final String FIRST = id(0);
    private static final String SECOND = id(1);

    private static String id(int partition) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "n" + i)
                .filter(Ownership.byHash(2, partition)::owns)
                .findFirst()
                .orElseThrow();
    }

    private static List<EventPosition> token(int partition, long offset) {
        return List.of(new EventPosition(partition, offset));
    }

    private CompletableFuture<String> read(List<EventPosition> token, Duration patience, String... ids) {
        return consistency.when(token, List.of(ids), patience, () -> "answer");
    }

    private static Problem problemOf(CompletableFuture<?> answer) {
        Problem[] caught = new Problem[1];
        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(ProblemException.class, e -> caught[0] = e.problem());
        return caught[0];
    }

    @AfterEach
    void close() {
        progress.close();
    }

    @Test
    void withoutATokenNothingIsWaitedFor() {
        assertThat(read(List.of(), LONG, FIRST)).isCompletedWithValue("answer");
        assertThat(asked).isZero();
    }

    @Test
    void anEventIsReflectedOnceTheProgressIsPastIt() throws Exception {
        CompletableFuture<String> answer = read(token(1, 41), LONG, FIRST);
        progress.report(0, 1, new long[] {0, 41});
        assertThat(answer).isNotDone();
        progress.report(1, 1, new long[] {99, 99});
        assertThat(answer).as("the other partition").isNotDone();
        progress.report(0, 1, new long[] {0, 42});
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("answer");
        assertThat(read(token(1, 41), LONG, FIRST)).isCompletedWithValue("answer");
    }

    @Test
    void everyPartitionOfTheAskedVerticesMustReflectIt() throws Exception {
        progress.report(0, 1, new long[] {50, 50});
        CompletableFuture<String> answer = read(token(0, 49), LONG, FIRST, SECOND);
        assertThat(answer).isNotDone();
        progress.report(1, 1, new long[] {50, 0});
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("answer");
    }

    @Test
    void patienceEndsWithWhatWasAskedAndWhatIsReflected() {
        progress.report(0, 1, new long[] {7, 3});
        Problem problem = problemOf(read(token(0, 7), Duration.ofMillis(20), FIRST));
        assertThat(problem)
                .isInstanceOfSatisfying(
                        Problem.Late.class,
                        late -> assertThat(late.facts())
                                .containsEntry("asked", "0:7")
                                .containsEntry("reflected", "0:6,1:2")
                                .containsEntry("partitions", "{0}"));
        assertThat(progress.waiting()).as("nothing is left behind").isZero();
    }

    @Test
    void theServicesLongestWaitComesFirst() {
        Consistency hasty =
                new Consistency(progress, () -> CompletableFuture.completedFuture(ends), Duration.ofMillis(20));
        CompletableFuture<String> answer = hasty.when(token(0, 7), List.of(FIRST), LONG, () -> "answer");
        assertThat(problemOf(answer)).isInstanceOf(Problem.Late.class);
    }

    @Test
    void anEventThatIsNotThereIsRefusedAfterAskingTheBroker() {
        assertThat(problemOf(read(token(0, 100), LONG, FIRST)))
                .isInstanceOfSatisfying(
                        Problem.Beyond.class,
                        beyond -> assertThat(beyond.message()).contains("ends at offset 100"));
        ends = new long[] {101, 100};
        assertThat(read(token(0, 100), LONG, FIRST))
                .as("it has been written since")
                .isNotDone();
        assertThat(asked).isEqualTo(2);
        assertThat(read(token(0, 100), LONG, FIRST)).isNotDone();
        assertThat(asked).as("known by now").isEqualTo(2);
    }

    @Test
    void whoWaitsWhenTheServerStopsIsToldSo() {
        CompletableFuture<String> answer = read(token(0, 7), LONG, FIRST);
        assertThat(answer).isNotDone();
        progress.close();
        assertThat(problemOf(answer).reason()).isEqualTo("STOPPING");
        assertThat(problemOf(read(token(0, 7), LONG, FIRST)).reason()).isEqualTo("STOPPING");
        assertThat(progress.waiting()).isZero();
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> read(token(2, 1), LONG, FIRST)).hasMessageContaining("min_positions[0].partition");
        assertThatThrownBy(() -> read(token(0, -1), LONG, FIRST)).hasMessageContaining("min_positions[0].offset");
    }

    @Test
    void aLaterIncarnationReplacesAndAnEarlierOneIsIgnored() {
        assertThat(progress.report(0, 2, new long[] {9, 9})).isTrue();
        assertThat(progress.report(0, 1, new long[] {10, 10})).isFalse();
        assertThat(progress.positions(0)).containsExactly(9, 9);
        assertThat(progress.report(0, 3, new long[] {0, 0})).as("it takes back").isTrue();
        assertThat(progress.positions(0)).containsExactly(0, 0);
    }

    @Test
    void reflectedIsWhatAllPartitionsReflect() {
        progress.report(0, 1, new long[] {5, 9});
        progress.report(1, 1, new long[] {7, 0});
        BitSet both = progress.owners(List.of(FIRST, SECOND));
        assertThat(both.cardinality()).isEqualTo(2);
        assertThat(progress.reflected(both)).containsExactly(new EventPosition(0, 4));
    }
}
