package io.anabranch.learn.compress;

/**
 * Channels that several tensors share, so that they can go from all of them or none: the rows of a stage, the output of a layer, what a layer
 * has inside.
 *
 * @param size how many channels
 * @param unit channels that can only go together, such as those of an attention head; divides the size
 * @param removable false where somebody else counts on the width: features, logits
 */
record Axis(String name, int size, int unit, boolean removable) {

    int units() {
        return size / unit;
    }
}
