package io.anabranch.learn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class NoiseExpansionTest {

    private static final int STATE = 3;
    private static final int STEPS = 4;
    private static final double TIME = 0.3;

    /** Drawn by numpy's default_rng(0), from whose arrays an independent script computed the figures below. */
    private static final double[] A = {
        -0.43713488945330337,
        -0.06605243164565094,
        0.32021132522164103,
        0.052450058576519853,
        -0.7678346865805554,
        0.18079752745474237,
        0.6520000225650686,
        0.4735404815646211,
        -0.8518676179034963
    };

    private static final double[] W = {
        -1.2654214710460525,
        -0.6232744625373522,
        0.0413259793472436,
        -2.3250307746388343,
        -0.21879166393254573,
        -1.2459109472530652,
        -0.7322673547034516,
        -0.5442589828573099,
        -0.31630015636915454
    };

    private static final double[] EVENTS = {
        0.4116305363741328,
        1.0425133694426776,
        -0.12853466294403426,
        1.3664634705496859,
        -0.6651946734866135,
        0.3515100700930197,
        0.9034701816518086,
        0.09401229776087457,
        -0.7434992493538084,
        -0.9217253762584194,
        -0.45772582566733916,
        0.2201951234700494
    };

    private static final double[] HEAD = {-1.009618183538736, -0.20917557487171307, -0.15922500991447772};
    private static final double[] START = {0.5408455846858077, 0.2146591225063409, 0.3553727090399214};

    private final SplittableRandom random = new SplittableRandom(61);

    @Test
    void theFiguresOfAnIndependentScriptComeOut() {
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            // h' = h + dt (h Aᵀ + tanh(h Wᵀ + u)), noise √dt ξ, logistic loss of ⟨h, w⟩.
            RecurrentCell.Transition transition = (u, h, noise) -> {
                Variable a = tape.constant(Tensor.of(scope, STATE, STATE, A));
                Variable w = tape.constant(Tensor.of(scope, STATE, STATE, W));
                Variable drift = h.matmul(a, false, true)
                        .plus(h.matmul(w, false, true).plus(u).tanh());
                return h.plus(drift.times(TIME));
            };
            NoiseExpansion expansion = NoiseExpansion.of(
                    tape,
                    transition,
                    Diffusion.additive(1, STATE),
                    Tensor.of(scope, STEPS, STATE, EVENTS),
                    Tensor.of(scope, 1, STATE, START),
                    h -> h.matmul(h.tape().constant(Tensor.of(scope, STATE, 1, HEAD)))
                            .negate()
                            .softplus());
            assertThat(expansion.loss()).isCloseTo(0.7804882097079351, within(1e-12));
            assertThat(expansion.drift()).isCloseTo(-0.010099077759240432, within(1e-12));
            assertThat(expansion.curvature()).isCloseTo(0.5274567731426432, within(1e-12));
            // The published measurement, 3.263e-3 ± 4.3e-5 at 0.2; noise of strength √dt · 0.2.
            assertThat(expansion.expectedLoss(0.2 * Math.sqrt(TIME)) - expansion.loss())
                    .isCloseTo(3.104e-3, within(1e-6));
        }
    }

    /** Noise as training draws it, of strengths that depend on the state. */
    @Test
    void theExpansionIsWhatNoiseDoesOnTheMean() {
        int n = 150_000;
        double strength = 0.15;
        int[] lengths = new int[n];
        Arrays.fill(lengths, STEPS);
        PackedSequences packed = PackedSequences.of(lengths);
        try (TensorScope scope = TensorScope.open();
                LipschitzCell cell = cell()) {
            Tape tape = new Tape(scope);
            Tensor events = random(scope, STEPS, 2);
            Tensor start = random(scope, 1, STATE);
            Tensor weights = random(scope, STATE, 1);
            UnaryOperator<Variable> loss =
                    h -> h.matmul(h.tape().constant(weights)).times(2).softplus();
            NoiseExpansion expansion =
                    NoiseExpansion.of(tape, cell.on(tape), cell.diffusion(tape, 1, 0.5), events, start, loss);

            int[] rows = new int[packed.total()];
            for (int row = 0; row < rows.length; row++) {
                rows[row] = row / n;
            }
            HiddenNoise noise = new HiddenNoise(NoiseMode.EULER_MARUYAMA, strength, 0.5 * strength);
            Variable last = new Recurrence(cell, noise)
                    .last(
                            Pass.training(new SplittableRandom(5)),
                            packed,
                            tape.constant(events).gatherRows(rows),
                            tape.constant(start).broadcastTo(n, STATE));
            double[] losses = loss.apply(last).value().toDoubles();
            double mean = Arrays.stream(losses).average().orElseThrow();
            double deviation = Math.sqrt(Arrays.stream(losses)
                    .map(value -> (value - mean) * (value - mean))
                    .average()
                    .orElseThrow());
            double predicted = expansion.expectedLoss(strength) - expansion.loss();
            assertThat(predicted).isPositive();
            assertThat(mean - expansion.loss())
                    .isCloseTo(predicted, within(4 * deviation / Math.sqrt(n) + 0.05 * predicted));
            assertThat(4 * deviation / Math.sqrt(n)).isLessThan(0.5 * predicted);
        }
    }

    @Test
    void thePenaltyIsTheCurvatureOfTheCrossEntropyAndItsEstimateHasThatMean() {
        PackedSequences packed = PackedSequences.of(4, 0, 2);
        try (TensorScope scope = TensorScope.open();
                LipschitzCell cell = cell()) {
            Tape tape = new Tape(scope);
            Variable events = tape.constant(random(scope, packed.total(), 2));
            Variable initial = tape.constant(random(scope, 3, STATE));
            Tensor head = random(scope, STATE, 4);
            UnaryOperator<Variable> logits =
                    h -> h.matmul(h.tape().constant(head)).times(2);
            Diffusion diffusion = cell.diffusion(tape, 0.7, 0.4);

            double expected = 0;
            for (int sequence = 0; sequence < 3; sequence++) {
                int steps = packed.length(sequence);
                if (steps > 0) {
                    int[] rows = new int[steps];
                    for (int step = 0; step < steps; step++) {
                        rows[step] = packed.row(sequence, step);
                    }
                    int label = sequence;
                    expected += NoiseExpansion.of(
                                    tape,
                                    cell.on(tape),
                                    diffusion,
                                    events.gatherRows(rows).value(),
                                    initial.gatherRows(sequence).value(),
                                    h -> logits.apply(h)
                                            .logSoftmax()
                                            .sliceColumns(label, label + 1)
                                            .negate())
                            .curvature();
                }
            }
            double exact = NoisePenalty.exact(cell, diffusion, packed, events, initial, logits)
                    .scalar();
            assertThat(exact).isCloseTo(expected / 3, within(1e-10));
            assertThat(exact).isPositive();

            double mean = 0;
            int probes = 3_000;
            for (int probe = 0; probe < probes; probe++) {
                try (TensorScope trial = scope.openChild()) {
                    Tape own = new Tape(trial);
                    mean += NoisePenalty.estimated(
                                            cell,
                                            cell.diffusion(own, 0.7, 0.4),
                                            packed,
                                            own.constant(events.value()),
                                            own.constant(initial.value()),
                                            logits,
                                            random)
                                    .scalar()
                            / probes;
                }
            }
            assertThat(mean).isCloseTo(exact, within(0.08 * exact));
        }
    }

    @Test
    void thePenaltyCanBeLearntBy() {
        PackedSequences packed = PackedSequences.of(3, 2);
        try (TensorScope scope = TensorScope.open();
                RecurrentCell cell = Cells.GRU.create(DataType.FLOAT64)) {
            Tensor head = random(scope, Cells.WIDTH, 3);
            Tensor events = random(scope, packed.total(), Cells.IN);
            Tensor initial = random(scope, 2, Cells.WIDTH);
            for (boolean estimated : new boolean[] {false, true}) {
                Tape tape = new Tape(scope);
                Parameter recurrent = cell.parameters().get(1);
                Tensor found = tape.gradients(
                                penalty(tape, cell, packed, events, initial, head, estimated),
                                List.of(recurrent.on(tape)),
                                false)
                        .getFirst()
                        .value();
                double[] values = recurrent.tensor().toDoubles();
                for (int i = 0; i < values.length; i += 5) {
                    double[] sides = new double[2];
                    for (int side = 0; side < 2; side++) {
                        double[] moved = values.clone();
                        moved[i] += side == 0 ? 1e-5 : -1e-5;
                        recurrent.tensor().assign(moved);
                        sides[side] = penalty(new Tape(scope), cell, packed, events, initial, head, estimated)
                                .scalar();
                    }
                    recurrent.tensor().assign(values);
                    assertThat(found.toDoubles()[i]).isCloseTo((sides[0] - sides[1]) / 2e-5, within(1e-6));
                }
            }
        }
    }

    @Test
    void noEventsAreRefused() {
        try (TensorScope scope = TensorScope.open();
                LipschitzCell cell = cell()) {
            Tape tape = new Tape(scope);
            assertThatThrownBy(() -> NoiseExpansion.of(
                            tape,
                            cell.on(tape),
                            Diffusion.additive(1, STATE),
                            Tensor.zeros(scope, DataType.FLOAT64, 0, 2),
                            random(scope, 1, STATE),
                            h -> h.rowSum()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("M ≥ 1");
        }
    }

    private static Variable penalty(
            Tape tape,
            RecurrentCell cell,
            PackedSequences packed,
            Tensor events,
            Tensor initial,
            Tensor head,
            boolean estimated) {
        Diffusion diffusion = Diffusion.additive(0.3, cell.outputWidth());
        Variable inputs = tape.constant(events);
        Variable start = tape.constant(initial);
        UnaryOperator<Variable> logits = h -> h.matmul(tape.constant(head));
        return estimated
                ? NoisePenalty.estimated(cell, diffusion, packed, inputs, start, logits, new SplittableRandom(4))
                : NoisePenalty.exact(cell, diffusion, packed, inputs, start, logits);
    }

    private LipschitzCell cell() {
        LipschitzCell cell = LipschitzCell.create(
                "cell",
                DataType.FLOAT64,
                2,
                STATE,
                TIME,
                new StructuredMatrix(0.6, 0.1),
                new StructuredMatrix(0.6, 0.1),
                random);
        for (Parameter parameter : cell.parameters().subList(0, 2)) {
            parameter.tensor().assign(random.doubles(STATE * STATE, -1, 1).toArray());
        }
        return cell;
    }

    private Tensor random(TensorScope scope, int rows, int columns) {
        return Tensor.of(
                scope,
                rows,
                columns,
                random.doubles((long) rows * columns, -1, 1).toArray());
    }
}
