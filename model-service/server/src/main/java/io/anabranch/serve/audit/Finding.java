package io.anabranch.serve.audit;

import io.anabranch.serve.recompute.RelativeError;
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
        return new Finding(vertexId, RelativeError.of(stored, recomputed), stored, recomputed);
    }

    /** Whether nothing has moved between the two. */
    boolean sameAs(Finding other) {
        return Arrays.equals(stored, other.stored) && Arrays.equals(recomputed, other.recomputed);
    }
}
