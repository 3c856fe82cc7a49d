package io.anabranch.graph.hag.live;

/**
 * What was done to keep graphs; never less than before.
 *
 * @param edits edits that were applied
 * @param rebuilds searches that were taken over, first ones included
 * @param failedRebuilds searches that failed or were refused by their executor
 */
public record KeptCounts(long edits, long rebuilds, long failedRebuilds) {

    static final KeptCounts NONE = new KeptCounts(0, 0, 0);
}
