package io.anabranch.serve.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.testkit.Randomized;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PrincipalAxesTest {

    private static final NodeFreshness FRESHNESS = new NodeFreshness(0, 0, 0, 0);

    private static NodeVector vector(double... values) {
        float[] floats = new float[values.length];
        for (int k = 0; k < values.length; k++) {
            floats[k] = (float) values[k];
        }
        return new NodeVector(floats, FRESHNESS);
    }

    /** A cloud with these deviations along directions of its own. */
    private static List<NodeVector> cloud(int size, RandomGenerator random, double[]... spread) {
        List<NodeVector> cloud = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            double[] values = new double[spread[0].length];
            for (double[] direction : spread) {
                double at = random.nextGaussian();
                for (int k = 0; k < values.length; k++) {
                    values[k] += at * direction[k];
                }
            }
            cloud.add(vector(values));
        }
        return cloud;
    }

    private static double[] unit(int width, int k, double length) {
        double[] unit = new double[width];
        unit[k] = length;
        return unit;
    }

    private static double[][] random(int count, int width, RandomGenerator random) {
        double[][] spread = new double[count][width];
        for (double[] direction : spread) {
            Arrays.setAll(direction, k -> random.nextGaussian());
        }
        return spread;
    }

    /** Written on purpose in another way than what is tested: the whole covariance, its greatest element made zero again and again. */
    private static final class WholeDecomposition {
        final double[] values;
        final double[][] columns;

        WholeDecomposition(List<NodeVector> vectors) {
            int width = vectors.getFirst().width();
            double[][] a = new double[width][width];
            double[] mean = new double[width];
            for (int k = 0; k < width; k++) {
                for (NodeVector vector : vectors) {
                    mean[k] += vector.value(k) / (double) vectors.size();
                }
            }
            for (NodeVector vector : vectors) {
                for (int i = 0; i < width; i++) {
                    for (int j = 0; j < width; j++) {
                        a[i][j] += (vector.value(i) - mean[i]) * (vector.value(j) - mean[j]) / vectors.size();
                    }
                }
            }
            double[][] v = new double[width][width];
            for (int i = 0; i < width; i++) {
                v[i][i] = 1;
            }
            for (int step = 0; step < 100_000; step++) {
                int p = 0;
                int q = Math.min(1, width - 1);
                for (int i = 0; i < width; i++) {
                    for (int j = i + 1; j < width; j++) {
                        if (Math.abs(a[i][j]) > Math.abs(a[p][q])) {
                            p = i;
                            q = j;
                        }
                    }
                }
                if (p == q || Math.abs(a[p][q]) < 1e-15) {
                    break;
                }
                double angle = Math.atan2(2 * a[p][q], a[q][q] - a[p][p]) / 2;
                double c = Math.cos(angle);
                double s = Math.sin(angle);
                for (int k = 0; k < width; k++) {
                    double x = a[k][p];
                    double y = a[k][q];
                    a[k][p] = c * x - s * y;
                    a[k][q] = s * x + c * y;
                }
                for (int k = 0; k < width; k++) {
                    double x = a[p][k];
                    double y = a[q][k];
                    a[p][k] = c * x - s * y;
                    a[q][k] = s * x + c * y;
                }
                for (int k = 0; k < width; k++) {
                    double x = v[k][p];
                    double y = v[k][q];
                    v[k][p] = c * x - s * y;
                    v[k][q] = s * x + c * y;
                }
            }
            Integer[] order = new Integer[width];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, (i, j) -> Double.compare(a[j][j], a[i][i]));
            values = new double[width];
            columns = new double[width][width];
            for (int i = 0; i < width; i++) {
                values[i] = a[order[i]][order[i]];
                for (int k = 0; k < width; k++) {
                    columns[i][k] = v[k][order[i]];
                }
            }
        }
    }

    @Randomized(runs = 60)
    void axesAreTheFirstTwoPrincipalComponents(RandomGenerator random) {
        int width = 2 + random.nextInt(20);
        List<NodeVector> cloud = cloud(200, random, random(width, width, random));
        PrincipalAxes axes = PrincipalAxes.of(Moments.of(cloud), 1);

        WholeDecomposition expected = new WholeDecomposition(cloud);
        double total = Arrays.stream(expected.values).sum();
        assertThat(axes.explained()).isCloseTo((expected.values[0] + expected.values[1]) / total, within(1e-9));
        for (int i = 0; i < 2; i++) {
            double cosine = Columns.dot(axes.axes()[i], expected.columns[i]);
            double gap = (expected.values[i] - (i + 1 < width ? expected.values[i + 1] : 0)) / total;
            // Where two variances nearly agree, no direction between them is better than another.
            if (gap > 1e-4) {
                assertThat(Math.abs(cosine)).isCloseTo(1, within(1e-9));
            }
            assertThat(Columns.dot(axes.axes()[i], axes.axes()[i])).isCloseTo(1, within(1e-12));
            double greatest = 0;
            for (double value : axes.axes()[i]) {
                greatest = Math.abs(value) > Math.abs(greatest) ? value : greatest;
            }
            assertThat(greatest).as("an upright axis").isPositive();
        }
        assertThat(Columns.dot(axes.axes()[0], axes.axes()[1])).isCloseTo(0, within(1e-12));
        double x = 0;
        double y = 0;
        for (NodeVector vector : cloud) {
            x += axes.coordinate(vector, 0);
            y += axes.coordinate(vector, 1);
        }
        assertThat(Math.abs(x) + Math.abs(y)).as("centred").isLessThan(1e-3 * cloud.size());
        assertThat(PrincipalAxes.of(Moments.of(cloud), 1).axes()).isDeepEqualTo(axes.axes());
    }

    /** The two greatest variances change places, passing each other exactly, while the cloud turns and shifts: nothing jumps. */
    @Test
    void pointsMoveNoMoreThanVectorsDoWhenVariancesCross() {
        SplittableRandom random = new SplittableRandom(7);
        int width = 6;
        List<NodeVector> basis = cloud(
                400,
                random,
                unit(width, 0, 1),
                unit(width, 1, 1),
                unit(width, 2, 0.2),
                unit(width, 3, 0.1),
                unit(width, 4, 0.1),
                unit(width, 5, 0.1));
        PrincipalAxes axes = null;
        List<NodeVector> before = List.of();
        float[][] points = new float[0][];
        int compared = 0;
        for (int step = 0; step <= 100; step++) {
            double first = 2 - step / 100.0;
            double second = 1 + step / 100.0;
            double turn = step / 200.0;
            List<NodeVector> now = new ArrayList<>();
            for (NodeVector v : basis) {
                double a = first * v.value(0);
                double b = second * v.value(1);
                now.add(vector(
                        Math.cos(turn) * a + step / 50.0,
                        b,
                        v.value(2),
                        v.value(3) + Math.sin(turn) * a,
                        v.value(4),
                        v.value(5)));
            }
            Moments moments = Moments.of(now);
            axes = axes == null ? PrincipalAxes.of(moments, 1) : axes.towards(moments, 0.1, 2);
            float[][] moved = new float[now.size()][];
            double mostVector = 0;
            double mostPoint = 0;
            for (int i = 0; i < moved.length; i++) {
                moved[i] = new float[] {axes.coordinate(now.get(i), 0), axes.coordinate(now.get(i), 1)};
                if (step > 0) {
                    mostVector = Math.max(mostVector, distance(before.get(i), now.get(i)));
                    mostPoint = Math.max(mostPoint, Math.hypot(moved[i][0] - points[i][0], moved[i][1] - points[i][1]));
                }
            }
            if (step > 0) {
                assertThat(mostPoint).as("step %d", step).isLessThan(1.5 * mostVector);
                compared++;
            }
            before = now;
            points = moved;
        }
        assertThat(compared).isEqualTo(100);
        // It has followed all the same: the greatest variance is along another column now.
        assertThat(Objects.requireNonNull(axes).explained()).isGreaterThan(0.97);
        assertThat(axes.revision()).isEqualTo(1);
    }

    private static double distance(NodeVector a, NodeVector b) {
        double sum = 0;
        for (int k = 0; k < a.width(); k++) {
            sum += Math.pow(a.value(k) - b.value(k), 2);
        }
        return Math.sqrt(sum);
    }

    /** Any direction of the plane is a principal component then; small changes choose others each time. */
    @Test
    void equalVariancesTurnNothing() {
        List<NodeVector> ring = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            double angle = 2 * Math.PI * i / 64;
            ring.add(vector(0.1 * (i % 2), Math.cos(angle), Math.sin(angle), 0));
        }
        PrincipalAxes axes = PrincipalAxes.of(Moments.of(ring), 1);
        double[][] first = axes.axes();
        SplittableRandom random = new SplittableRandom(3);
        for (int step = 0; step < 50; step++) {
            List<NodeVector> shaken = new ArrayList<>();
            for (NodeVector v : ring) {
                shaken.add(vector(
                        v.value(0),
                        v.value(1) + 1e-4 * random.nextGaussian(),
                        v.value(2) + 1e-4 * random.nextGaussian(),
                        0));
            }
            // All of the way: the axes themselves, not their pace, must hold still.
            axes = axes.towards(Moments.of(shaken), 1, 2);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(Columns.dot(axes.axes()[i], first[i])).isGreaterThan(1 - 1e-6);
        }
    }

    @Test
    void theOriginFollowsByTheShareAndNotAtOnce() {
        List<NodeVector> cloud = cloud(300, new SplittableRandom(6), unit(3, 0, 3), unit(3, 1, 1), unit(3, 2, 0.1));
        PrincipalAxes axes = PrincipalAxes.of(Moments.of(cloud), 1);
        List<NodeVector> shifted = new ArrayList<>();
        for (NodeVector v : cloud) {
            shifted.add(vector(v.value(0) + 10, v.value(1), v.value(2)));
        }
        float before = axes.coordinate(cloud.getFirst(), 0);
        PrincipalAxes moved = axes.towards(Moments.of(shifted), 0.1, 2);
        assertThat(Math.abs(moved.coordinate(shifted.getFirst(), 0) - before)).isCloseTo(9, within(0.05f));
    }

    @Test
    void axesFollowByTheShareAndNotAtOnce() {
        SplittableRandom random = new SplittableRandom(5);
        List<NodeVector> flat = cloud(300, random, unit(3, 0, 3), unit(3, 1, 2), unit(3, 2, 0.1));
        List<NodeVector> tipped = cloud(300, random, unit(3, 0, 3), unit(3, 2, 2), unit(3, 1, 0.1));
        PrincipalAxes axes = PrincipalAxes.of(Moments.of(flat), 1);
        double[] second = axes.axes()[1];
        axes = axes.towards(Moments.of(tipped), 0.1, 2);
        assertThat(Math.abs(Columns.dot(axes.axes()[1], second))).isBetween(0.98, 0.999);
        for (int i = 0; i < 100; i++) {
            axes = axes.towards(Moments.of(tipped), 0.1, 2);
        }
        assertThat(Math.abs(axes.axes()[1][2])).isGreaterThan(0.99);
        assertThat(axes.revision()).isEqualTo(1);
    }

    @Test
    void whatHasNoPlaneIsShownAndChosenAnewOnceThereIsOne() {
        PrincipalAxes one = PrincipalAxes.of(Moments.of(List.of(vector(3, 4, 5))), 1);
        assertThat(one.coordinate(vector(3, 4, 5), 0)).isZero();
        assertThat(one.coordinate(vector(3, 4, 5), 1)).isZero();
        assertThat(one.explained()).isZero();

        List<NodeVector> equal = List.of(vector(1, 1, 1), vector(1, 1, 1), vector(1, 1, 1));
        PrincipalAxes same = one.towards(Moments.of(equal), 0.1, 2);
        assertThat(same.revision()).isEqualTo(1);
        assertThat(same.coordinate(equal.getFirst(), 0)).isZero();

        List<NodeVector> two = List.of(vector(0, 0, 0), vector(2, 0, 0));
        PrincipalAxes line = same.towards(Moments.of(two), 0.1, 3);
        assertThat(line.revision()).isEqualTo(1);
        assertThat(line.coordinate(two.get(0), 0)).isCloseTo(-1, within(1e-6f));
        assertThat(line.coordinate(two.get(1), 0)).isCloseTo(1, within(1e-6f));
        assertThat(line.coordinate(two.get(1), 1)).isCloseTo(0, within(1e-6f));
        assertThat(line.explained()).isCloseTo(1, within(1e-9));

        List<NodeVector> three = List.of(vector(0, 0, 0), vector(2, 0, 0), vector(0, 1, 0));
        PrincipalAxes plane = line.towards(Moments.of(three), 0.1, 4);
        assertThat(plane.revision()).isEqualTo(4);
        assertThat(plane.explained()).isCloseTo(1, within(1e-9));
        assertThat(plane.towards(Moments.of(three), 0.1, 5).revision()).isEqualTo(4);
    }

    @Test
    void oneColumnIsALine() {
        List<NodeVector> line = List.of(vector(1), vector(2), vector(6));
        PrincipalAxes axes = PrincipalAxes.of(Moments.of(line), 1).towards(Moments.of(line), 0.5, 2);
        assertThat(axes.coordinate(line.get(2), 0)).isCloseTo(3, within(1e-6f));
        assertThat(axes.coordinate(line.get(2), 1)).isZero();
        assertThat(axes.explained()).isCloseTo(1, within(1e-9));
        assertThat(axes.revision()).isEqualTo(1);
    }
}
