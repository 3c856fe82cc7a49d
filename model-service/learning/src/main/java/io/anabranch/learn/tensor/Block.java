package io.anabranch.learn.tensor;

import org.bytedeco.javacpp.BytePointer;

/** One piece of off-heap memory that tensors are cut from, front to back. */
final class Block {

    /** A cache line; also the widest vector, so that no row of a fresh tensor straddles needlessly. */
    private static final long ALIGNMENT = 64;

    private final BytePointer memory;
    private final long capacity;
    private long used;

    Block(long capacity) {
        // Malloc may hand out any 16-byte boundary: the slack lets the first tensor start at a cache line.
        this.memory = new BytePointer(capacity + ALIGNMENT);
        this.capacity = capacity;
    }

    long capacity() {
        return capacity;
    }

    boolean fits(long bytes) {
        return used + aligned(bytes) <= capacity;
    }

    /** The address of {@code bytes} bytes with any content. */
    long take(long bytes) {
        long address = aligned(memory.address()) + used;
        used += aligned(bytes);
        return address;
    }

    void reuse() {
        used = 0;
    }

    void free() {
        memory.deallocate();
    }

    static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
