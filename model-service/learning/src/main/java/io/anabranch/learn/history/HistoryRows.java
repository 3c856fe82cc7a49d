package io.anabranch.learn.history;

import io.anabranch.graph.history.GapCode;
import io.anabranch.graph.history.StepCode;
import io.anabranch.learn.model.HistoryFormat;
import io.anabranch.learn.recurrent.PackedSequences;
import io.anabranch.model.v1.HistoryEncoder;

/**
 * Histories as a cell reads them: a row for each step, in the order that the sequences, one for each vertex, say. The noise of a sequence is drawn for
 * its vertex's id. Immutable.
 *
 * <p>Memory: 4 bytes for each number of a step.
 */
public final class HistoryRows {

    private final PackedSequences sequences;
    private final int width;
    private final float[] values;

    private HistoryRows(PackedSequences sequences, int width, float[] values) {
        this.sequences = sequences;
        this.width = width;
        this.values = values;
    }

    /** @throws IllegalArgumentException if the steps have more numbers than an array holds */
    public static HistoryRows of(GraphHistories histories, HistoryEncoder encoder) {
        StepCode code = HistoryFormat.steps(encoder);
        int width = code.width();
        if ((long) histories.total() * width > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "The (%d) steps of all vertices have %d numbers each; allowed: %d numbers in all.\nMaybe fewer identity signs."
                            .formatted(histories.total(), width, Integer.MAX_VALUE));
        }
        int[] places = histories.types().stream().mapToInt(code::place).toArray();
        PackedSequences sequences = PackedSequences.of(histories.lengths(), histories.keys());
        float[] values = new float[histories.total() * width];
        for (int v = 0; v < histories.vertices(); v++) {
            for (int i = histories.first(v); i < histories.first(v + 1); i++) {
                int step = i - histories.first(v);
                code.write(
                        step == 0 ? GapCode.NEVER : StepCode.gap(histories.time(i - 1), histories.time(i)),
                        histories.source(i),
                        places[histories.type(i)],
                        histories.weight(i),
                        histories.other(i),
                        values,
                        sequences.row(v, step) * width);
            }
        }
        return new HistoryRows(sequences, width, values);
    }

    public PackedSequences sequences() {
        return sequences;
    }

    public int vertices() {
        return sequences.sequences();
    }

    /** Steps of all vertices. */
    public int total() {
        return sequences.total();
    }

    /** Numbers of a step. */
    public int width() {
        return width;
    }

    /** [total, width], shared: not to be written to. */
    float[] values() {
        return values;
    }
}
