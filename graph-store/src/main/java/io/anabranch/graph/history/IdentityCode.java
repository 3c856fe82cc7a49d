package io.anabranch.graph.history;

import java.nio.charset.StandardCharsets;

/**
 * Signs that stand for who a vertex is: a function of its id, so they never change and are there for a vertex that comes tomorrow; nearly orthogonal
 * for different vertices.
 *
 * @param width how many signs, 0 or more
 */
public record IdentityCode(int width) {

    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    public IdentityCode {
        if (width < 0) {
            throw new IllegalArgumentException("The number of signs (%d) must not be negative.".formatted(width));
        }
    }

    /** What the signs are made of: FNV-1a over the id's UTF-8 bytes. Worth keeping where an id is met often. */
    public static long hash(String id) {
        long hash = FNV_BASIS;
        for (byte each : id.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    /** Writes the signs, +1 or -1, of the vertex whose id has this hash. */
    public void write(long hash, float[] target, int offset) {
        long bits = 0;
        for (int i = 0; i < width; i++) {
            if (i % Long.SIZE == 0) {
                bits = mixed(hash + (i / Long.SIZE + 1) * GOLDEN);
            }
            target[offset + i] = (bits >>> (i % Long.SIZE) & 1) == 1 ? 1 : -1;
        }
    }

    /** The finaliser of SplitMix64. */
    private static long mixed(long x) {
        x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
        x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }
}
