package io.anabranch.graph.hag.pass;

import java.util.concurrent.ConcurrentLinkedQueue;

/** Arrays for the rows of nodes, used again from pass to pass: fresh memory costs more than a pass over a small graph. Any thread. */
final class ScratchRows {

    private final ConcurrentLinkedQueue<float[]> free = new ConcurrentLinkedQueue<>();

    /** An array of at least so many floats, with anything in it. */
    float[] take(int floats) {
        float[] array = free.poll();
        return array == null || array.length < floats ? new float[floats] : array;
    }

    void giveBack(float[] array) {
        free.add(array);
    }
}
