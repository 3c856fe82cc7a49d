package io.anabranch.learn.reversible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Op;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Linear;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is stored, and that nothing is lost by what is not. */
class ReversibleStoreTest {

    private static final int ROWS = 40;
    private static final int WIDTH = 16;

    /** The given value in place of the input's; rounding, for gradients. */
    private record Replaced(Tensor by) implements Op {
        @Override
        public Tensor forward(TensorScope scope, List<Tensor> inputs) {
            return by.copy(scope);
        }

        @Override
        public Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient) {
            return gradient;
        }
    }

    /** Rows that are worked out again are the very ones of the way forward, so gradients are bit for bit those of stored ones. */
    @Test
    void gradientsAreThoseOfStoredActivationsBitForBit() {
        SplittableRandom random = new SplittableRandom(21);
        List<TanhBlock> blocks = TanhBlock.stack(7, DataType.FLOAT64, WIDTH, 8, WIDTH, random);
        MomentumRule rule = new MomentumRule(0.8);
        try (TensorScope scope = TensorScope.open()) {
            Tensor rows = rows(scope, DataType.FLOAT64, random);
            Tape tape = new Tape(scope);
            List<Variable> inputs = new ArrayList<>();
            inputs.add(tape.variable(rows));
            Variable c = tape.constant(Tensor.zeros(scope, DataType.FLOAT64, ROWS, WIDTH));
            // Every level's rounded rows, from a stack that ends there.
            Variable h = tape.apply(new Replaced(end(scope, rule, blocks.subList(0, 1), rows, -1)), inputs.getFirst());
            for (int layer = 0; layer < blocks.size(); layer++) {
                List<TanhBlock> upTo = blocks.subList(0, layer + 1);
                Variable y = blocks.get(layer).apply(tape, h);
                Variable next = c.times(rule.rounded()).plus(y.times(1 - rule.rounded()));
                c = tape.apply(new Replaced(end(scope, rule, upTo, rows, 1)), next);
                h = tape.apply(new Replaced(end(scope, rule, upTo, rows, 0)), h.plus(c));
            }
            blocks.forEach(block -> block.parameters().forEach(p -> inputs.add(p.on(tape))));
            List<Variable> expected = tape.gradients(h.square().sum(), inputs, false);

            Tape other = new Tape(scope);
            List<Variable> same = new ArrayList<>(List.of(other.variable(rows)));
            blocks.forEach(block -> block.parameters().forEach(p -> same.add(p.on(other))));
            List<Variable> found = other.gradients(
                    stack(other, rule, blocks, rows).visible().square().sum(), same, false);

            assertThat(found).hasSize(1 + 3 * blocks.size());
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i).value().toDoubles())
                        .as("gradient %d", i)
                        .isEqualTo(expected.get(i).value().toDoubles());
            }
        }
    }

    /** Between what is forgotten and 1.4 times that, and nothing is left behind after a hundred layers back. */
    @Test
    void aHundredGatesGoBackExactlyWithTheBitsThatTheyForget() {
        SplittableRandom random = new SplittableRandom(22);
        int layers = 100;
        List<TanhBlock> blocks = TanhBlock.stack(layers, DataType.FLOAT32, WIDTH, 8, 5, random);
        GateRule rule = new GateRule(List.of(GruCell.create("cell", DataType.FLOAT32, 5, WIDTH, random)), 0.875);
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Tensor rows = rows(scope, DataType.FLOAT32, random);
            ReversibleStack.Result result = stack(tape, rule, blocks, rows);
            Variable h = tape.constant(rows);
            Variable c = tape.constant(Tensor.zeros(scope, DataType.FLOAT32, ROWS, WIDTH));
            double forgotten = 0;
            for (int layer = 0; layer < layers; layer++) {
                GruCell.Gate gate = rule.cell(layer).gate(blocks.get(layer).apply(tape, h), h, rule.maxForget());
                for (float keep : gate.keep().value().toFloats()) {
                    forgotten -= Math.log(keep) / Math.log(2);
                }
                Variable next = gate.keep().times(c).plus(gate.increment());
                c = h;
                h = next;
            }
            int elements = ROWS * WIDTH;
            assertThat(result.store().elements()).isEqualTo(elements);
            assertThat(result.store().levels()).isEqualTo(layers);
            assertThat((double) result.store().bufferBits())
                    .isBetween(0.95 * forgotten, Math.min(1.4 * forgotten, 3.0 * layers * elements));
            assertThat(result.store().bytes())
                    .isLessThan(elements * 20L + (long) (1.4 * forgotten / 8 * 1.4) + layers * elements / 8);
            assertThat(result.visible().value().toDoubles()).isNotEqualTo(rows.toDoubles());

            tape.gradients(result.visible().sum(), List.of(tape.variable(rows)), false);
            assertThat(result.store().bufferBits()).isZero();
            assertThat(result.store().bytes()).isEqualTo(elements * 20L);
        }
    }

    private enum Kind {
        MOMENTUM,
        GATE
    }

    @ParameterizedTest
    @EnumSource
    void memoryHardlyGrowsWithDepth(Kind kind) {
        assertThat((double) bytes(kind, 64)).isLessThan(1.2 * bytes(kind, 4));
    }

    private static long bytes(Kind kind, int layers) {
        SplittableRandom random = new SplittableRandom(23);
        TanhBlock block = TanhBlock.create("block", DataType.FLOAT32, WIDTH, WIDTH, WIDTH, random);
        ReversibleRule rule = kind == Kind.MOMENTUM
                ? new MomentumRule(0.9)
                : new GateRule(List.of(GruCell.create("cell", DataType.FLOAT32, WIDTH, WIDTH, random)), 0.5);
        try (TensorScope scope = TensorScope.open();
                TensorScope step = scope.openChild()) {
            Tensor rows = Tensor.of(
                    step,
                    DataType.FLOAT32,
                    5_000,
                    WIDTH,
                    random.doubles(5_000L * WIDTH, -1, 1).toArray());
            Tape tape = new Tape(step);
            List<TanhBlock> blocks = Stream.generate(() -> block).limit(layers).toList();
            ReversibleStack.Result result = stack(tape, rule, blocks, rows);
            long stored = result.store().bytes();
            tape.gradients(result.visible().sum(), List.of(block.first().on(tape)), false);
            return scope.peakBytes() + stored;
        }
    }

    /** The gradient test of the authors: 8 blocks 3-5-3, γ = 0.99, loss Σ (y² + y³). */
    @Test
    void theGradientTestOfThePaper() {
        SplittableRandom random = new SplittableRandom(24);
        List<TanhBlock> blocks = TanhBlock.stack(8, DataType.FLOAT32, 3, 5, 3, random);
        MomentumRule rule = new MomentumRule(0.99f);
        try (TensorScope scope = TensorScope.open()) {
            Tensor rows = Tensor.of(
                    scope, DataType.FLOAT32, 10, 3, random.doubles(30, -1, 1).toArray());
            List<List<Variable>> gradients = new ArrayList<>();
            for (boolean reversible : new boolean[] {true, false}) {
                Tape tape = new Tape(scope);
                Variable start = tape.variable(rows);
                Variable zero = tape.constant(Tensor.zeros(scope, DataType.FLOAT32, 10, 3));
                Variable y = reversible
                        ? ReversibleStack.apply(tape, rule, blocks, start, zero, List.of(), null)
                                .visible()
                        : Unrolled.of(tape, rule, blocks, start, zero).visible();
                List<Variable> inputs = new ArrayList<>(List.of(start));
                blocks.forEach(block -> block.parameters().forEach(p -> inputs.add(p.on(tape))));
                gradients.add(
                        tape.gradients(y.square().plus(y.square().times(y)).sum(), inputs, false));
            }
            for (int i = 0; i < gradients.getFirst().size(); i++) {
                double[] found = gradients.get(0).get(i).value().toDoubles();
                double[] expected = gradients.get(1).get(i).value().toDoubles();
                for (int k = 0; k < found.length; k++) {
                    assertThat(found[k]).isCloseTo(expected[k], within(1e-5 + 1e-3 * Math.abs(expected[k])));
                }
            }
        }
    }

    /** Two stages of different widths, one op each: the rows between them are all that is stored beside their states. */
    @Test
    void stagesAreChained() {
        SplittableRandom random = new SplittableRandom(25);
        List<TanhBlock> wide = TanhBlock.stack(5, DataType.FLOAT64, WIDTH, 8, WIDTH, random);
        List<TanhBlock> narrow = TanhBlock.stack(4, DataType.FLOAT64, 6, 8, 6, random);
        Linear entry = Linear.create("entry", DataType.FLOAT64, WIDTH, 6, true, Initialiser.glorotUniform(), random);
        try (TensorScope scope = TensorScope.open()) {
            Tensor rows = rows(scope, DataType.FLOAT64, random);
            List<List<Variable>> all = new ArrayList<>();
            for (boolean reversible : new boolean[] {true, false}) {
                Tape tape = new Tape(scope);
                Variable first = stage(tape, reversible, new MomentumRule(0.9), wide, tape.variable(rows));
                Variable second = stage(tape, reversible, new MomentumRule(0.5), narrow, entry.apply(first));
                List<Variable> inputs = new ArrayList<>(
                        List.of(tape.variable(rows), entry.weight().on(tape)));
                Stream.concat(wide.stream(), narrow.stream())
                        .flatMap(block -> block.parameters().stream())
                        .forEach(p -> inputs.add(p.on(tape)));
                all.add(tape.gradients(second.square().mean(), inputs, false));
            }
            for (int i = 0; i < all.getFirst().size(); i++) {
                double[] found = all.get(0).get(i).value().toDoubles();
                double[] expected = all.get(1).get(i).value().toDoubles();
                for (int k = 0; k < found.length; k++) {
                    assertThat(found[k]).isCloseTo(expected[k], within(1e-9));
                }
            }
        }
    }

    private static Variable stage(
            Tape tape, boolean reversible, ReversibleRule rule, List<? extends Block> blocks, Variable start) {
        Variable zero = tape.constant(Tensor.zeros(tape.scope(), DataType.FLOAT64, start.rows(), start.columns()));
        return reversible
                ? ReversibleStack.apply(tape, rule, blocks, start, zero, List.of(), null)
                        .visible()
                : Unrolled.of(tape, rule, blocks, start, zero).visible();
    }

    /** The visible (0) or hidden (1) rows after all blocks, or the rounded rows before them (-1). */
    private static Tensor end(TensorScope scope, ReversibleRule rule, List<TanhBlock> blocks, Tensor rows, int what) {
        if (what < 0) {
            double[] values = rows.toDoubles();
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.rint(values[i] * 0x1p40) * 0x1p-40;
            }
            return Tensor.of(scope, rows.rows(), rows.columns(), values);
        }
        ReversibleStack.Result result = stack(new Tape(scope), rule, blocks, rows);
        return (what == 0 ? result.visible() : result.hidden()).value();
    }

    private static ReversibleStack.Result stack(
            Tape tape, ReversibleRule rule, List<? extends Block> blocks, Tensor rows) {
        Variable zero = tape.constant(Tensor.zeros(tape.scope(), rows.type(), rows.rows(), rows.columns()));
        return ReversibleStack.apply(tape, rule, blocks, tape.variable(rows), zero, List.of(), null);
    }

    private static Tensor rows(TensorScope scope, DataType type, SplittableRandom random) {
        return Tensor.of(
                scope,
                type,
                ROWS,
                WIDTH,
                random.doubles((long) ROWS * WIDTH, -1, 1).toArray());
    }
}
