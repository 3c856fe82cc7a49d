package io.anabranch.serve.recompute;

import org.jspecify.annotations.Nullable;

/** How far an embedding that is served is from the recomputed one. */
public final class RelativeError {

    private RelativeError() {}

    /** The greatest difference, relative to 1 + the greatest recomputed value; infinite where only one of the two is there. */
    public static double of(float @Nullable [] stored, double @Nullable [] recomputed) {
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
}
