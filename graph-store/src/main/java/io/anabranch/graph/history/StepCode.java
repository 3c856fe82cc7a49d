package io.anabranch.graph.history;

import java.util.List;

/**
 * What a recurrent cell is told of a step, in this order: the gap since the vertex's step before, whether the vertex is the event's source, one number
 * for each known edge type, the standardised weight, and who the other end is. Nothing of it changes afterwards but by another step before this one, so a
 * history can be read again to the same end; that is why features of the other end, which change, are not here.
 *
 * @param edgeTypes types that have a number of their own, each once
 * @param weightMean taken from weights
 * @param weightScale by which the difference is multiplied, positive
 */
public record StepCode(
        GapCode gaps, List<String> edgeTypes, float weightMean, float weightScale, IdentityCode identities) {

    private static final double MILLIS = 1e-3;
    /** Of a standardised weight: whatever an event says, the cell is told numbers that it can add up. */
    private static final float MOST_WEIGHT = 1e6f;

    public StepCode {
        edgeTypes = List.copyOf(edgeTypes);
        if (edgeTypes.stream().distinct().count() < edgeTypes.size()) {
            throw new IllegalArgumentException("The edge types %s must differ.".formatted(edgeTypes));
        }
        if (!Float.isFinite(weightMean) || !(weightScale > 0 && weightScale < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "The mean (%s) of weights must be finite and their scale (%s) positive and finite."
                            .formatted(weightMean, weightScale));
        }
    }

    /** Numbers of a step. */
    public int width() {
        return GapCode.WIDTH + 1 + edgeTypes.size() + 1 + identities.width();
    }

    /** The place of a type among {@link #edgeTypes}, -1 for one that has none. */
    public int place(String edgeType) {
        return edgeTypes.indexOf(edgeType);
    }

    /** The gap between two event times in milliseconds, as {@link GapCode} wants it. */
    public static double gap(long beforeMs, long timeMs) {
        return (timeMs - beforeMs) * MILLIS;
    }

    /**
     * Writes {@link #width} numbers.
     *
     * @param gap seconds since the step before, or {@link GapCode#NEVER}
     * @param place of the edge's type
     * @param other {@link IdentityCode#hash} of the other end's id
     */
    public void write(double gap, boolean source, int place, float weight, long other, float[] target, int offset) {
        gaps.write(gap, target, offset);
        int at = offset + GapCode.WIDTH;
        target[at++] = source ? 1 : 0;
        for (int i = 0; i < edgeTypes.size(); i++) {
            target[at++] = i == place ? 1 : 0;
        }
        target[at++] = Math.clamp((weight - weightMean) * weightScale, -MOST_WEIGHT, MOST_WEIGHT);
        identities.write(other, target, at);
    }
}
