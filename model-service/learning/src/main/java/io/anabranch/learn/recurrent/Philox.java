package io.anabranch.learn.recurrent;

/**
 * The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011): four 32-bit
 * words that depend on a counter of four words and a key of two alone. There is no state, so any draw can be had again at any time.
 */
final class Philox {

    private static final int ROUNDS = 10;
    private static final long FIRST_MULTIPLIER = 0xD2511F53L;
    private static final long SECOND_MULTIPLIER = 0xCD9E8D57L;
    private static final int FIRST_WEYL = 0x9E3779B9;
    private static final int SECOND_WEYL = 0xBB67AE85;
    private static final long WORD = 0xFFFFFFFFL;

    private Philox() {}

    /** Overwrites the four words of a counter with the four random ones. */
    static void scramble(int[] counter, int firstKey, int secondKey) {
        int key0 = firstKey;
        int key1 = secondKey;
        for (int round = 0; round < ROUNDS; round++) {
            long first = FIRST_MULTIPLIER * (counter[0] & WORD);
            long second = SECOND_MULTIPLIER * (counter[2] & WORD);
            counter[0] = (int) (second >>> 32) ^ counter[1] ^ key0;
            counter[1] = (int) second;
            counter[2] = (int) (first >>> 32) ^ counter[3] ^ key1;
            counter[3] = (int) first;
            key0 += FIRST_WEYL;
            key1 += SECOND_WEYL;
        }
    }
}
