package io.anabranch.learn.optim;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.learn.autodiff.Losses;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Linear;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.AdamRule;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.learn.tensor.SparsePattern;
import io.anabranch.learn.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** A two-layer graph network in training: the loss falls, and memory outside the heap does not grow. */
class TrainingMemoryTest {

    private static final int NODES = 600;
    private static final int FEATURES = 300;
    private static final int HIDDEN = 16;
    private static final int CLASSES = 5;

    @Test
    void offHeapMemoryIsFlatOverTheSteps() {
        RandomGenerator random = new SplittableRandom(11);
        long beforeAll = tracked();
        try (TensorScope training = TensorScope.open();
                Network network = new Network(random)) {
            network.steps(training, 20);
            long reserved = training.reservedBytes();
            long before = tracked();
            double early = network.steps(training, 1);

            double late = network.steps(training, 200);

            assertThat(late).as("the loss").isLessThan(0.85 * early);
            assertThat(training.reservedBytes()).as("bytes of the scopes").isEqualTo(reserved);
            // Views that ND4J makes of our memory are small objects that wait for the garbage collector.
            assertThat(tracked() - before).as("bytes that JavaCPP tracks").isLessThan(1 << 16);
        }
        assertThat(tracked() - beforeAll).as("bytes left when all is closed").isLessThan(1 << 16);
    }

    /** What JavaCPP, and with it ND4J, has allocated outside the heap. */
    private static long tracked() {
        System.gc();
        return Pointer.totalBytes();
    }

    private static final class Network implements AutoCloseable {
        private final RandomGenerator random;
        private final SparseMatrix features;
        private final SparseMatrix adjacency;
        private final Linear first;
        private final Linear second;
        private final Adam adam;
        private final Dropout dropout = new Dropout(0.2);
        private final int[] rows = new int[NODES];
        private final int[] classes = new int[NODES];

        Network(RandomGenerator random) {
            this.random = random;
            this.features = sparse(random, NODES, FEATURES, 10);
            this.adjacency = sparse(random, NODES, NODES, 4);
            this.first = Linear.create(
                    "first", DataType.FLOAT32, FEATURES, HIDDEN, true, Initialiser.glorotUniform(), random);
            this.second = Linear.create(
                    "second", DataType.FLOAT32, HIDDEN, CLASSES, true, Initialiser.glorotUniform(), random);
            this.adam = new Adam(
                    AdamRule.of(0.02),
                    List.of(new ParameterGroup(first.parameters(), 5e-4), new ParameterGroup(second.parameters(), 0)));
            Arrays.setAll(rows, i -> i);
            Arrays.setAll(classes, i -> random.nextInt(CLASSES));
        }

        double steps(TensorScope training, int count) {
            double loss = 0;
            for (int i = 0; i < count; i++) {
                try (TensorScope step = training.openChild()) {
                    Tape tape = new Tape(step);
                    Pass pass = Pass.training(random);
                    Variable hidden = dropout.apply(
                            first.apply(tape, dropout.apply(features, pass))
                                    .sparseMatmul(adjacency)
                                    .relu(),
                            pass);
                    Variable result = Losses.crossEntropy(second.apply(hidden).sparseMatmul(adjacency), rows, classes);
                    loss = result.scalar();
                    adam.minimise(result);
                }
            }
            return loss;
        }

        private static SparseMatrix sparse(RandomGenerator random, int rows, int columns, int perRow) {
            int[] rowOf = new int[rows * perRow];
            Arrays.setAll(rowOf, e -> e / perRow);
            int[] columnOf = random.ints(rowOf.length, 0, columns).toArray();
            float[] values = new float[rowOf.length];
            Arrays.fill(values, 1f / perRow);
            return new SparseMatrix(SparsePattern.ofPairs(rows, columns, rowOf, columnOf), values);
        }

        @Override
        public void close() {
            adam.close();
            first.close();
            second.close();
        }
    }
}
