/**
 * Reverse-mode differentiation whose backward pass is itself differentiable.
 *
 * <p>Three types carry it: a {@link io.anabranch.learn.autodiff.Tape} remembers which
 * {@link io.anabranch.learn.autodiff.Variable} came out of which {@link io.anabranch.learn.autodiff.Op}. An op states its
 * value with kernels of {@code learn.tensor} and its vector-Jacobian product with variables, so that a gradient asked for
 * with {@code createGraph} is an ordinary variable that can be differentiated again. One op per file; each is checked by
 * finite differences in first and second order.
 *
 * <p>Not thread-safe: a tape and its variables belong to the thread of their scope.
 */
@NullMarked
package io.anabranch.learn.autodiff;

import org.jspecify.annotations.NullMarked;
