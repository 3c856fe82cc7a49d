package io.anabranch.learn.reversible;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;

/** The way forward: each layer on a tape of its own, which is gone when the layer is done. */
record Ascent(Motion motion, List<Block> blocks, StateAlongDepth state) {

    /** The visible rows after the last layer. */
    Tensor run(TensorScope work, Tensor visible, Readings readings) {
        Tensor rows = visible.copy(work);
        state.writeVisible(rows);
        readings.read(0, rows);
        for (int layer = 0; layer < blocks.size(); layer++) {
            try (TensorScope scope = work.openChild()) {
                Tape tape = new Tape(scope);
                Variable input = tape.constant(rows);
                Motion.Update update =
                        motion.update(layer, input, blocks.get(layer).apply(tape, input));
                motion.forward(state, update, rows);
            }
            readings.read(layer + 1, rows);
        }
        return rows;
    }
}
