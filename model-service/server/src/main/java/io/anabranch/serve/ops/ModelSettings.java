package io.anabranch.serve.ops;

import io.anabranch.serve.registry.Activation;
import io.anabranch.serve.registry.Retention;

/**
 * How versions of models come, answer and go.
 *
 * @param shadowQueue most nodes and pairs that wait for a shadow's answer
 */
public record ModelSettings(Activation activation, Retention retention, int shadowQueue) {}
