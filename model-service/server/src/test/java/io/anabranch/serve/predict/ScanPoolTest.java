package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anabranch.serve.ProblemException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ScanPoolTest {

    private static final ScanLimit LIMIT = ScanLimit.of(Duration.ofMinutes(1), () -> false);

    private static final class Endless implements ScanPool.Scan<String> {

        private final CountDownLatch begun = new CountDownLatch(1);

        @Override
        public boolean step() {
            begun.countDown();
            return true;
        }

        @Override
        public String result() {
            return "never";
        }

        @Override
        public long seen() {
            return 0;
        }
    }

    @Test
    void scansOfAServerThatStopsAreToldSo() throws Exception {
        CompletableFuture<String> one;
        CompletableFuture<String> other;
        ScanPool pool = new ScanPool(1);
        try (pool) {
            Endless first = new Endless();
            Endless second = new Endless();
            one = pool.run(first, LIMIT);
            other = pool.run(second, LIMIT);
            // Slice by slice, both are at work.
            assertThat(first.begun.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(second.begun.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(pool.running()).isEqualTo(2);
        }
        assertThat(reason(one)).isEqualTo("STOPPING");
        assertThat(reason(other)).isEqualTo("STOPPING");
        assertThat(reason(pool.run(new Endless(), LIMIT))).isEqualTo("STOPPING");
        assertThat(pool.running()).isZero();
    }

    private static String reason(CompletableFuture<?> answer) {
        ExecutionException failure =
                catchThrowableOfType(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
        return ((ProblemException) failure.getCause()).problem().reason();
    }
}
