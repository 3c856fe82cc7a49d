package io.anabranch.benchmark;

import io.anabranch.learn.autodiff.Losses;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Linear;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.reversible.GateRule;
import io.anabranch.learn.reversible.MomentumRule;
import io.anabranch.learn.reversible.ReversibleRule;
import io.anabranch.learn.reversible.ReversibleStack;
import io.anabranch.learn.reversible.ReversibleStore;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.LinearMap;
import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One training step, without the optimiser, of an encoder whose layers are connected in one way. Owns its parameters and memory. */
final class DeepStep implements AutoCloseable {

    /** How layers are connected, and whether activations are stored. */
    enum Kind {
        MOMENTUM_STORED(1),
        MOMENTUM(1),
        MOMENTUM_STAGED_STORED(4),
        MOMENTUM_STAGED(4),
        GATE_STORED(1),
        GATE(1);

        private final int stages;

        Kind(int stages) {
            this.stages = stages;
        }

        private boolean stored() {
            return this == reference();
        }

        private boolean gated() {
            return this == GATE || this == GATE_STORED;
        }

        /** The one with the same values and stored activations. */
        Kind reference() {
            return switch (this) {
                case MOMENTUM, MOMENTUM_STORED -> MOMENTUM_STORED;
                case MOMENTUM_STAGED, MOMENTUM_STAGED_STORED -> MOMENTUM_STAGED_STORED;
                case GATE, GATE_STORED -> GATE_STORED;
            };
        }
    }

    /**
     * What a step needed.
     *
     * @param ms of this thread's processor time
     * @param bytes the most that tensors took at one time, and those of states and buffers on the heap
     * @param stateBytes those on the heap
     * @param bits of information in all buffers before the way back
     */
    record Cost(double ms, long bytes, long stateBytes, long bits) {}

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    static final double MOMENTUM = 0.9f;
    static final double MAX_FORGET = 0.875;
    private static final int CLASSES = 7;

    private final Kind kind;
    private final SparseMatrix features;
    private final int width;
    private final List<Linear> entries = new ArrayList<>();
    private final List<List<Block>> stages = new ArrayList<>();
    private final ReversibleRule rule;
    private final Linear head;
    private final List<Parameter> parameters;
    private final TensorScope memory = TensorScope.open();
    private final int[] rows;
    private final int[] classes;
    private double loss;
    private List<float[]> gradients = List.of();

    DeepStep(Kind kind, SparseMatrix features, LinearMap sum, int width, int layers) {
        this.kind = kind;
        this.features = features;
        this.width = width;
        SplittableRandom random = new SplittableRandom(7);
        for (int stage = 0; stage < kind.stages; stage++) {
            int in = stage == 0 ? features.columns() : width;
            entries.add(Linear.create(
                    "entry." + stage, DataType.FLOAT32, in, width, true, Initialiser.glorotUniform(), random));
            stages.add(IntStream.range(0, layers / kind.stages)
                    .<Block>mapToObj(layer -> GcnBlock.create("layer." + layer, sum, width, random))
                    .toList());
        }
        GruCell cell = GruCell.create("cell", DataType.FLOAT32, width, width, random);
        rule = kind.gated() ? new GateRule(List.of(cell), MAX_FORGET) : new MomentumRule(MOMENTUM);
        head = Linear.create("head", DataType.FLOAT32, width, CLASSES, true, Initialiser.glorotUniform(), random);
        parameters = Stream.of(
                        entries.stream().flatMap(entry -> entry.parameters().stream()),
                        stages.stream().flatMap(List::stream).flatMap(block -> block.parameters().stream()),
                        kind.gated() ? cell.parameters().stream() : Stream.<Parameter>of(),
                        head.parameters().stream())
                .flatMap(part -> part)
                .toList();
        rows = IntStream.range(0, features.rows()).toArray();
        classes = random.ints(features.rows(), 0, CLASSES).toArray();
    }

    Cost run() {
        long begin = THREADS.getCurrentThreadCpuTime();
        long state = 0;
        long bits = 0;
        try (TensorScope step = memory.openChild()) {
            Tape tape = new Tape(step);
            Variable visible = entries.getFirst().apply(tape, features);
            List<ReversibleStore> stores = new ArrayList<>();
            for (int stage = 0; stage < stages.size(); stage++) {
                visible = stage == 0 ? visible : entries.get(stage).apply(visible);
                visible = stage(tape, stages.get(stage), visible, stores);
            }
            Variable total = Losses.crossEntropy(head.apply(visible), rows, classes);
            for (ReversibleStore store : stores) {
                state += store.bytes();
                bits += store.bufferBits();
            }
            List<Variable> found = tape.gradients(
                    total, parameters.stream().map(p -> p.on(tape)).toList(), false);
            double ms = (THREADS.getCurrentThreadCpuTime() - begin) / 1e6;
            loss = total.scalar();
            gradients = found.stream().map(g -> g.value().toFloats()).toList();
            return new Cost(ms, memory.peakBytes() + state, state, bits);
        }
    }

    private Variable stage(Tape tape, List<Block> blocks, Variable visible, List<ReversibleStore> stores) {
        Variable hidden = tape.constant(Tensor.zeros(tape.scope(), DataType.FLOAT32, visible.rows(), width));
        if (!kind.stored()) {
            ReversibleStack.Result result = ReversibleStack.apply(tape, rule, blocks, visible, hidden, List.of(), null);
            stores.add(result.store());
            return result.visible();
        }
        Variable h = visible;
        Variable c = hidden;
        for (Block block : blocks) {
            Variable y = block.apply(tape, h);
            switch (rule) {
                case MomentumRule momentum -> {
                    c = c.times(momentum.momentum()).plus(y.times(1 - momentum.momentum()));
                    h = h.plus(c);
                }
                case GateRule gate -> {
                    GruCell.Gate step = gate.cells().getFirst().gate(y, h, gate.maxForget());
                    Variable next = step.keep().times(c).plus(step.increment());
                    c = h;
                    h = next;
                }
            }
        }
        return h;
    }

    double loss() {
        return loss;
    }

    /** The largest difference of a gradient from the other's, by the largest of the parameter. */
    double gradientDifference(DeepStep other) {
        double worst = 0;
        for (int i = 0; i < gradients.size(); i++) {
            double largest = 0;
            double difference = 0;
            for (int k = 0; k < gradients.get(i).length; k++) {
                largest = Math.max(largest, Math.abs(gradients.get(i)[k]));
                difference = Math.max(
                        difference,
                        Math.abs(gradients.get(i)[k] - other.gradients.get(i)[k]));
            }
            worst = Math.max(worst, difference / Math.max(largest, 1e-30));
        }
        return worst;
    }

    @Override
    public void close() {
        parameters.forEach(Parameter::close);
        memory.close();
    }
}
