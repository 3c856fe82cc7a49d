package io.anabranch.graph.testkit;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Spoils byte sequences the way that broken producers, disks and attackers do. */
public final class ByteMutations {

    private static final int MOST_RANDOM_BYTES = 200;
    // Where lengths, tags and signs turn over.
    private static final byte[] EDGES = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff, 0x08, 0x0a, 0x12, '{', '"'};

    private ByteMutations() {}

    /** Bytes without any sense. */
    public static byte[] random(RandomGenerator random) {
        byte[] bytes = new byte[random.nextInt(MOST_RANDOM_BYTES)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** One to four changes: bytes flipped, set, cut off, left out, repeated. */
    public static byte[] of(byte[] valid, RandomGenerator random) {
        byte[] bytes = valid.clone();
        for (int change = random.nextInt(4); change >= 0 && bytes.length > 0; change--) {
            bytes = changed(bytes, random);
        }
        return bytes;
    }

    private static byte[] changed(byte[] bytes, RandomGenerator random) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = EDGES[random.nextInt(EDGES.length)];
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> {
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + 1, bytes.length));
            }
            default -> {
                int end = at + random.nextInt(bytes.length - at) + 1;
                return joined(Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, at, bytes.length));
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
