package io.anabranch.learn.temporal;

import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/**
 * A row of numbers for every event: what is known when it has just happened. Written once by who makes it, then read only.
 *
 * <p>Memory: 4 bytes a number.
 */
public final class EventRows {

    private final int width;
    private final float[] values;

    EventRows(int events, int width) {
        this.width = width;
        this.values = new float[Math.multiplyExact(events, width)];
    }

    public int events() {
        return values.length / width;
    }

    public int width() {
        return width;
    }

    public float value(int event, int column) {
        return values[event * width + column];
    }

    float[] values() {
        return values;
    }

    int offset(int event) {
        return event * width;
    }

    /** The rows of some events as a matrix. */
    Tensor gather(TensorScope scope, int[] events) {
        float[] rows = new float[events.length * width];
        for (int i = 0; i < events.length; i++) {
            System.arraycopy(values, events[i] * width, rows, i * width, width);
        }
        return Tensor.of(scope, events.length, width, rows);
    }
}
