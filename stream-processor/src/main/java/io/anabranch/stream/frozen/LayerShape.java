package io.anabranch.stream.frozen;

/** What all kinds of layers have. */
record LayerShape(Aggregation aggregation, Activation activation, int inputWidth, int outputWidth) {}
