package io.anabranch.learn.reversible;

/** How a layer's output changes the state of a vertex, in a way that can be undone. */
public sealed interface ReversibleRule permits MomentumRule, GateRule {}
