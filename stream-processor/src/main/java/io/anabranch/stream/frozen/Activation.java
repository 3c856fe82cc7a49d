package io.anabranch.stream.frozen;

/** What a layer applies to each number of its output. */
public enum Activation {
    IDENTITY,
    RELU
}
