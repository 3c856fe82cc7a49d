package io.anabranch.graph;

import java.nio.charset.StandardCharsets;

/** Owner = (murmur2(UTF-8 bytes of what is hashed of the id) &amp; 0x7fffffff) mod partitions; all is hashed, or the hash tag. */
record HashOwnership(int partitions, int partition) implements Ownership {

    HashOwnership {
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    "The number of partitions (%d) must be at least 1.".formatted(partitions));
        }
        if (partition < 0 || partition >= partitions) {
            throw new IllegalArgumentException(
                    "The partition (%d) must be from 0 to %d.".formatted(partition, partitions - 1));
        }
    }

    @Override
    public int ownerOf(String vertexId) {
        if (partitions == 1) {
            return 0;
        }
        return (murmur2(hashed(vertexId).getBytes(StandardCharsets.UTF_8)) & 0x7fffffff) % partitions;
    }

    /** The text between the first &#123; and the next &#125;, if there is any; else the whole id. */
    static String hashed(String vertexId) {
        int open = vertexId.indexOf('{');
        int close = open < 0 ? -1 : vertexId.indexOf('}', open + 1);
        return close > open + 1 ? vertexId.substring(open + 1, close) : vertexId;
    }

    /** MurmurHash2, 32 bits, of A. Appleby (public domain), with the seed that Kafka's default partitioner uses. */
    static int murmur2(byte[] data) {
        int m = 0x5bd1e995;
        int hash = 0x9747b28c ^ data.length;
        int whole = data.length & ~3;
        for (int i = 0; i < whole; i += 4) {
            int k = (data[i] & 0xff)
                    | (data[i + 1] & 0xff) << 8
                    | (data[i + 2] & 0xff) << 16
                    | (data[i + 3] & 0xff) << 24;
            k *= m;
            k ^= k >>> 24;
            hash = (hash * m) ^ (k * m);
        }
        int rest = data.length & 3;
        if (rest > 0) {
            for (int i = rest - 1; i >= 0; i--) {
                hash ^= (data[whole + i] & 0xff) << 8 * i;
            }
            hash *= m;
        }
        hash ^= hash >>> 13;
        hash *= m;
        return hash ^ (hash >>> 15);
    }
}
