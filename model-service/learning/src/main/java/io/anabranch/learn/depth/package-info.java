/**
 * What becomes of a layer's output along depth: residual, recurrent, momentum and reversible networks as one family, each usable with any
 * convolution. A vertex has a visible row, which the next layer reads, and in some connections a hidden one beside it; model.proto has the
 * formulas, docs/adr/0021 the reasons.
 */
@NullMarked
package io.anabranch.learn.depth;

import org.jspecify.annotations.NullMarked;
