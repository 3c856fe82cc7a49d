package io.anabranch.serve.predict;

/**
 * A share of all keys, by a hash of key and salt: the same on every server and after every restart, and a key that is in a share is in
 * every greater share of the same salt.
 */
final class Share {

    private static final double UNIT = 0x1.0p-53;
    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

    private Share() {}

    /** @param percent 0: no key; 100: every key */
    static boolean holds(double percent, long salt, String key) {
        return holds(percent, salt, (long) key.hashCode());
    }

    static boolean holds(double percent, long salt, long key) {
        long mixed = mix(mix(salt * GOLDEN_RATIO) ^ key);
        return (mixed >>> 11) * UNIT < percent / 100;
    }

    /** The finaliser of SplitMix64: each bit of the input moves half the bits of the output. */
    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}
