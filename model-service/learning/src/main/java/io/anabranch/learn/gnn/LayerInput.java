package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.SparseMatrix;
import java.util.stream.IntStream;

/** What a layer reads, [n, in]: constant sparse features, rows of a tape, or both. */
sealed interface LayerInput {

    /** These rows and, behind them, others: [n, in + width]. */
    default LayerInput beside(Variable others) {
        return switch (this) {
            case SparseRows sparse -> new Beside(sparse, others);
            case DenseRows dense -> new DenseRows(dense.rows().concatColumns(others));
            case Beside beside -> new Beside(beside.first(), beside.second().concatColumns(others));
        };
    }

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

    /** Sparse rows and, behind them, those of a tape. */
    record Beside(SparseRows first, Variable second) implements LayerInput {
        @Override
        public Variable times(Variable weight) {
            int columns = first.matrix().columns();
            Variable ofFirst = first.times(weight.gatherRows(range(0, columns)));
            return ofFirst.plus(second.matmul(weight.gatherRows(range(columns, weight.rows()))));
        }

        @Override
        public Variable rows(Tape tape, DataType type) {
            return first.rows(tape, type).concatColumns(second);
        }

        @Override
        public LayerInput dropped(Dropout dropout, Pass pass) {
            return new Beside(new SparseRows(dropout.apply(first.matrix(), pass)), dropout.apply(second, pass));
        }

        private static int[] range(int from, int to) {
            return IntStream.range(from, to).toArray();
        }
    }
}
