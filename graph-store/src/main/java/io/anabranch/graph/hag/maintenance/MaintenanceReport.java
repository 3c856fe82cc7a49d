package io.anabranch.graph.hag.maintenance;

import io.anabranch.graph.hag.HagCost;

/**
 * How a maintained graph stands. Counts are since it was made.
 *
 * @param direct what summing each row by itself costs now
 * @param shared what the graph costs now
 * @param edits edits that were applied: of single edges, own entries, whole rows and sizes
 * @param unfoldings nodes that gave way to their children in a target; what was done again on a rebuilt graph counts once more
 * @param rebuilds searches that were taken over
 * @param failedRebuilds searches that failed or were refused by their executor
 * @param rebuilding whether one is under way
 * @param waitingEdits edits that a rebuilt graph has not seen yet
 */
public record MaintenanceReport(
        HagCost direct,
        HagCost shared,
        long edits,
        long unfoldings,
        long rebuilds,
        long failedRebuilds,
        boolean rebuilding,
        int waitingEdits) {

    /** Binary aggregations that a pass saves. */
    public long aggregationsSaved() {
        return direct.aggregations() - shared.aggregations();
    }

    /** Rows that a pass does not read. */
    public long transfersSaved() {
        return direct.transfers() - shared.transfers();
    }

    /** How many times fewer binary aggregations; 1 where there are none. */
    public double aggregationsFactor() {
        return factor(direct.aggregations(), shared.aggregations());
    }

    /** How many times fewer rows are read; 1 where there are none. */
    public double transfersFactor() {
        return factor(direct.transfers(), shared.transfers());
    }

    private static double factor(long before, long after) {
        return after == 0 ? 1 : (double) before / after;
    }
}
