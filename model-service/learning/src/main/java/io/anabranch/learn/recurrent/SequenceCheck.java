package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.Tensor;

/** Whether events and states fit a cell and are numbers. */
final class SequenceCheck {

    private static final int STRIP = 512;

    private SequenceCheck() {}

    static void check(RecurrentCell cell, PackedSequences sequences, Variable inputs, Variable initial) {
        if (inputs.rows() != sequences.total() || inputs.columns() != cell.inputWidth()) {
            throw new IllegalArgumentException("The events %s must be [%d, %d]: a row for each step of %d sequences."
                    .formatted(inputs.shape(), sequences.total(), cell.inputWidth(), sequences.sequences()));
        }
        if (initial.rows() != sequences.sequences() || initial.columns() != cell.stateWidth()) {
            throw new IllegalArgumentException("The initial states %s must be [%d, %d]."
                    .formatted(initial.shape(), sequences.sequences(), cell.stateWidth()));
        }
        checkFinite("events", inputs.value());
        checkFinite("initial states", initial.value());
    }

    private static void checkFinite(String name, Tensor values) {
        double[] strip = new double[STRIP];
        for (int from = 0; from < values.size(); from += STRIP) {
            int count = Math.min(STRIP, values.size() - from);
            values.read(from, strip, count);
            for (int i = 0; i < count; i++) {
                if (!Double.isFinite(strip[i])) {
                    throw new IllegalArgumentException("The %s must be finite numbers: row %d, column %d is %s."
                            .formatted(name, (from + i) / values.columns(), (from + i) % values.columns(), strip[i]));
                }
            }
        }
    }
}
