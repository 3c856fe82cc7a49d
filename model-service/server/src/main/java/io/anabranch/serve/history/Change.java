package io.anabranch.serve.history;

import io.anabranch.serve.predict.NodeVector;
import org.jspecify.annotations.Nullable;

/**
 * A change of one embedding.
 *
 * @param timeMs when this process read it
 * @param before null: there was none
 * @param now null: it is gone
 */
record Change(
        long version,
        String vertexId,
        long timeMs,
        @Nullable NodeVector before,
        @Nullable NodeVector now) {}
