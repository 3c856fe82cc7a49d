package io.anabranch.serve.audit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an audit found of one vertex.
 *
 * @param error greatest difference, relative to 1 + the greatest recomputed value; infinite where only one of the two is there
 * @param stored as served; null: not there
 * @param recomputed null: the vertex does not exist
 */
@SuppressWarnings("ArrayRecordComponent") // fresh arrays on their way out, compared by content below
record Finding(String vertexId, double error, float @Nullable [] stored, double @Nullable [] recomputed) {

    static Finding of(String vertexId, float @Nullable [] stored, double @Nullable [] recomputed) {
        return new Finding(vertexId, error(stored, recomputed), stored, recomputed);
    }

    private static double error(float @Nullable [] stored, double @Nullable [] recomputed) {
        if (stored == null && recomputed == null) {
            return 0;
        }
        if (stored == null || recomputed == null || stored.length != recomputed.length) {
            return Double.POSITIVE_INFINITY;
        }
        double difference = 0;
        double scale = 1;
        for (int i = 0; i < stored.length; i++) {
            double here = Math.abs(stored[i] - recomputed[i]);
            difference = Double.isNaN(here) ? Double.POSITIVE_INFINITY : Math.max(difference, here);
            scale = Math.max(scale, 1 + Math.abs(recomputed[i]));
        }
        return difference / scale;
    }

    /** Whether nothing has moved between the two. */
    boolean sameAs(Finding other) {
        return Arrays.equals(stored, other.stored) && Arrays.equals(recomputed, other.recomputed);
    }
}
