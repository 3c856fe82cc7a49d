package io.anabranch.learn.reversible;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** tanh(tanh(x W + b) V): [n, k] → [n, out]. */
record TanhBlock(Parameter first, Parameter bias, Parameter second) implements Block {

    static TanhBlock create(String name, DataType type, int width, int inner, int out, RandomGenerator random) {
        return new TanhBlock(
                Parameter.create(name + ".first", type, width, inner, Initialiser.glorotUniform(), random),
                Parameter.create(name + ".bias", type, 1, inner, Initialiser.uniform(0.3), random),
                Parameter.create(name + ".second", type, inner, out, Initialiser.glorotUniform(), random));
    }

    /** So many blocks with parameters of their own. */
    static List<TanhBlock> stack(int layers, DataType type, int width, int inner, int out, RandomGenerator random) {
        List<TanhBlock> blocks = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            blocks.add(create("block." + i, type, width, inner, out, random));
        }
        return blocks;
    }

    @Override
    public Variable apply(Tape tape, Variable visible) {
        Variable inner = visible.matmul(first.on(tape)).plus(bias.on(tape)).tanh();
        return inner.matmul(second.on(tape)).tanh();
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(first, bias, second);
    }
}
