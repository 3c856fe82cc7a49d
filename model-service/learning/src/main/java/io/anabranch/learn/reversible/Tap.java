package io.anabranch.learn.reversible;

import io.anabranch.learn.nn.Parameter;

/**
 * A linear map of the visible rows of one level, h W, that is added to a stack's readout.
 *
 * @param level 0 for the rows before the first layer, up to the number of layers
 * @param weight [k, r], with the same r for all taps of a stack
 */
public record Tap(int level, Parameter weight) {}
