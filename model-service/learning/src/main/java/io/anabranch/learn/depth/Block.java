package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parametric;

/**
 * What one layer computes from the visible rows: y = f(x), [n, in] → [n, out]; a graph convolution with its activation, or any other map.
 *
 * <p>Reversible stacks run a block again while they go back, so it must be deterministic: the same rows and parameters give the same bits on
 * whatever tape, dropout included.
 */
public interface Block extends Parametric {

    /** f(x) on the tape of x; parameters join it by {@link io.anabranch.learn.nn.Parameter#on}. */
    Variable apply(Tape tape, Variable visible);
}
