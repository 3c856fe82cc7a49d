package io.anabranch.learn.temporal;

/**
 * Random numbers by position instead of by turn: the draw (seed, event, number) is the same whoever asks for it and whenever. SplitMix64's
 * output function (Steele et al., OOPSLA 2014) over its three coordinates, one after the other.
 */
record Draws(long seed) {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** 0 to bound - 1, all as likely to within bound / 2^63. */
    int below(int bound, long event, long number) {
        return (int) Long.remainderUnsigned(bits(event, number) >>> 1, bound);
    }

    /** 64 random bits. */
    long bits(long event, long number) {
        return mixed(mixed(mixed(seed) + event) + number);
    }

    private static long mixed(long state) {
        long z = state + GOLDEN;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
