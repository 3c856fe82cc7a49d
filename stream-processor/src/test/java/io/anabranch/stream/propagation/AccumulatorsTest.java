package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccumulatorsTest {
    private static final int STRIDE = 16;
    private final Accumulators sums = new Accumulators(STRIDE, RowSlab.SEGMENT_FLOATS);

    AccumulatorsTest() {
        sums.grow(2);
        sums.ensure(2);
        sums.place(0, 1);
        sums.place(1, 0);
    }

    @Test
    void aRowThatKeepsItsSizeIsSummedAnewAfterManyDeltas() {
        add(100, 1);
        int deltas = 1;
        while (!drifted(1f, 5)) {
            add(deltas % 2 == 0 ? 1 : -1, 1);
            deltas++;
        }
        assertThat(deltas).isBetween(200, 3000);
    }

    @Test
    void notBeforeItsDeltasHaveCostAsMuch() {
        add(100, 1);
        for (int i = 0; i < 3000; i++) {
            add(i % 2 == 0 ? 1 : -1, 1);
        }
        assertThat(drifted(1f, 10_000)).isFalse();
        assertThat(drifted(1f, 10)).isTrue();
    }

    @Test
    void aRowThatShrinksIsSummedAnewAtOnce() {
        add(1e6f, 1);
        add(-1e6f, 1);
        add(1, 1);
        assertThat(drifted(1f, 10_000)).isTrue();
    }

    @Test
    void aMeanOverManyIsNot() {
        add(1000, 1);
        add(-1000, 1);
        assertThat(drifted(1f, 1)).isTrue();
        assertThat(drifted(1e-4f, 1)).isFalse();
    }

    private void add(float number, int vertex) {
        float[] delta = new float[STRIDE];
        delta[3] = number;
        sums.add(1f, delta, 0, Math.abs(number), vertex);
    }

    private boolean drifted(float share, int inDegree) {
        sums.share(1, share);
        return sums.worthOfResum(1) > inDegree;
    }
}
