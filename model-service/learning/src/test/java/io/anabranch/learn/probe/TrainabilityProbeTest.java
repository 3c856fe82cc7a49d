package io.anabranch.learn.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.gnn.Propagation;
import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.model.v1.Convolution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TrainabilityProbeTest {

    private static final Reference REFERENCE = Reference.read();
    private static final Convolution GCN = Convolution.CONVOLUTION_GCN;
    private static final ProbeOptions OPTIONS = ProbeOptions.defaults();

    private static MessageGraph referenceGraph() {
        double[][] adjacency = REFERENCE.matrix("adjacency");
        List<int[]> edges = new ArrayList<>();
        for (int u = 0; u < 12; u++) {
            for (int v = 0; v < 12; v++) {
                if (adjacency[u][v] == 1) {
                    edges.add(new int[] {u, v});
                }
            }
        }
        return graph(12, edges);
    }

    private static MessageGraph graph(int vertices, List<int[]> edges) {
        float[] ones = new float[edges.size()];
        Arrays.fill(ones, 1);
        return MessageGraph.ofEdges(
                vertices,
                edges.stream().mapToInt(edge -> edge[0]).toArray(),
                edges.stream().mapToInt(edge -> edge[1]).toArray(),
                ones);
    }

    private static FeatureRows referenceFeatures() {
        double[][] x = REFERENCE.matrix("X");
        float[] values = new float[12 * 5];
        for (int v = 0; v < 12; v++) {
            for (int j = 0; j < 5; j++) {
                values[v * 5 + j] = (float) x[j][v];
            }
        }
        return new FeatureRows.Dense(12, 5, values);
    }

    private static TrainingRows referenceRows() {
        return new TrainingRows(IntStream.range(0, 9).toArray(), REFERENCE.matrix("Y"));
    }

    /** Singular values and optima of numpy, for every hop and every stack. */
    @Test
    void figuresAreThoseOfTheReference() {
        ProbeReport report =
                TrainabilityProbe.measure(referenceGraph(), GCN, referenceFeatures(), referenceRows(), OPTIONS);
        assertThat(report.hops()).isEqualTo(6);
        for (int l = 0; l <= 6; l++) {
            assertReference(report.single().get(l), "hop" + l, Math.min(5, 9));
            assertReference(report.stacked().get(l), "stack" + l, Math.min(5 * (l + 1), 9));
        }
    }

    private static void assertReference(HopFigures figures, String name, int rank) {
        Offset<Double> close = within(3e-6); // the factors of a convolution are single precision
        double[] sigma = REFERENCE.matrix(name + ".sigma")[0];
        assertThat(figures.rank()).as(name).isEqualTo(rank);
        assertThat(figures.smallest()).as(name).isCloseTo(sigma[0], close);
        assertThat(figures.smallestNonZero()).isEqualTo(figures.smallest());
        assertThat(figures.greatest()).as(name).isCloseTo(sigma[1], within(1e-5));
        assertThat(figures.optimum()).as(name).isCloseTo(REFERENCE.number(name + ".optimum"), within(2e-5));
        double total = referenceRows().total();
        assertThat(figures.alignment()).isCloseTo(1 - figures.optimum() / total, within(1e-12));
    }

    @Test
    void moreScalesAreNeverFurtherFromTheOptimum() {
        Planted planted = Planted.of(3, 60, 4);
        ProbeReport report = planted.probe(planted.classes());
        for (int l = 0; l <= report.hops(); l++) {
            for (int of = 0; of <= l; of++) {
                assertThat(report.stacked().get(l).optimum())
                        .isLessThanOrEqualTo(report.single().get(of).optimum() + 1e-9);
            }
        }
    }

    @Test
    void theGramMatricesOfBothSidesSayTheSame() {
        Planted planted = Planted.of(5, 60, 3);
        TrainingRows rows =
                TrainingRows.ofClasses(planted.vertices(), planted.classes(), 2).centred();
        HopRows source = new HopRows(Propagation.of(planted.graph(), GCN), planted.features(), rows.vertices(), 2);
        HopGrams grams = new HopGrams(rows, 3, 2, 1e-10);
        HopGrams.Figures inner = grams.inner(source);
        HopGrams.Figures outer = grams.outer(source);
        for (int l = 0; l <= 2; l++) {
            assertSame(inner.single().get(l), outer.single().get(l));
            assertSame(inner.stacked().get(l), outer.stacked().get(l));
        }
    }

    /** Vertices moved against the edges, and features moved along them, are the same rows; the graph is directed and in several blocks. */
    @Test
    void bothWaysToTheRowsAreTheSame() {
        Planted planted = Planted.of(23, 60, 300);
        for (Convolution convolution : List.of(GCN, Convolution.CONVOLUTION_SAGE_MEAN, Convolution.CONVOLUTION_GIN)) {
            int[] some = {5, 0, 59, 17};
            HopRows source = new HopRows(Propagation.of(planted.graph(), convolution), planted.features(), some, 3);
            double[][] along = new double[4][some.length * 300];
            source.fromFeatures((level, column, width, rows) -> {
                for (int i = 0; i < some.length; i++) {
                    System.arraycopy(rows, i * width, along[level], i * 300 + column, width);
                }
            });
            List<Integer> levels = new ArrayList<>();
            source.fromVertices((level, column, width, rows) -> {
                levels.add(level);
                assertThat(width).isEqualTo(300);
                double scale = Arrays.stream(along[level]).map(Math::abs).max().orElseThrow();
                for (int i = 0; i < rows.length; i++) {
                    assertThat(rows[i]).isCloseTo(along[level][i], within(1e-12 * scale));
                }
            });
            assertThat(levels).containsExactly(0, 1, 2, 3);
        }
    }

    private static void assertSame(HopFigures one, HopFigures other) {
        assertThat(one.rank()).isEqualTo(other.rank());
        assertThat(one.smallest()).isCloseTo(other.smallest(), within(1e-9));
        assertThat(one.greatest()).isCloseTo(other.greatest(), within(1e-9));
        assertThat(one.alignment()).isCloseTo(other.alignment(), within(1e-6));
        assertThat(one.heldOut()).isCloseTo(other.heldOut(), within(1e-6));
    }

    /** A zero feature and one that repeats another: rank is lost, the smallest singular value is 0, the smallest non-zero one is not. */
    @Test
    void dependentFeaturesLoseRankAndNothingElse() {
        Planted planted = Planted.of(7, 60, 3);
        float[] values = new float[60 * 5];
        for (int v = 0; v < 60; v++) {
            for (int j = 0; j < 3; j++) {
                values[v * 5 + j] = ((FeatureRows.Dense) planted.features()).value(v, j);
            }
            values[v * 5 + 3] = 2 * values[v * 5];
        }
        TrainingRows rows = TrainingRows.ofClasses(planted.vertices(), planted.classes(), 2);
        HopFigures plain = TrainabilityProbe.measure(planted.graph(), GCN, planted.features(), rows, OPTIONS)
                .single()
                .get(1);
        HopFigures dependent = TrainabilityProbe.measure(
                        planted.graph(), GCN, new FeatureRows.Dense(60, 5, values), rows, OPTIONS)
                .single()
                .get(1);
        assertThat(plain.rank()).isEqualTo(3);
        assertThat(dependent.rank()).isEqualTo(3);
        assertThat(dependent.smallest()).isZero();
        assertThat(dependent.smallestNonZero()).isPositive();
        assertThat(dependent.alignment()).isCloseTo(plain.alignment(), within(1e-9));
    }

    @Test
    void widerFeaturesThanABlockAreReadWhole() {
        int n = 20;
        int width = 300;
        SplittableRandom random = new SplittableRandom(2);
        int[] starts = IntStream.rangeClosed(0, n).map(v -> v * 30).toArray();
        int[] columns = random.ints(n * 30L, 0, width).toArray();
        float[] values = new float[n * 30];
        Arrays.fill(values, 0.25f);
        SparseMatrix sparse = new SparseMatrix(n, width, starts, columns, values);
        float[] dense = new float[n * width];
        for (int e = 0; e < columns.length; e++) {
            dense[e / 30 * width + columns[e]] += 0.25f;
        }
        MessageGraph ring = graph(
                n,
                IntStream.range(0, n).mapToObj(v -> new int[] {v, (v + 1) % n}).toList());
        int[] vertices = {3, 11, 4, 0, 19};
        TrainingRows rows = TrainingRows.ofClasses(vertices, new int[] {0, 1, 0, 1, 1}, 2);
        ProbeReport ofSparse = TrainabilityProbe.measure(
                ring, Convolution.CONVOLUTION_SAGE_MEAN, new FeatureRows.Sparse(sparse), rows, OPTIONS);
        ProbeReport ofDense = TrainabilityProbe.measure(
                ring, Convolution.CONVOLUTION_SAGE_MEAN, new FeatureRows.Dense(n, width, dense), rows, OPTIONS);
        assertThat(ofSparse).isEqualTo(ofDense);
        // Mean over the one in-neighbour of a ring: two hops back are the features of two vertices before.
        double trace = 0;
        for (int v : vertices) {
            for (int j = 0; j < width; j++) {
                trace += Math.pow(dense[(v + n - 2) % n * width + j], 2);
            }
        }
        assertThat(ofSparse.single().get(2).greatest()).isLessThan(trace).isGreaterThan(trace / 5);
        assertThat(ofSparse.notes()).hasSize(1).first().asString().contains("held-out");
    }

    /** Communities on a directed graph with noisy features: what neighbours say is worth something, unless labels lie elsewhere. */
    @Test
    void permutedLabelsAlignLess() {
        Planted planted = Planted.of(11, 200, 6);
        ProbeReport real = planted.probe(planted.classes());
        ProbeReport permuted = planted.probe(planted.permuted());
        for (int depth = 1; depth <= 4; depth++) {
            assertThat(real.single().get(depth).alignment())
                    .isGreaterThan(2 * permuted.single().get(depth).alignment());
            assertThat(real.single().get(depth).heldOut())
                    .isGreaterThan(0.3)
                    .isGreaterThan(permuted.single().get(depth).heldOut() + 0.3);
        }
        // Neighbours tell more than the vertex itself.
        assertThat(real.single().get(1).heldOut())
                .isGreaterThan(real.single().get(0).heldOut() + 0.1);
    }

    @Test
    void moreRowsThanAllowedAreSampledAndTheReportSaysSo() {
        Planted planted = Planted.of(13, 200, 40);
        TrainingRows rows = TrainingRows.ofClasses(planted.vertices(), planted.classes(), 2);
        ProbeReport report =
                TrainabilityProbe.measure(planted.graph(), GCN, planted.features(), rows, OPTIONS.withMostSide(50));
        assertThat(report.rows()).isEqualTo(50);
        assertThat(report.trainingRows()).isEqualTo(200);
        assertThat(report.notes()).contains("The probe sampled (50) of (200) training rows.");
        assertThat(report.named())
                .containsEntry("probe.rows", 50.0)
                .containsKeys("probe.hop2.alignment", "probe.stack6.held_out_alignment");
    }

    @Test
    void aGraphWithFewFeaturesNeedsNoSample() {
        Planted planted = Planted.of(13, 200, 4);
        TrainingRows rows = TrainingRows.ofClasses(planted.vertices(), planted.classes(), 2);
        ProbeReport report =
                TrainabilityProbe.measure(planted.graph(), GCN, planted.features(), rows, OPTIONS.withMostSide(50));
        assertThat(report.rows()).isEqualTo(200);
        assertThat(report.notes()).isEmpty();
    }

    @Test
    void refusesWhatCannotBeProbed() {
        TrainingRows none = new TrainingRows(new int[0], new double[2][0]);
        assertThatThrownBy(() -> TrainabilityProbe.measure(referenceGraph(), GCN, referenceFeatures(), none, OPTIONS))
                .hasMessage("There are (0) training rows; a probe needs some.");
        assertThatThrownBy(() -> OPTIONS.withHops(17))
                .hasMessage("The option (hops) of the probe cannot be (17); allowed: 1 to 16.");
        assertThatThrownBy(() -> new TrainingRows(new int[3], new double[1][2]))
                .hasMessage("There are (3) training rows, but labels of (2).");
    }
}
