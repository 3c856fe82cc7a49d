package io.anabranch.learn.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.RowMaximum;
import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.learn.tensor.SparsePattern;
import io.anabranch.learn.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The gradients of first and second order of every op that there is, in all its forms; none may be missing. */
class EveryOpTest implements GradientCheck {

    /** Two entries in the first row to one column (parallel edges), an empty second row, an unused column 3. */
    private static final SparsePattern EDGES =
            new SparsePattern(3, 4, new int[] {0, 3, 3, 5}, new int[] {1, 0, 1, 2, 0});

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Case(Expression expression, Matrix... inputs) {}

    private static Map<String, List<Case>> cases(RandomGenerator random) {
        Map<String, List<Case>> cases = new TreeMap<>();
        elementwise(cases, random);
        products(cases, random);
        rows(cases, random);
        losses(cases, random);
        return cases;
    }

    private static void elementwise(Map<String, List<Case>> cases, RandomGenerator random) {
        Matrix x = Matrix.awayFromZero(random, 3, 4);
        Matrix same = Matrix.awayFromZero(random, 3, 4);
        Matrix row = Matrix.awayFromZero(random, 1, 4);
        Matrix column = Matrix.awayFromZero(random, 3, 1);
        Matrix scalar = Matrix.awayFromZero(random, 1, 1);
        Matrix positive = Matrix.random(random, 3, 4, 0.3, 2);
        cases.put("Add", broadcasts(v -> v.get(0).plus(v.get(1)), x, same, row, column, scalar));
        cases.put("Subtract", broadcasts(v -> v.get(0).minus(v.get(1)), x, same, row, column, scalar));
        cases.put("Multiply", broadcasts(v -> v.get(0).times(v.get(1)), x, same, row, column, scalar));
        cases.put("Divide", broadcasts(v -> v.get(0).over(v.get(1)), x, same, row, column, scalar));
        cases.put("Affine", List.of(new Case(v -> v.get(0).times(-2.5).plus(0.5).square(), x)));
        cases.put("Square", List.of(new Case(v -> v.get(0).square(), x)));
        cases.put("Sqrt", List.of(new Case(v -> v.get(0).sqrt(), positive)));
        cases.put("Exp", List.of(new Case(v -> v.get(0).exp(), x)));
        cases.put("Log", List.of(new Case(v -> v.get(0).log(), positive)));
        cases.put("Relu", List.of(new Case(v -> v.get(0).relu().square(), x)));
        cases.put("Gate", List.of(new Case(v -> v.get(0).square().gatedBy(v.get(1)), x, same)));
        cases.put("Abs", List.of(new Case(v -> v.get(0).abs().square(), x)));
        cases.put("Sign", List.of(new Case(v -> v.get(0).sign().times(v.get(0).square()), x)));
        Matrix cosine = Matrix.random(random, 3, 4, -0.9, 0.9);
        cases.put("ArcCosine", List.of(new Case(v -> v.get(0).arcCosine(), cosine)));
        cases.put("Sigmoid", List.of(new Case(v -> v.get(0).sigmoid(), x)));
        cases.put("Tanh", List.of(new Case(v -> v.get(0).tanh(), x)));
        cases.put("Elu", List.of(new Case(v -> v.get(0).elu(), x)));
        cases.put("Softplus", List.of(new Case(v -> v.get(0).softplus(), x)));
    }

    private static void products(Map<String, List<Case>> cases, RandomGenerator random) {
        Matrix a = Matrix.awayFromZero(random, 3, 4);
        Matrix aTransposed = Matrix.awayFromZero(random, 4, 3);
        Matrix b = Matrix.awayFromZero(random, 4, 2);
        Matrix bTransposed = Matrix.awayFromZero(random, 2, 4);
        cases.put(
                "Matmul",
                List.of(
                        new Case(v -> v.get(0).matmul(v.get(1)), a, b),
                        new Case(v -> v.get(0).matmul(v.get(1), true, false), aTransposed, b),
                        new Case(v -> v.get(0).matmul(v.get(1), false, true), a, bTransposed),
                        new Case(v -> v.get(0).matmul(v.get(1), true, true), aTransposed, bTransposed),
                        new Case(v -> v.get(0).matmul(v.get(0), false, true), a)));
        cases.put(
                "RowMatmul", List.of(new Case(v -> v.get(0).rowMatmul(v.get(1)).square(), a, b)));
        SparseMatrix sparse = new SparseMatrix(EDGES, new float[] {0.5f, -1.5f, 2, 0.25f, 3});
        Matrix weights = Matrix.awayFromZero(random, EDGES.entries(), 1);
        cases.put(
                "SparseMatmul",
                List.of(new Case(v -> v.get(0).sparseMatmul(sparse).square(), b)));
        DenseMap map = DenseMap.random(random, 3, 4, weightsOf(sparse));
        Matrix bias = Matrix.awayFromZero(random, 1, 2);
        Matrix addend = Matrix.awayFromZero(random, 3, 2);
        cases.put(
                "ApplyMap",
                List.of(
                        new Case(v -> v.get(0).mapped(map).square(), b),
                        new Case(v -> v.get(0).mapped(map, false, v.get(1)).square(), b, bias),
                        new Case(v -> v.get(0).mapped(map, true, v.get(1)).square(), b, bias),
                        new Case(
                                v -> v.get(0)
                                        .mapped(map, true, v.get(1), v.get(2))
                                        .square(),
                                b,
                                bias,
                                addend)));
        RowMaximum maximum = new ListedMaximum(EDGES, new float[] {0.5f, -1.5f, 2, 0.25f, 3});
        cases.put("Maximum", List.of(new Case(v -> v.get(0).maximum(maximum).square(), b)));
        cases.put(
                "ScatterToHolders",
                List.of(new Case(
                        v -> v.get(0)
                                .tape()
                                .apply(new ScatterToHolders(maximum), v.get(0), v.get(1))
                                .square(),
                        b,
                        Matrix.awayFromZero(random, 3, 2))));
        cases.put(
                "GatherFromHolders",
                List.of(new Case(
                        v -> v.get(0)
                                .tape()
                                .apply(new GatherFromHolders(maximum), v.get(0), v.get(1))
                                .square(),
                        b,
                        Matrix.awayFromZero(random, 4, 2))));
        cases.put("Aggregate", List.of(new Case(v -> v.get(0).aggregate(EDGES, v.get(1)), b, weights)));
        cases.put(
                "EdgeDot",
                List.of(new Case(
                        v -> v.get(0).edgeDot(EDGES, v.get(1)),
                        Matrix.awayFromZero(random, 3, 2),
                        Matrix.awayFromZero(random, 4, 2))));
        cases.put("RowDot", List.of(new Case(v -> v.get(0).rowDot(v.get(1)), a, Matrix.awayFromZero(random, 3, 4))));
        cases.put("Transpose", List.of(new Case(v -> v.get(0).transpose().square(), a)));
    }

    private static float[] weightsOf(SparseMatrix matrix) {
        float[] dense = new float[matrix.rows() * matrix.columns()];
        for (int r = 0; r < matrix.rows(); r++) {
            for (int e = EDGES.start(r); e < EDGES.start(r + 1); e++) {
                dense[r * matrix.columns() + EDGES.column(e)] += matrix.value(e);
            }
        }
        return dense;
    }

    private static void rows(Map<String, List<Case>> cases, RandomGenerator random) {
        Matrix x = Matrix.awayFromZero(random, 3, 4);
        int[] indices = {2, 0, 2};
        cases.put("Softmax", List.of(new Case(v -> v.get(0).softmax(), x)));
        cases.put("LogSoftmax", List.of(new Case(v -> v.get(0).logSoftmax(), x)));
        cases.put(
                "SumTo",
                List.of(
                        new Case(v -> v.get(0).square().sum(), x),
                        new Case(v -> v.get(0).square().mean(), x),
                        new Case(v -> v.get(0).rowSum().square(), x),
                        new Case(v -> v.get(0).columnSum().square(), x)));
        cases.put(
                "BroadcastTo",
                List.of(
                        new Case(v -> v.get(0).broadcastTo(3, 4).square(), Matrix.awayFromZero(random, 1, 4)),
                        new Case(v -> v.get(0).broadcastTo(3, 4).square(), Matrix.awayFromZero(random, 3, 1)),
                        new Case(v -> v.get(0).broadcastTo(3, 4).square(), Matrix.awayFromZero(random, 1, 1))));
        cases.put(
                "GatherRows", List.of(new Case(v -> v.get(0).gatherRows(indices).square(), x)));
        cases.put(
                "ScatterAddRows",
                List.of(new Case(v -> v.get(0).scatterAddRows(5, indices).square(), x)));
        cases.put(
                "ConcatRows",
                List.of(new Case(
                        v -> v.get(0).concatRows(v.get(1), v.get(0)).square(), x, Matrix.awayFromZero(random, 2, 4))));
        cases.put(
                "ConcatColumns",
                List.of(new Case(
                        v -> v.get(0).concatColumns(v.get(1), v.get(0)).square(),
                        x,
                        Matrix.awayFromZero(random, 3, 2))));
        cases.put(
                "SliceColumns",
                List.of(new Case(v -> v.get(0).sliceColumns(1, 3).square(), x)));
        cases.put(
                "PadColumns",
                List.of(new Case(
                        v -> v.get(0)
                                .tape()
                                .apply(new PadColumns(2, 7), v.get(0))
                                .square(),
                        x)));
    }

    private static void losses(Map<String, List<Case>> cases, RandomGenerator random) {
        Matrix logits = Matrix.awayFromZero(random, 3, 4);
        double[] targets = random.doubles(12).toArray();
        double[] mask = {1, 0, 2, 1, 1, 0, 0, 0.5, 1, 1, 0, 3};
        cases.put(
                "CrossEntropy",
                List.of(new Case(
                        v -> Losses.crossEntropy(v.get(0), new int[] {2, 0, 2}, new int[] {1, 3, 0}), logits)));
        cases.put(
                "CrossEntropySlope",
                List.of(new Case(
                        v -> v.get(0)
                                .tape()
                                .apply(new CrossEntropySlope(new int[] {2, 0, 2}, new int[] {1, 3, 0}), v.get(0))
                                .square(),
                        logits)));
        cases.put(
                "BinaryCrossEntropy",
                List.of(
                        new Case(v -> Losses.binaryCrossEntropy(v.get(0), like(v.get(0), targets), null), logits),
                        new Case(
                                v -> Losses.binaryCrossEntropy(v.get(0), like(v.get(0), targets), like(v.get(0), mask)),
                                logits)));
    }

    private static List<Case> broadcasts(
            Expression expression, Matrix whole, Matrix same, Matrix row, Matrix column, Matrix scalar) {
        return List.of(
                new Case(expression, whole, same),
                new Case(expression, whole, row),
                new Case(expression, whole, column),
                new Case(expression, whole, scalar),
                new Case(expression, row, whole),
                new Case(expression, column, whole),
                new Case(expression, scalar, whole),
                new Case(expression, column, row));
    }

    private static Tensor like(Variable x, double[] values) {
        return Tensor.of(x.tape().scope(), DataType.FLOAT64, x.rows(), x.columns(), values);
    }

    @TestFactory
    Stream<DynamicTest> gradientsEqualFiniteDifferences() {
        RandomGenerator random = new SplittableRandom(25);
        return cases(random).entrySet().stream()
                .flatMap(entry -> entry.getValue().stream()
                        .map(each -> DynamicTest.dynamicTest(
                                entry.getKey(),
                                () -> assertGradients(new SplittableRandom(7), each.expression(), each.inputs()))));
    }

    @Test
    void noOpIsMissing() {
        TreeSet<String> ops = new TreeSet<>();
        for (JavaClass each : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.anabranch.learn.autodiff")) {
            if (each.isAssignableTo(Op.class)
                    && !each.isInterface()
                    && !each.getModifiers().contains(JavaModifier.ABSTRACT)) {
                ops.add(each.getSimpleName());
            }
        }
        assertThat(cases(new SplittableRandom(1)).keySet()).isEqualTo(ops);
    }
}
