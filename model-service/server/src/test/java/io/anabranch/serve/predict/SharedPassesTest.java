package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedPassesTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int VERTICES = 300;

    private SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ScanPool pool = new ScanPool(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private SharedPasses passes = passes(new BatchSettings(64, LONG, 500));

    private SharedPasses passes(BatchSettings settings) {
        meters = new SimpleMeterRegistry();
        return new SharedPasses(settings, 1, pool, meters);
    }

    @AfterEach
    void close() {
        gate.countDown();
        passes.close();
        pool.close();
    }

    private static PassKind version(long version) {
        Map<String, NodeVector> embeddings = new HashMap<>();
        for (int i = 0; i < VERTICES; i++) {
            embeddings.put("v" + i, new NodeVector(new float[] {i}, new NodeFreshness(0, 0, 0, 0)));
        }
        return new PassKind(version, null, embeddings);
    }

    /** Adds up what it sees. */
    private class Sum implements PassQuery<Long> {
        private final String name;
        private long sum;
        private int seen;

        Sum(String name) {
            this.name = name;
        }

        @Override
        public void see(String id, NodeVector vector, float[] row) {
            sum += (long) row[0];
            seen++;
        }

        @Override
        public Long result() {
            ended.add(name);
            return sum;
        }
    }

    private static final long TOTAL = VERTICES * (VERTICES - 1) / 2;

    private static ScanLimit patient() {
        return ScanLimit.of(LONG, () -> false);
    }

    /** Holds the only thread until the gate opens. */
    private CompletableFuture<Long> hold(PassKind kind) {
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Long> first = passes.ride(
                kind,
                new Sum("first") {
                    @Override
                    public void see(String id, NodeVector vector, float[] row) {
                        held.countDown();
                        await(gate);
                        super.see(id, vector, row);
                    }
                },
                patient());
        await(held);
        return first;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private DistributionSummary sizes() {
        return meters.get("anabranch.server.batch.size").tag("kind", "similar").summary();
    }

    private double queries() {
        return meters.get("anabranch.server.batch.queries").gauge().value();
    }

    private static Problem problemOf(CompletableFuture<?> answer) {
        Problem[] found = new Problem[1];
        assertThatThrownBy(answer::join)
                .cause()
                .isInstanceOfSatisfying(ProblemException.class, e -> found[0] = e.problem());
        return found[0];
    }

    @Test
    void whoComesMeanwhileSharesTheNextPass() {
        PassKind kind = version(1);
        CompletableFuture<Long> first = hold(kind);
        List<Sum> sums = new ArrayList<>();
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sums.add(new Sum("s" + i));
            answers.add(passes.ride(kind, sums.getLast(), patient()));
        }
        assertThat(sizes().count()).isEqualTo(1);
        assertThat(queries()).isEqualTo(6);
        gate.countDown();
        assertThat(first.join()).isEqualTo(TOTAL);
        assertThat(answers).allMatch(answer -> answer.join() == TOTAL);
        assertThat(sums).allMatch(sum -> sum.seen == VERTICES);
        assertThat(sizes().count()).isEqualTo(2);
        assertThat(sizes().max()).isEqualTo(5);
        assertThat(queries()).isZero();
        assertThat(meters.get("anabranch.server.batch.wait")
                        .tag("kind", "similar")
                        .timer()
                        .count())
                .isEqualTo(6);
    }

    @Test
    void nobodyWaitsWhileAThreadIsFree() {
        try (ScanPool two = new ScanPool(2);
                SharedPasses free =
                        new SharedPasses(new BatchSettings(64, LONG, 500), 2, two, new SimpleMeterRegistry())) {
            SharedPasses before = passes;
            passes = free;
            CompletableFuture<Long> first = hold(version(1));
            assertThat(free.ride(version(1), new Sum("second"), patient()).join())
                    .isEqualTo(TOTAL);
            assertThat(first).isNotDone();
            gate.countDown();
            first.join();
            passes = before;
        }
    }

    @Test
    void aPassIsOfOneVersionAndTheOneThatWaitedLongestChoosesIt() {
        PassKind one = version(1);
        PassKind other = version(2);
        hold(one);
        List<CompletableFuture<Long>> answers = List.of(
                passes.ride(other, new Sum("a2"), patient()),
                passes.ride(one, new Sum("b1"), patient()),
                passes.ride(version(2), new Sum("c2"), patient()),
                passes.ride(one, new Sum("d1"), patient()));
        gate.countDown();
        answers.forEach(CompletableFuture::join);
        assertThat(ended).containsExactly("first", "a2", "c2", "b1", "d1");
        assertThat(sizes().count()).isEqualTo(3);
    }

    @Test
    void aPassTakesNoMoreThanItMay() {
        passes = passes(new BatchSettings(2, LONG, 500));
        PassKind kind = version(1);
        hold(kind);
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(passes.ride(kind, new Sum("s" + i), patient()));
        }
        gate.countDown();
        assertThat(answers).allMatch(answer -> answer.join() == TOTAL);
        assertThat(sizes().count()).as("1, then 2 + 2 + 1").isEqualTo(4);
        assertThat(sizes().max()).isEqualTo(2);
    }

    /** Takes half a millisecond for each vertex. */
    private CompletableFuture<Long> slow(PassKind kind) {
        return passes.ride(
                kind,
                new Sum("slow") {
                    @Override
                    public void see(String id, NodeVector vector, float[] row) {
                        try {
                            Thread.sleep(0, 500_000);
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        super.see(id, vector, row);
                    }
                },
                patient());
    }

    @Test
    void whoHasWaitedForTheLongestDelayIsServedBesideALongPass() {
        passes = passes(new BatchSettings(64, Duration.ofMillis(5), 500));
        CompletableFuture<Long> slow = slow(version(1));
        CompletableFuture<Long> quick = passes.ride(version(2), new Sum("quick"), patient());
        CompletableFuture.allOf(slow, quick).join();
        assertThat(ended).containsExactly("quick", "slow");
        passes = passes(new BatchSettings(64, LONG, 500));
        ended.clear();
        slow = slow(version(1));
        quick = passes.ride(version(2), new Sum("quick"), patient());
        CompletableFuture.allOf(slow, quick).join();
        assertThat(ended).as("within the delay").containsExactly("slow", "quick");
    }

    @Test
    void whoNoLongerWaitsLeavesTheQueueAtOnceAndTheOthersAreAnswered() {
        PassKind kind = version(1);
        CompletableFuture<Long> slow = slow(kind);
        AtomicBoolean gone = new AtomicBoolean();
        Sum cancelled = new Sum("cancelled");
        Sum late = new Sum("late");
        CompletableFuture<Long> first = passes.ride(kind, cancelled, ScanLimit.of(LONG, gone::get));
        CompletableFuture<Long> second = passes.ride(kind, late, ScanLimit.of(Duration.ofMillis(10), () -> false));
        CompletableFuture<Long> third = passes.ride(kind, new Sum("patient"), patient());
        gone.set(true);
        assertThatThrownBy(first::join).isInstanceOf(CancellationException.class);
        assertThat(problemOf(second))
                .isInstanceOfSatisfying(
                        Problem.Late.class,
                        problem -> assertThat(problem.facts()).containsEntry("compared", "0"));
        assertThat(slow)
                .as("both were told while the pass before was under way")
                .isNotDone();
        assertThat(third.join()).isEqualTo(TOTAL);
        assertThat(cancelled.seen + late.seen).isZero();
        assertThat(sizes().max()).isEqualTo(1);
        assertThat(queries()).isZero();
    }

    @Test
    void whoNoLongerWaitsLeavesAPassAndTheOthersOfItAreAnswered() {
        PassKind kind = version(1);
        hold(kind);
        AtomicBoolean gone = new AtomicBoolean();
        Sum leaving = new Sum("leaving") {
            @Override
            public void see(String id, NodeVector vector, float[] row) {
                super.see(id, vector, row);
                gone.set(true);
            }
        };
        CompletableFuture<Long> first = passes.ride(kind, leaving, ScanLimit.of(LONG, gone::get));
        CompletableFuture<Long> second = passes.ride(kind, new Sum("staying"), patient());
        gate.countDown();
        assertThatThrownBy(first::join).isInstanceOf(CancellationException.class);
        assertThat(second.join()).isEqualTo(TOTAL);
        assertThat(leaving.seen).isBetween(1, VERTICES - 1);
    }

    @Test
    void aQueryThatFailsFailsAlone() {
        PassKind kind = version(1);
        hold(kind);
        CompletableFuture<Long> failing = passes.ride(
                kind,
                new Sum("failing") {
                    @Override
                    public void see(String id, NodeVector vector, float[] row) {
                        throw new IllegalStateException("of this query");
                    }
                },
                patient());
        CompletableFuture<Long> other = passes.ride(kind, new Sum("other"), patient());
        gate.countDown();
        assertThatThrownBy(failing::join).hasRootCauseMessage("of this query");
        assertThat(other.join()).isEqualTo(TOTAL);
    }

    @Test
    void oneTooManyIsRefusedAtOnceAndThePlaceIsFreeAgainLater() {
        passes = passes(new BatchSettings(64, LONG, 3));
        PassKind kind = version(1);
        hold(kind);
        CompletableFuture<Long> second = passes.ride(kind, new Sum("second"), patient());
        CompletableFuture<Long> third = passes.ride(kind, new Sum("third"), patient());
        assertThatThrownBy(() -> passes.ride(kind, new Sum("fourth"), patient()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem())
                                .isInstanceOfSatisfying(
                                        Problem.Exhausted.class,
                                        full -> assertThat(full.retryAfter()).isPositive()));
        assertThat(meters.get("anabranch.server.batch.rejected").counter().count())
                .isEqualTo(1);
        gate.countDown();
        assertThat(second.join() + third.join()).isEqualTo(2 * TOTAL);
        assertThat(passes.ride(kind, new Sum("fifth"), patient()).join()).isEqualTo(TOTAL);
    }

    @Test
    void whoeverIsLeftWhenTheServerStopsIsTold() throws InterruptedException {
        PassKind kind = version(1);
        CompletableFuture<Long> riding = hold(kind);
        CompletableFuture<Long> waiting = passes.ride(kind, new Sum("waiting"), patient());
        passes.close();
        assertThat(problemOf(waiting).reason()).isEqualTo("STOPPING");
        pool.close();
        // The slice that is held is then over its time, and the pass has to come again.
        Thread.sleep(10);
        gate.countDown();
        assertThat(problemOf(riding).reason()).isEqualTo("STOPPING");
        assertThat(problemOf(passes.ride(kind, new Sum("later"), patient())).reason())
                .isEqualTo("STOPPING");
    }
}
