package io.anabranch.serve.recompute;

import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/** The slope of a value by the share that an edge keeps of its weight, where it keeps all: from values a little to both sides. */
public final class SlopeByDifferences {

    /** So small that few gates flip within it; a weight of a few bits times 1 ± this is still an exact float. */
    private static final double STEP = 0x1p-16;

    private static final double SMOOTH = 1e-7;

    private SlopeByDifferences() {}

    /**
     * Fourth order. A gate that flips close by, and equal maxima, show in differences of two widths that are not each other's like.
     *
     * @param value by share; asked for 1 and for four shares next to it
     * @return empty: it has a kink there
     */
    public static OptionalDouble of(DoubleUnaryOperator value) {
        double here = value.applyAsDouble(1);
        double more = value.applyAsDouble(1 + STEP);
        double less = value.applyAsDouble(1 - STEP);
        double halfMore = value.applyAsDouble(1 + STEP / 2);
        double halfLess = value.applyAsDouble(1 - STEP / 2);
        double coarse = (more - less) / (2 * STEP);
        double fine = (halfMore - halfLess) / STEP;
        double coarseBend = (more + less - 2 * here) / STEP;
        double fineBend = (halfMore + halfLess - 2 * here) / (STEP / 2);
        double bound = SMOOTH * (1 + Math.abs(here) + Math.abs(fine));
        boolean smooth = Math.abs(coarse - fine) < bound && Math.abs(coarseBend - 2 * fineBend) < bound;
        return smooth ? OptionalDouble.of((4 * fine - coarse) / 3) : OptionalDouble.empty();
    }
}
