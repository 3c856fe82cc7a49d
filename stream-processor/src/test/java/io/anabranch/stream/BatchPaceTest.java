package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.stream.propagation.AssertionMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchPaceTest {

    private static final long NOW = 1_000_010;

    private final BatchPace pace = new BatchPace(new PropagationSettings(
            1_000, Duration.ofMillis(50), Duration.ofMillis(1_000), Duration.ofMillis(100), AssertionMode.OFF));

    /** One record every 10 ms with this lag; returns how long after the first of them the batch is due. */
    private long waited(long lagMs) {
        pace.read(NOW, NOW - lagMs, 1);
        long now = NOW;
        for (long look = NOW + pace.untilLook(NOW).toMillis(); ; look += 50) {
            for (; now < look; now += 10) {
                pace.read(now, now - lagMs, 1);
            }
            if (pace.due(look)) {
                return look - NOW;
            }
        }
    }

    @Test
    void allPartitionsLookAtTheSameMoments() {
        assertThat(pace.untilLook(NOW).toMillis()).isEqualTo(40);
        assertThat(pace.untilLook(1_000_050).toMillis()).isEqualTo(50);
    }

    @Test
    void inStepABatchIsDueAtTheFirstLook() {
        assertThat(waited(150)).isEqualTo(40);
    }

    @Test
    void aQuarterOfTheLagGoesToTheWaitUpToTheBound() {
        assertThat(waited(2_000)).isBetween(450L, 500L);
        pace.ran(Duration.ZERO);
        assertThat(waited(60_000)).isBetween(950L, 1_000L);
    }

    @Test
    void nothingWaitsWhenNothingComesAnyMore() {
        pace.read(NOW, NOW - 400, 1);
        assertThat(pace.due(NOW + 40)).isFalse();
        assertThat(pace.due(NOW + 90)).isTrue();
    }

    @Test
    void aLaggingInputIsNotDrainedBecauseItsThreadWasBusyForAMoment() {
        pace.read(NOW, NOW - 60_000, 1);
        for (int look : new int[] {40, 90, 340, 390, 440}) {
            assertThat(pace.due(NOW + look)).isFalse();
        }
        assertThat(pace.due(NOW + 490)).isTrue();
    }

    @Test
    void aBatchThatTookLongIsFollowedByALargerOne() {
        pace.read(NOW, NOW, 1);
        pace.ran(Duration.ofMillis(300));
        assertThat(waited(0)).isBetween(250L, 300L);
        pace.ran(Duration.ofMillis(1));
        assertThat(waited(0)).isEqualTo(40);
    }

    @Test
    void aClockThatRunsBehindDoesNotMatter() {
        assertThat(waited(-10_000)).isEqualTo(40);
    }

    @Test
    void aFullBatchIsDueAtOnce() {
        for (int i = 0; i < 999; i++) {
            pace.read(NOW, NOW - 60_000, 1);
        }
        assertThat(pace.full()).isFalse();
        pace.read(NOW, NOW - 60_000, 1);
        assertThat(pace.full()).isTrue();
        assertThat(pace.due(NOW)).isTrue();
        pace.ran(Duration.ZERO);
        assertThat(pace.full()).isFalse();
        assertThat(pace.records()).isZero();
    }
}
