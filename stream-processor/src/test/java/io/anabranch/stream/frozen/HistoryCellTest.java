package io.anabranch.stream.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.reversible.RankStack;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryCellTest {
    private static final int IN = 7;

    private final SplittableRandom random = new SplittableRandom(3);

    private HistoryCell cell(boolean gru, int half, float maxForget, float firstBias) {
        int gates = gru ? GruHistoryCell.GATES : LstmHistoryCell.GATES;
        List<Cell> halves = List.of(half(gates, gru, half, firstBias), half(gates, gru, half, firstBias));
        return gru ? new GruHistoryCell(halves, maxForget) : new LstmHistoryCell(halves, maxForget);
    }

    private Cell half(int gates, boolean resets, int half, float firstBias) {
        float[] bias = Snapshots.gaussians(random, gates * half, 0.5);
        // Of an LSTM z and p, of a GRU z.
        int limited = resets ? 1 : 2;
        if (!Float.isNaN(firstBias)) {
            Arrays.fill(bias, 0, limited * half, firstBias);
        }
        return new Cell(
                IN,
                half,
                gates,
                resets,
                Snapshots.gaussians(random, IN * gates * half, 0.5),
                Snapshots.gaussians(random, half * gates * half, 0.5),
                bias);
    }

    @ParameterizedTest
    @CsvSource({"true, 3, 1", "true, 32, 0.875", "false, 5, 1", "false, 16, 0.5"})
    void aHundredStepsAreUndoneBitByBit(boolean gru, int half, float maxForget) {
        var cell = cell(gru, half, maxForget, Float.NaN);
        long[] state = new long[cell.stateLength()];
        long[][] before = new long[100][];
        float[][] steps = new float[100][];
        long[][] ranks = new long[100][];
        for (int t = 0; t < steps.length; t++) {
            before[t] = state.clone();
            steps[t] = Snapshots.gaussians(random, IN, 2);
            var stack = new RankStack();
            cell.advance(state, steps[t], stack);
            ranks[t] = stack.sealed();
        }
        for (int t = steps.length - 1; t >= 0; t--) {
            var stack = new RankStack(ranks[t]);
            cell.undo(state, steps[t], stack);
            assertThat(state).isEqualTo(before[t]);
            assertThat(stack.isEmpty()).as("nothing of the step is left").isTrue();
        }
    }

    /** With a limit of b bits a step costs b bits a number at most, but for what a product is rounded by. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void aStepCostsAsManyBitsAsMayBeForgotten(int bits) {
        var cell = cell(true, 64, 1 - (float) Math.scalb(1.0, -bits), -200);
        long[] state = new long[cell.stateLength()];
        cell.advance(state, Snapshots.gaussians(random, IN, 1), new RankStack());
        var stack = new RankStack();
        cell.advance(state, Snapshots.gaussians(random, IN, 1), stack);
        assertThat(stack.sealed()).hasSize(128 * bits / Long.SIZE + 1);
    }

    @Test
    void aStateThatGrowsOutOfTheFixedPointIsAnError() {
        // All is kept and one is added each time: |c| grows by about one a step.
        var cell = cell(false, 1, 1, 200);
        long[] state = new long[cell.stateLength()];
        Arrays.fill(state, (1L << 61) - 1);
        assertThatThrownBy(() -> {
                    for (int t = 0; t < 100; t++) {
                        cell.advance(state, Snapshots.gaussians(random, IN, 1), new RankStack());
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("became too large");
    }
}
