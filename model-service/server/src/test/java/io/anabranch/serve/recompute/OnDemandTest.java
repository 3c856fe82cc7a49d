package io.anabranch.serve.recompute;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One thread, one place in the queue: whatever holds either for too long shows in the next call. */
class OnDemandTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final OnDemand pool = new OnDemand(new OnDemandLimits(1, 1, 1));
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void close() {
        pool.close();
    }

    /** As a replica is waited for that does not catch up. */
    private CompletableFuture<String> blocked() throws InterruptedException {
        CompletableFuture<String> blocked = pool.submit(LONG, check -> {
            started.countDown();
            never.await();
            return "never";
        });
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        return blocked;
    }

    private CompletableFuture<String> quick() {
        return pool.submit(LONG, check -> "quick");
    }

    private static Problem problemOf(ThrowingCallable call) {
        Problem[] caught = new Problem[1];
        assertThatThrownBy(call).satisfies(e -> {
            Throwable cause = e instanceof ExecutionException ? requireNonNull(e.getCause()) : e;
            assertThat(cause).isInstanceOf(ProblemException.class);
            caught[0] = ((ProblemException) cause).problem();
        });
        return caught[0];
    }

    @Test
    void aCallThatWaitsFreesItsThreadWhenItIsCancelled() throws Exception {
        CompletableFuture<String> blocked = blocked();
        CompletableFuture<Boolean> interrupted =
                pool.submit(LONG, check -> Thread.currentThread().isInterrupted());
        assertThatThrownBy(() -> interrupted.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        blocked.cancel(false);
        assertThat(interrupted.get(10, TimeUnit.SECONDS))
                .as("the next one is not taken for cancelled")
                .isFalse();
    }

    @Test
    void aCallThatComputesEndsAtItsNextCheckWhenItIsCancelled() throws Exception {
        AtomicInteger checks = new AtomicInteger();
        CompletableFuture<String> endless = pool.submit(LONG, check -> {
            while (true) {
                check.run();
                checks.incrementAndGet();
                started.countDown();
            }
        });
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        endless.cancel(false);
        assertThat(quick().get(10, TimeUnit.SECONDS)).isEqualTo("quick");
        int at = checks.get();
        assertThat(quick().get(10, TimeUnit.SECONDS)).isEqualTo("quick");
        assertThat(checks).as("it has ended").hasValue(at).hasPositiveValue();
    }

    @Test
    void aCallThatIsQueuedFreesItsPlaceWhenItIsCancelled() throws Exception {
        CompletableFuture<String> blocked = blocked();
        AtomicInteger computed = new AtomicInteger();
        CompletableFuture<Integer> queued = pool.submit(LONG, check -> computed.incrementAndGet());
        assertThat(problemOf(this::quick)).isInstanceOf(Problem.Exhausted.class);
        queued.cancel(false);
        CompletableFuture<String> next = quick();
        blocked.cancel(false);
        assertThat(next.get(10, TimeUnit.SECONDS)).isEqualTo("quick");
        assertThat(computed).hasValue(0);
    }

    @Test
    void patienceEndsWhatIsQueuedAndWhatComputes() throws Exception {
        CompletableFuture<String> endless = pool.submit(Duration.ofMillis(50), check -> {
            while (true) {
                check.run();
            }
        });
        CompletableFuture<String> queued = pool.submit(Duration.ZERO, check -> "computed");
        assertThat(problemOf(() -> endless.get(10, TimeUnit.SECONDS))).isInstanceOf(Problem.Late.class);
        assertThat(problemOf(() -> queued.get(10, TimeUnit.SECONDS))).isInstanceOf(Problem.Late.class);
        assertThat(quick().get(10, TimeUnit.SECONDS)).isEqualTo("quick");
    }

    @Test
    void aFaultReachesWhoWaits() {
        CompletableFuture<String> broken = pool.submit(LONG, check -> {
            throw new AssertionError("broken");
        });
        assertThatThrownBy(() -> broken.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("broken");
    }

    @Test
    void whatWaitsAndWhatIsComputedWhenTheServerStopsIsToldSo() throws Exception {
        CompletableFuture<String> blocked = blocked();
        CompletableFuture<String> queued = quick();
        pool.close();
        assertThat(problemOf(() -> blocked.get(10, TimeUnit.SECONDS)).reason()).isEqualTo("STOPPING");
        assertThat(problemOf(() -> queued.get(10, TimeUnit.SECONDS)).reason()).isEqualTo("STOPPING");
        assertThat(problemOf(this::quick).reason()).isEqualTo("STOPPING");
    }
}
