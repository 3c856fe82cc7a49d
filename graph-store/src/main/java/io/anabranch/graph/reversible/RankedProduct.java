package io.anabranch.graph.reversible;

/**
 * Products p = h z div 2^F of a number and a share z, 1 to 2^F, and which of the numbers with that product h was: its rank. The numbers with a
 * product follow each other: first(p) = ceil(p 2^F / z) up to first(p + 1) - 1, so h = first(p) + rank, and the rank is below
 * {@code count(p) = first(p + 1) - first(p)}. All divisions round down, also below zero.
 */
public final class RankedProduct {

    private RankedProduct() {}

    /** p, for |h| &lt; 2^61. */
    public static long product(long h, long share, int shareBits) {
        // The numbers with one product differ in their low digits alone: high share is part of all products.
        return (h >> shareBits) * share + ((h & mask(shareBits)) * share >>> shareBits);
    }

    /** h - first(p). */
    public static long rank(long h, long share, int shareBits) {
        long mask = mask(shareBits);
        return ((h & mask) * share & mask) / share;
    }

    /** How many numbers have the product that h has. */
    public static long countOf(long h, long share, int shareBits) {
        long mask = mask(shareBits);
        long rest = (h & mask) * share & mask;
        return rest / share + 1 + (mask - rest) / share;
    }

    /** first(p). */
    public static long first(long product, long share, int shareBits) {
        long high = Math.floorDiv(product, share);
        long part = product - high * share << shareBits;
        return (high << shareBits) + (part + share - 1) / share;
    }

    /** How many numbers have the product p. */
    public static long count(long product, long share, int shareBits) {
        long high = Math.floorDiv(product, share);
        long part = product - high * share << shareBits;
        long first = (part + share - 1) / share;
        return 1 + (mask(shareBits) - (first * share - part)) / share;
    }

    private static long mask(int shareBits) {
        return (1L << shareBits) - 1;
    }
}
