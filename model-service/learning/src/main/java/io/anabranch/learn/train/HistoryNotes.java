package io.anabranch.learn.train;

import io.anabranch.learn.history.HistoryReader;
import io.anabranch.learn.history.HistoryRows;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.recurrent.StabilityExponent;
import io.anabranch.model.v1.HistoryEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a reader of the figures must know of the histories that were read. */
final class HistoryNotes {

    private HistoryNotes() {}

    /** @param bits for each number of the state and step, as the last epoch kept them */
    static List<String> of(HistoryEncoder encoder, HistoryRows rows, ModelTensors weights, double bits) {
        List<String> notes = new ArrayList<>();
        int[] lengths = IntStream.range(0, rows.vertices())
                .map(rows.sequences()::length)
                .toArray();
        notes.add(String.format(
                Locale.ROOT,
                "Histories: %d steps of %d vertices, at most %d of one; the way back kept %.2f bits for each number of the state and step.",
                rows.total(),
                Arrays.stream(lengths).filter(length -> length > 0).count(),
                rows.sequences().steps(),
                bits));
        try (HistoryReader reader = HistoryReader.of(encoder, weights)) {
            StabilityExponent exponent = reader.stability();
            notes.add(
                    exponent == null
                            ? "Stability of the history's cell: what it writes is not tied to what it forgets, so no bound on growth follows from its weights."
                            : String.format(
                                    Locale.ROOT,
                                    "Stability of the history's cell: without input and biases its state grows by at most exp(%.3f) while it forgets once (%.3f + %.3f).",
                                    exponent.withoutNoise(),
                                    exponent.linear(),
                                    exponent.recurrent()));
        }
        return notes;
    }
}
