package io.anabranch.learn.autodiff;

import io.anabranch.graph.testkit.Randomized;
import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.learn.tensor.SparsePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Gradients of whole expressions: a fixed network and random ones. */
class ComposedExpressionTest implements GradientCheck {

    private static final int N = 4;

    @Randomized(runs = 60)
    void randomExpressionsOfSmoothOpsHaveRightGradients(RandomGenerator random) {
        int depth = 2 + random.nextInt(5);
        int[] choices = random.ints(depth, 0, 12).toArray();
        int[] operands = random.ints(depth, 0, Integer.MAX_VALUE).toArray();
        SparsePattern edges = randomEdges(random);
        Expression expression = leaves -> {
            List<Variable> known = new ArrayList<>(leaves.subList(0, 2));
            for (int i = 0; i < depth; i++) {
                Variable a = known.getLast();
                Variable b = known.get(operands[i] % known.size());
                known.add(combine(choices[i], a, b, edges, leaves.get(2)));
            }
            return known.getLast();
        };
        assertGradients(
                random,
                expression,
                Matrix.random(random, N, N, -1, 1),
                Matrix.random(random, N, N, -1, 1),
                Matrix.random(random, edges.entries(), 1, 0.2, 1));
    }

    @Randomized(runs = 10)
    void aGraphNetworkHasRightGradients(RandomGenerator random) {
        SparsePattern edges = randomEdges(random);
        float[] values = new float[edges.entries()];
        for (int e = 0; e < values.length; e++) {
            values[e] = random.nextFloat();
        }
        SparseMatrix adjacency = new SparseMatrix(edges, values);
        // Softplus in place of relu: a random hidden value may lie on relu's kink.
        assertGradients(
                random,
                v -> Losses.crossEntropy(
                        v.get(0)
                                .matmul(v.get(1))
                                .sparseMatmul(adjacency)
                                .plus(v.get(2))
                                .softplus()
                                .matmul(v.get(3))
                                .sparseMatmul(adjacency),
                        new int[] {0, 3, 1},
                        new int[] {1, 0, 1}),
                Matrix.random(random, N, 5, -1, 1),
                Matrix.random(random, 5, 3, -1, 1),
                Matrix.random(random, 1, 3, -1, 1),
                Matrix.random(random, 3, 2, -1, 1));
    }

    @Test
    void aVariableUsedTwiceGetsBothGradients() {
        assertGradients(
                new java.util.SplittableRandom(3),
                v -> v.get(0).times(v.get(0)).plus(v.get(0).tanh()),
                new Matrix(2, 2, 0.5, -1, 2, 0.1));
    }

    private static Variable combine(int choice, Variable a, Variable b, SparsePattern edges, Variable weights) {
        return switch (choice) {
            case 0 -> a.plus(b);
            case 1 -> a.minus(b);
            case 2 -> a.times(b).times(0.5);
            case 3 -> a.matmul(b, false, true).times(0.25);
            case 4 -> a.tanh();
            case 5 -> a.sigmoid();
            case 6 -> a.softplus();
            case 7 -> a.softmax();
            case 8 -> a.logSoftmax().times(b);
            case 9 -> a.aggregate(edges, weights).tanh();
            case 10 -> a.over(b.square().plus(1)).plus(b.rowSum());
            case 11 -> a.times(a.rowDot(b)).tanh().plus(b.columnSum());
            default -> throw new IllegalArgumentException("The choice (%d) is unknown.".formatted(choice));
        };
    }

    private static SparsePattern randomEdges(RandomGenerator random) {
        int count = 1 + random.nextInt(2 * N);
        return SparsePattern.ofPairs(
                N,
                N,
                random.ints(count, 0, N).toArray(),
                random.ints(count, 0, N).toArray());
    }
}
