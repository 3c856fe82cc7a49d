package io.anabranch.learn.history;

import io.anabranch.learn.recurrent.PackedSequences;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/**
 * Histories ready to be read again and again; they lie in the scope that they were made in.
 *
 * @param rows [total, in]
 */
public record HistoryInput(PackedSequences sequences, Tensor rows) {

    public static HistoryInput of(TensorScope scope, DataType type, HistoryRows rows) {
        return new HistoryInput(rows.sequences(), Tensor.of(scope, type, rows.total(), rows.width(), rows.values()));
    }
}
