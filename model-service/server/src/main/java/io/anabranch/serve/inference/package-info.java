/**
 * The Open Inference Protocol over the same use cases, without a transport: how models look through it, tensors to requests and answers to
 * tensors. Every inference is one call of {@link io.anabranch.serve.wire.PredictionCalls}.
 */
@NullMarked
package io.anabranch.serve.inference;

import org.jspecify.annotations.NullMarked;
