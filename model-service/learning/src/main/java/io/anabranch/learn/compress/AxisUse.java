package io.anabranch.learn.compress;

/**
 * How one dimension of a tensor runs over an axis: {@code blocks} times one after the other, such as the gates of a cell, and one index for
 * every {@code step} channels, such as the attention vectors, of which each head has one.
 */
record AxisUse(String axis, int blocks, int step) {

    static AxisUse of(String axis) {
        return new AxisUse(axis, 1, 1);
    }

    static AxisUse blocks(String axis, int blocks) {
        return new AxisUse(axis, blocks, 1);
    }

    /** How long the dimension is where the axis has so many channels. */
    int extent(int channels) {
        return blocks * channels / step;
    }
}
