package io.anabranch.learn.model;

import java.util.Arrays;

/**
 * A named float32 tensor on the heap, row-major. Immutable; equality is by name, shape and the bits of the values.
 * Bytes: 4 per element.
 */
public final class WeightTensor {

    private final String name;
    private final int[] shape;
    private final float[] values;

    private WeightTensor(String name, int[] shape, float[] values) {
        this.name = name;
        this.shape = shape;
        this.values = values;
    }

    /** Copies both arrays. */
    public static WeightTensor of(String name, int[] shape, float[] values) {
        return owning(name, shape.clone(), values.clone());
    }

    public static WeightTensor matrix(String name, int rows, int columns, float[] values) {
        return of(name, new int[] {rows, columns}, values);
    }

    public static WeightTensor vector(String name, float[] values) {
        return of(name, new int[] {values.length}, values);
    }

    static WeightTensor owning(String name, int[] shape, float[] values) {
        if (name.isBlank()) {
            throw new InvalidModelException("A tensor must have a name.");
        }
        if (elements(name, shape) != values.length) {
            throw new InvalidModelException("The tensor (%s) of shape %s cannot hold (%d) values."
                    .formatted(name, Arrays.toString(shape), values.length));
        }
        return new WeightTensor(name, shape, values);
    }

    /** The product of the shape; refuses what a float[] cannot hold. */
    static int elements(String name, int[] shape) {
        long elements = 1;
        for (int extent : shape) {
            if (extent < 0) {
                throw new InvalidModelException(
                        "The shape %s of tensor (%s) must not be negative.".formatted(Arrays.toString(shape), name));
            }
            if (extent != 0 && elements > Integer.MAX_VALUE / extent) {
                throw new InvalidModelException("The tensor (%s) of shape %s has more than (%d) elements."
                        .formatted(name, Arrays.toString(shape), Integer.MAX_VALUE));
            }
            elements *= extent;
        }
        return (int) elements;
    }

    public String name() {
        return name;
    }

    public int rank() {
        return shape.length;
    }

    public int extent(int axis) {
        return shape[axis];
    }

    public int size() {
        return values.length;
    }

    public float value(int index) {
        return values[index];
    }

    /** A copy. */
    public int[] shape() {
        return shape.clone();
    }

    /** A copy. */
    public float[] values() {
        return values.clone();
    }

    public void copyInto(float[] target, int offset) {
        System.arraycopy(values, 0, target, offset, values.length);
    }

    /** A tensor of the same name and shape, all values times this. */
    public WeightTensor times(float factor) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = values[i] * factor;
        }
        return new WeightTensor(name, shape, scaled);
    }

    /** The same with the values of the first rows of a matrix alone times this. */
    public WeightTensor times(float factor, int rows) {
        float[] scaled = values.clone();
        for (int i = 0; i < rows * shape[1]; i++) {
            scaled[i] *= factor;
        }
        return new WeightTensor(name, shape, scaled);
    }

    boolean hasShape(int... expected) {
        return Arrays.equals(shape, expected);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WeightTensor that
                && name.equals(that.name)
                && Arrays.equals(shape, that.shape)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * name.hashCode() + Arrays.hashCode(shape)) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return name + Arrays.toString(shape);
    }
}
