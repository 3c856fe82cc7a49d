package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.SparseMatrix;

/** What a layer reads, [n, in]: constant sparse features, or rows of a tape. */
sealed interface LayerInput {

    /** [n, in] · [in, out] */
    Variable times(Variable weight);

    /** The rows themselves, [n, in]. */
    Variable rows(Tape tape, DataType type);

    LayerInput dropped(Dropout dropout, Pass pass);

    record SparseRows(SparseMatrix matrix) implements LayerInput {
        @Override
        public Variable times(Variable weight) {
            return weight.sparseMatmul(matrix);
        }

        @Override
        public Variable rows(Tape tape, DataType type) {
            return tape.constant(matrix.toDense(tape.scope(), type));
        }

        @Override
        public LayerInput dropped(Dropout dropout, Pass pass) {
            return new SparseRows(dropout.apply(matrix, pass));
        }
    }

    record DenseRows(Variable rows) implements LayerInput {
        @Override
        public Variable times(Variable weight) {
            return rows.matmul(weight);
        }

        @Override
        public Variable rows(Tape tape, DataType type) {
            return rows;
        }

        @Override
        public LayerInput dropped(Dropout dropout, Pass pass) {
            return new DenseRows(dropout.apply(rows, pass));
        }
    }
}
