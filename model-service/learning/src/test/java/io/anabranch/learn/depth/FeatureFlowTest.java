package io.anabranch.learn.depth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.GradientCheck;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.FeatureFlow.Bend;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.optim.Adam;
import io.anabranch.learn.optim.ParameterGroup;
import io.anabranch.learn.tensor.AdamRule;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FeatureFlowTest implements GradientCheck {

    private static final FeatureFlow LENGTH = new FeatureFlow(1, 0, Bend.LINEAR);
    private static final FeatureFlow CURVATURE = new FeatureFlow(0, 1, Bend.LINEAR);
    private static final FeatureFlow ANGLE = new FeatureFlow(0, 1, Bend.ANGLE);

    private static double value(FeatureFlow flow, int columns, double[]... levels) {
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            List<Variable> variables = new ArrayList<>();
            for (double[] level : levels) {
                variables.add(tape.variable(Tensor.of(scope, level.length / columns, columns, level)));
            }
            return Objects.requireNonNull(flow.along(variables)).scalar();
        }
    }

    @Test
    void whatStandsStillCostsNothing() {
        double[] here = {1, -2, 3, 0};
        assertThat(value(LENGTH, 2, here, here, here)).isZero();
        assertThat(value(CURVATURE, 2, here, here, here)).isZero();
        assertThat(value(ANGLE, 2, here, here, here)).isZero();
    }

    @Test
    void aStraightLineCostsItsLengthAlone() {
        // Two vertices, d = (1, -2) and (0, 0.5) in each of three steps.
        double[][] line = {{0, 0, 5, 5}, {1, -2, 5, 5.5}, {2, -4, 5, 6}, {3, -6, 5, 6.5}};
        assertThat(value(LENGTH, 2, line)).isEqualTo(3 * (1 + 2 + 0.5) / 2);
        assertThat(value(CURVATURE, 2, line)).isZero();
        assertThat(value(ANGLE, 2, line)).isZero();
    }

    @Test
    void aBendCostsItsSecondDifferenceOrItsAngle() {
        double[][] corner = {{0, 0}, {2, 0}, {2, 3}};
        assertThat(value(CURVATURE, 2, corner)).isEqualTo(2 + 3);
        assertThat(value(ANGLE, 2, corner)).isCloseTo(Math.PI / 2, within(1e-12));
        double[][] backAgain = {{0, 0}, {2, 0}, {0, 0}};
        assertThat(value(ANGLE, 2, backAgain)).isCloseTo(Math.PI, within(1e-6));
        double[][] eighth = {{0, 0}, {1, 0}, {2, 1}};
        assertThat(value(ANGLE, 2, eighth)).isCloseTo(Math.PI / 4, within(1e-12));
    }

    @Test
    void theAngleDoesNotDependOnHowLongTheStepsAre() {
        double[][] corner = {{0, 0}, {1, 2}, {4, 1}};
        double[][] longer = {{0, 0}, {10, 20}, {10.03, 19.99}};
        assertThat(value(ANGLE, 2, longer)).isCloseTo(value(ANGLE, 2, corner), within(1e-9));
    }

    /** dR1/dx_l = (sign d_{l-1} - sign d_l) / n and dR2/dx_l = (sign c_{l-1} - 2 sign c_l + sign c_{l+1}) / n. */
    @Test
    void subgradientsAreThoseOfTheFormula() {
        double[][] levels = {{0.3, -1, 4, 0}, {1.5, -1, 2, 2}, {1, 0.5, 2, 2}, {3, 2, -1, 2}, {3, 2.5, 0, 1}};
        int last = levels.length - 1;
        double[][] d = new double[last][4];
        double[][] c = new double[last + 1][4];
        for (int l = 0; l < last; l++) {
            for (int i = 0; i < 4; i++) {
                d[l][i] = Math.signum(levels[l + 1][i] - levels[l][i]);
                c[l][i] = l == 0 ? 0 : Math.signum(levels[l + 1][i] - 2 * levels[l][i] + levels[l - 1][i]);
            }
        }
        double[][] ofLength = gradients(LENGTH, levels);
        double[][] ofCurvature = gradients(CURVATURE, levels);
        for (int l = 0; l <= last; l++) {
            for (int i = 0; i < 4; i++) {
                double before = l > 0 ? d[l - 1][i] : 0;
                double after = l < last ? d[l][i] : 0;
                assertThat(ofLength[l][i]).as("R1, level %d, %d", l, i).isEqualTo((before - after) / 2);
                double bend = (l > 0 ? c[l - 1][i] : 0) - 2 * c[l][i] + (l < last ? c[l + 1][i] : 0);
                assertThat(ofCurvature[l][i]).as("R2, level %d, %d", l, i).isEqualTo(bend / 2);
            }
        }
    }

    private static double[][] gradients(FeatureFlow flow, double[][] levels) {
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            List<Variable> variables = new ArrayList<>();
            for (double[] level : levels) {
                variables.add(tape.variable(Tensor.of(scope, 2, 2, level)));
            }
            Variable penalty = Objects.requireNonNull(flow.along(variables));
            return tape.gradients(penalty, variables, false).stream()
                    .map(gradient -> gradient.value().toDoubles())
                    .toArray(double[][]::new);
        }
    }

    @Test
    void gradientsEqualFiniteDifferences() {
        RandomGenerator random = new SplittableRandom(3);
        Matrix[] levels = new Matrix[4];
        for (int l = 0; l < levels.length; l++) {
            levels[l] = Matrix.random(random, 3, 2, -1, 1);
        }
        for (FeatureFlow flow : List.of(
                new FeatureFlow(0.7, 0, Bend.LINEAR),
                new FeatureFlow(0.3, 1.7, Bend.LINEAR),
                new FeatureFlow(0.3, 1.7, Bend.ANGLE))) {
            assertGradients(random, v -> Objects.requireNonNull(flow.along(v)), levels);
        }
    }

    @Test
    void gradientsOfAnglesAreFiniteWhereThereIsNone() {
        double[][] straight = {{0, 0, 1, 1}, {1, 0, 1, 1}, {2, 0, 1, 1}, {2, 0, 0, 1}};
        for (double[] level : gradients(ANGLE, straight)) {
            assertThat(level).containsOnly(0);
        }
    }

    @Test
    void levelsOfAnotherWidthBeginAnotherTrajectory() {
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Variable wide = tape.variable(Tensor.of(scope, 1, 3, new double[] {9, 9, 9}));
            Variable a = tape.variable(Tensor.of(scope, 1, 2, new double[] {0, 0}));
            Variable b = tape.variable(Tensor.of(scope, 1, 2, new double[] {1, 0}));
            Variable c = tape.variable(Tensor.of(scope, 1, 2, new double[] {1, 4}));
            FeatureFlow flow = FeatureFlow.of(1);
            assertThat(flow.along(List.of(wide, a))).isNull();
            assertThat(Objects.requireNonNull(flow.along(List.of(wide, a, b))).scalar())
                    .isEqualTo(1);
            assertThat(Objects.requireNonNull(flow.along(List.of(a, b, c, wide, a, b)))
                            .scalar())
                    .isEqualTo((1 + 4) + (1 + 4) + 1);
        }
    }

    @Test
    void thePenaltyGrowsOverTheFirstTenthOfAllSteps() {
        FeatureFlow full = new FeatureFlow(2, 4, Bend.ANGLE);
        assertThat(full.at(1, 100)).isEqualTo(new FeatureFlow(0.2, 0.4, Bend.ANGLE));
        assertThat(full.at(5, 100)).isEqualTo(new FeatureFlow(1, 2, Bend.ANGLE));
        assertThat(full.at(10, 100)).isEqualTo(full);
        assertThat(full.at(100, 100)).isEqualTo(full);
        assertThat(full.at(1, 3)).isEqualTo(full);
        assertThatThrownBy(() -> full.at(101, 100)).hasMessage("The step (101) must be from 1 to (100).");
    }

    @Test
    void coefficientsAreNotNegative() {
        assertThatThrownBy(() -> FeatureFlow.of(-1))
                .hasMessage("The coefficient (length) of the feature flow cannot be (-1.0); allowed: 0 or more.");
        assertThatThrownBy(() -> new FeatureFlow(0, Double.NaN, Bend.LINEAR)).hasMessageContaining("(curvature)");
    }

    /** A residual network of three layers on four of eight inputs: the stronger the penalty, the more channels stand still. */
    @Test
    void theStrongerThePenaltyTheMoreChannelsStandStill() {
        double[] strengths = {0, 0.003, 0.03, 0.3};
        double[] still = new double[strengths.length];
        for (int i = 0; i < strengths.length; i++) {
            for (int seed = 1; seed <= 4; seed++) {
                still[i] += stillChannels(FeatureFlow.of(strengths[i]), seed) / 4;
            }
        }
        assertThat(still).as("share of channels that stand still").isSorted();
        assertThat(still[0]).isLessThan(0.1);
        assertThat(still[3]).isGreaterThan(0.5);
    }

    private static double stillChannels(FeatureFlow flow, int seed) {
        int n = 40;
        int width = 8;
        int layers = 3;
        int steps = 250;
        SplittableRandom random = new SplittableRandom(seed);
        double[] x = random.doubles((long) n * width, -1, 1).toArray();
        double[] y = new double[n];
        for (int v = 0; v < n; v++) {
            y[v] = Math.sin(2 * x[v * width]) + x[v * width + 1] * x[v * width + 2] - x[v * width + 3];
        }
        List<Parameter> maps = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            maps.add(Parameter.create("map." + l, DataType.FLOAT32, width, width, Initialiser.glorotUniform(), random));
        }
        Parameter out = Parameter.create("out", DataType.FLOAT32, width, 1, Initialiser.glorotUniform(), random);
        List<Parameter> all = new ArrayList<>(maps);
        all.add(out);
        try (TensorScope scope = TensorScope.open();
                Adam adam = new Adam(AdamRule.of(0.01), List.of(new ParameterGroup(all, 0)))) {
            double share = 0;
            for (int step = 1; step <= steps; step++) {
                try (TensorScope child = scope.openChild()) {
                    Tape tape = new Tape(child);
                    List<Variable> levels = new ArrayList<>();
                    levels.add(tape.constant(Tensor.of(child, DataType.FLOAT32, n, width, x)));
                    for (Parameter map : maps) {
                        Variable here = levels.getLast();
                        levels.add(here.plus(here.matmul(map.on(tape)).tanh()));
                    }
                    Variable target = tape.constant(Tensor.of(child, DataType.FLOAT32, n, 1, y));
                    Variable loss = levels.getLast()
                            .matmul(out.on(tape))
                            .minus(target)
                            .square()
                            .mean();
                    Variable penalty = flow.at(step, steps).along(levels);
                    if (step == steps) {
                        share = stillShare(levels, width);
                    }
                    adam.minimise(penalty == null ? loss : loss.plus(penalty));
                }
            }
            all.forEach(Parameter::close);
            return share;
        }
    }

    /** Of the channels of all layers those whose mean |d| is below 0.05. */
    private static double stillShare(List<Variable> levels, int width) {
        int still = 0;
        for (int l = 1; l < levels.size(); l++) {
            double[] moved = levels.get(l)
                    .minus(levels.get(l - 1))
                    .abs()
                    .columnSum()
                    .value()
                    .toDoubles();
            for (double each : moved) {
                still += each / levels.getFirst().rows() < 0.05 ? 1 : 0;
            }
        }
        return (double) still / (levels.size() - 1) / width;
    }
}
