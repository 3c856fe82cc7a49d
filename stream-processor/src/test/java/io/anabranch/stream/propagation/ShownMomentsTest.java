package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShownMomentsTest {
    private final SplittableRandom random = new SplittableRandom(1);

    /** Of k directions of equal strength among n units each counts s / (s + λ), with s = n / k times the mean square and λ a thousandth of that. */
    @Test
    void unitsThatRepeatEachOtherCountOnce() {
        int units = 12;
        int directions = 3;
        var moments = new ShownMoments(units);
        for (int i = 0; i < 5_000; i++) {
            float[] row = new float[units];
            int which = i % directions;
            float value = random.nextBoolean() ? 1 : -1;
            for (int u = which; u < units; u += directions) {
                row[u] = value;
            }
            moments.add(row);
        }
        double share = (double) units / directions;
        assertThat(moments.degreesOfFreedom()).isCloseTo(directions * share / (share + 1e-3), within(1e-3));
    }

    @Test
    void whatWasLongAgoIsForgotten() {
        var moments = new ShownMoments(2);
        for (int i = 0; i < 3_000; i++) {
            moments.add(new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()});
        }
        assertThat(moments.degreesOfFreedom()).isCloseTo(2, within(0.01));
        for (int i = 0; i < 60_000; i++) {
            float value = (float) random.nextGaussian();
            moments.add(new float[] {value, value});
        }
        assertThat(moments.degreesOfFreedom()).isCloseTo(1, within(0.01));
    }

    @Test
    void nothingCountsAsNothing() {
        var moments = new ShownMoments(3);
        assertThat(moments.degreesOfFreedom()).isZero();
        moments.add(new float[3]);
        assertThat(moments.degreesOfFreedom()).isZero();
    }
}
