package io.anabranch.learn.reversible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.depth.TrajectoryPenalty;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReversibleStackTest {

    private static final int ROWS = 5;
    private static final int WIDTH = 3;
    private static final int LAYERS = 6;
    private static final int TAPPED = 2;

    /** Not symmetric in its arguments, and with third derivatives. */
    private static final TrajectoryPenalty PENALTY = new TrajectoryPenalty() {
        @Override
        public Variable step(Variable here, Variable next) {
            return next.minus(here.times(0.7)).square().sum();
        }

        @Override
        public Variable bend(Variable before, Variable here, Variable next) {
            Variable turn = before.times(0.4).minus(here).plus(next.times(1.3));
            return turn.square().times(turn).sum().times(0.2);
        }
    };

    private enum Kind {
        MOMENTUM,
        GATE,
        GATE_OF_EACH_LAYER,
        SHARED_BLOCK;

        /** A keep factor is rounded to 24 bits. */
        double tolerance() {
            return this == GATE || this == GATE_OF_EACH_LAYER ? 3e-7 : 1e-9;
        }
    }

    private final SplittableRandom random = new SplittableRandom(5);
    private final double[] start = random.doubles(ROWS * WIDTH, -1, 1).toArray();
    private final double[] startHidden = random.doubles(ROWS * WIDTH, -1, 1).toArray();
    private final double[] direction = random.doubles(ROWS * WIDTH, -1, 1).toArray();
    private final double[] hiddenDirection = random.doubles(ROWS * WIDTH, -1, 1).toArray();
    private final double[] tappedDirection =
            random.doubles(ROWS * TAPPED, -1, 1).toArray();

    /** A stack with all that it may have. */
    private record Model(ReversibleRule rule, List<? extends Block> blocks, List<Tap> taps) {

        List<Parameter> parameters() {
            Stream<Parameter> cells = rule instanceof GateRule gate
                    ? gate.cells().stream().flatMap(cell -> cell.parameters().stream())
                    : Stream.of();
            return Stream.of(
                            blocks.stream().flatMap(block -> block.parameters().stream()),
                            cells,
                            taps.stream().map(Tap::weight))
                    .flatMap(s -> s)
                    .distinct()
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void valuesAndGradientsAreThoseOfPlainBackPropagation(Kind kind) {
        Model model = model(kind, DataType.FLOAT64, LAYERS);
        try (TensorScope scope = TensorScope.open()) {
            List<double[]> expected = gradients(scope, model, false);
            List<double[]> found = gradients(scope, model, true);

            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertClose("output or gradient " + i, found.get(i), expected.get(i), kind.tolerance());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MOMENTUM", "SHARED_BLOCK"})
    void gradientsAgreeWithFiniteDifferences(Kind kind) {
        Model model = model(kind, DataType.FLOAT64, LAYERS);
        try (TensorScope scope = TensorScope.open()) {
            List<double[]> found = gradients(scope, model, true);
            double[] inVisible = found.get(4);
            for (int i = 0; i < start.length; i++) {
                double kept = start[i];
                start[i] = kept + 1e-4;
                double up = loss(scope, model);
                start[i] = kept - 1e-4;
                double down = loss(scope, model);
                start[i] = kept;
                assertThat(inVisible[i]).isCloseTo((up - down) / 2e-4, within(2e-6));
            }
        }
    }

    @Test
    void aSecondWayBackGivesTheSame() {
        Model model = model(Kind.GATE, DataType.FLOAT64, LAYERS);
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            ReversibleStack.Result result = stack(tape, model);
            Parameter parameter = model.parameters().getFirst();
            Variable loss = result.visible().square().sum();
            assertThat(result.store().levels()).isEqualTo(LAYERS);
            double[] first = tape.gradients(loss, List.of(parameter.on(tape)), false)
                    .getFirst()
                    .value()
                    .toDoubles();
            assertThat(result.store().levels()).isZero();
            assertThat(result.store().bufferBits()).isZero();
            assertThat(tape.gradients(loss, List.of(parameter.on(tape)), false)
                            .getFirst()
                            .value()
                            .toDoubles())
                    .isEqualTo(first);
        }
    }

    @Test
    void secondDerivativesAreRefused() {
        Model model = model(Kind.MOMENTUM, DataType.FLOAT64, 2);
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Variable loss = stack(tape, model).visible().sum();
            Variable parameter = model.parameters().getFirst().on(tape);
            assertThatThrownBy(() -> tape.gradients(loss, List.of(parameter), true))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("cannot be differentiated again");
        }
    }

    @Test
    void aBlockThatGivesOtherBitsIsFound() {
        double[] call = new double[1];
        Block drifting = new Block() {
            @Override
            public Variable apply(Tape tape, Variable visible) {
                call[0] += 1e-9;
                return visible.tanh().plus(call[0]);
            }

            @Override
            public List<Parameter> parameters() {
                return List.of();
            }
        };
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Variable visible = tape.variable(Tensor.of(scope, ROWS, WIDTH, start));
            Variable hidden = tape.constant(Tensor.of(scope, ROWS, WIDTH, startHidden));
            Variable loss = ReversibleStack.apply(
                            tape, new MomentumRule(0.9), List.of(drifting, drifting), visible, hidden, List.of(), null)
                    .visible()
                    .sum();
            assertThatThrownBy(() -> tape.gradients(loss, List.of(visible), false))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("of 2 layers did not end where it began");
        }
    }

    private static void assertClose(String what, double[] found, double[] expected, double tolerance) {
        assertThat(found).as(what).hasSameSizeAs(expected);
        double largest = 1e-3;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(found[i] - expected[i]) / largest)
                    .as("%s, element %d: %s, expected %s", what, i, found[i], expected[i])
                    .isLessThan(tolerance);
        }
    }

    /** Visible, hidden, tapped, penalty, and then the gradients in h_0, c_0 and all parameters. */
    private List<double[]> gradients(TensorScope scope, Model model, boolean reversible) {
        try (TensorScope trial = scope.openChild()) {
            Tape tape = new Tape(trial);
            Variable visible = tape.variable(Tensor.of(trial, ROWS, WIDTH, start));
            Variable hidden = tape.variable(Tensor.of(trial, ROWS, WIDTH, startHidden));
            List<Variable> outputs = reversible
                    ? outputs(ReversibleStack.apply(
                            tape, model.rule(), model.blocks(), visible, hidden, model.taps(), PENALTY))
                    : outputs(Unrolled.of(tape, model.rule(), model.blocks(), visible, hidden), model);
            List<Variable> inputs = new ArrayList<>(List.of(visible, hidden));
            model.parameters().forEach(parameter -> inputs.add(parameter.on(tape)));
            List<Variable> all = new ArrayList<>(outputs);
            all.addAll(tape.gradients(loss(outputs), inputs, false));
            return all.stream().map(v -> v.value().toDoubles()).toList();
        }
    }

    private double loss(TensorScope scope, Model model) {
        try (TensorScope trial = scope.openChild()) {
            return loss(outputs(stack(new Tape(trial), model))).scalar();
        }
    }

    private ReversibleStack.Result stack(Tape tape, Model model) {
        return ReversibleStack.apply(
                tape,
                model.rule(),
                model.blocks(),
                tape.variable(Tensor.of(tape.scope(), ROWS, WIDTH, start)),
                tape.variable(Tensor.of(tape.scope(), ROWS, WIDTH, startHidden)),
                model.taps(),
                PENALTY);
    }

    private static List<Variable> outputs(ReversibleStack.Result result) {
        return List.of(result.visible(), result.hidden(), present(result.tapped()), present(result.penalty()));
    }

    private static List<Variable> outputs(Unrolled unrolled, Model model) {
        return List.of(
                unrolled.visible(),
                unrolled.hidden(),
                present(unrolled.tapped(model.taps())),
                unrolled.penalty(PENALTY));
    }

    private Variable loss(List<Variable> outputs) {
        return weighted(outputs.get(0), direction)
                .plus(weighted(outputs.get(1), hiddenDirection))
                .plus(weighted(outputs.get(2), tappedDirection))
                .plus(outputs.get(3).times(0.3));
    }

    private static Variable weighted(Variable rows, double[] weights) {
        Tape tape = rows.tape();
        return rows.times(tape.constant(
                        Tensor.of(tape.scope(), rows.value().type(), rows.rows(), rows.columns(), weights)))
                .sum();
    }

    private static Model model(Kind kind, DataType type, int layers) {
        SplittableRandom random = new SplittableRandom(77);
        List<Tap> taps = new ArrayList<>();
        for (int level = 0; level <= layers; level++) {
            if (level != 1) {
                taps.add(new Tap(
                        level,
                        Parameter.create("tap." + level, type, WIDTH, TAPPED, Initialiser.glorotUniform(), random)));
            }
        }
        return switch (kind) {
            case MOMENTUM ->
                new Model(new MomentumRule(0.9), TanhBlock.stack(layers, type, WIDTH, 4, WIDTH, random), taps);
            case GATE ->
                new Model(
                        new GateRule(List.of(GruCell.create("cell", type, 2, WIDTH, random)), 0.875),
                        TanhBlock.stack(layers, type, WIDTH, 4, 2, random),
                        taps);
            case GATE_OF_EACH_LAYER ->
                new Model(
                        new GateRule(
                                Stream.generate(() -> GruCell.create("cell", type, 2, WIDTH, random))
                                        .limit(layers)
                                        .toList(),
                                1),
                        TanhBlock.stack(layers, type, WIDTH, 4, 2, random),
                        taps);
            case SHARED_BLOCK -> {
                TanhBlock block = TanhBlock.create("block", type, WIDTH, 4, WIDTH, random);
                yield new Model(
                        new MomentumRule(0.5),
                        Stream.generate(() -> block).limit(layers).toList(),
                        taps);
            }
        };
    }

    private static Variable present(@Nullable Variable variable) {
        assertThat(variable).isNotNull();
        return Objects.requireNonNull(variable);
    }
}
