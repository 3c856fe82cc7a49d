package io.anabranch.graph.hag;

/**
 * What a computation graph saves.
 *
 * @param direct the cost of summing each row by itself
 * @param shared the cost of the computation graph
 * @param depth longest chain of aggregation nodes
 * @param scratchRows rows of scratch that a pass needs
 * @param equalRows targets whose row is that of an earlier target, where these were looked for
 * @param hubRows targets that were left out of the search for the length of their rows
 * @param hubSources sources that were left out for the number of their rows
 */
public record HagReport(
        HagCost direct, HagCost shared, int depth, int scratchRows, int equalRows, int hubRows, int hubSources) {

    /** Reports a plan of which the search is not at hand; equal rows and hubs count as none. */
    public static HagReport of(HagCost direct, Hag plan) {
        return new HagReport(direct, HagCost.of(plan), plan.depth(), plan.scratchRows(), 0, 0, 0);
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
