package io.anabranch.stream.propagation;

import java.util.Arrays;

/**
 * What a model's encoder had made of a vertex's first steps. Stored now and then, so that a next life need not read all steps again; it is believed only
 * where the digest says that those are still the vertex's first steps.
 *
 * @param steps how many
 * @param digest of them in their order, see {@link EncodedHistory}
 * @param state in fixed point
 */
public record HistoryCheckpoint(int steps, long digest, long[] state) {
    @Override
    public boolean equals(Object other) {
        return other instanceof HistoryCheckpoint(var otherSteps, var otherDigest, var otherState)
                && steps == otherSteps
                && digest == otherDigest
                && Arrays.equals(state, otherState);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(state) + Long.hashCode(digest);
    }

    @Override
    public String toString() {
        return "%d steps, digest %016x".formatted(steps, digest);
    }
}
