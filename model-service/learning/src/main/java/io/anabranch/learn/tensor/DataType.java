package io.anabranch.learn.tensor;

/** The precision of a tensor's elements. Training uses FLOAT32; gradient checks use FLOAT64. */
public enum DataType {
    FLOAT32(4),
    FLOAT64(8);

    private final int bytes;

    DataType(int bytes) {
        this.bytes = bytes;
    }

    /** The bytes that one element takes. */
    public int bytes() {
        return bytes;
    }
}
