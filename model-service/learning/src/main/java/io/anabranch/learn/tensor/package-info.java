/**
 * Matrices outside the Java heap, and the kernels on them.
 *
 * <p>A {@link io.anabranch.learn.tensor.TensorScope} owns memory and frees it when it is closed; a
 * {@link io.anabranch.learn.tensor.Tensor} lives in one scope. Dense products go to ND4J (OpenBLAS). Arithmetic, rectifiers
 * and column sums are vector kernels on the memory of the tensors; what else ND4J does slowly (sums over edges, softmax,
 * optimiser steps) are fused kernels over heap arrays that are filled and emptied by bulk copies. No other package than this
 * one and {@code learn.autodiff} sees {@code org.nd4j}.
 *
 * <p>Not thread-safe: a tree of scopes, and all that lives in it, belongs to one thread at a time.
 */
@NullMarked
package io.anabranch.learn.tensor;

import org.jspecify.annotations.NullMarked;
