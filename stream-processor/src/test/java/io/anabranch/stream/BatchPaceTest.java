package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.stream.propagation.AssertionMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchPaceTest {

    private static final long NOW = 1_000_010;

    private final BatchPace pace = new BatchPace(new PropagationSettings(
            3, Duration.ofMillis(50), Duration.ofMillis(1000), Duration.ofMillis(100), AssertionMode.OFF));

    private long due() {
        return pace.untilDue(NOW).toMillis();
    }

    @Test
    void inStepABatchIsDueAtTheNextMultipleOfTheTargetForAllPartitions() {
        pace.read(NOW, NOW - 150);
        assertThat(due()).isEqualTo(40);
        assertThat(pace.untilDue(1_000_050).toMillis()).isEqualTo(50);
    }

    @Test
    void aQuarterOfTheLagGoesToTheWaitUpToTheBound() {
        pace.read(NOW, NOW - 2_000);
        assertThat(due()).isBetween(450L, 500L);
        pace.read(NOW, NOW - 60_000);
        assertThat(due()).isBetween(950L, 1_000L);
    }

    @Test
    void aBatchThatTookLongIsFollowedByALargerOne() {
        pace.read(NOW, NOW);
        pace.ran(Duration.ofMillis(300));
        pace.read(NOW, NOW);
        assertThat(due()).isBetween(250L, 300L);
        pace.ran(Duration.ofMillis(1));
        pace.read(NOW, NOW);
        assertThat(due()).isBetween(1L, 50L);
    }

    @Test
    void aClockThatRunsBehindDoesNotMatter() {
        pace.read(NOW, NOW + 10_000);
        assertThat(due()).isEqualTo(40);
    }

    @Test
    void aFullBatchIsDueAtOnce() {
        pace.read(NOW, NOW);
        pace.read(NOW, NOW);
        assertThat(pace.full()).isFalse();
        pace.read(NOW, NOW);
        assertThat(pace.full()).isTrue();
        pace.ran(Duration.ZERO);
        assertThat(pace.full()).isFalse();
        assertThat(pace.records()).isZero();
    }
}
