package io.anabranch.graph;

import java.nio.charset.StandardCharsets;

/** Which part of a task's data a label belongs to. */
public enum Part {
    TRAIN,
    VALIDATION,
    TEST;

    /**
     * The part of a label that names none: 60 % train, 20 % validation, 20 % test by a hash (FNV-1a, 64 bits, with a final mix)
     * of the node id and the task. Depends on nothing else, so a label keeps its part through updates, restarts and re-creation.
     */
    public static Part byHash(String nodeId, String task) {
        long hash = fnv1a(0xcbf29ce484222325L, task);
        hash = fnv1a((hash ^ 0xff) * 0x100000001b3L, nodeId);
        // FNV leaves the high bits of short inputs poorly mixed.
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash ^= hash >>> 33;
        long fifth = Long.remainderUnsigned(hash, 5);
        return fifth < 3 ? TRAIN : fifth == 3 ? VALIDATION : TEST;
    }

    private static long fnv1a(long hash, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }
}
