package io.anabranch.graph.hag.maintenance;

import io.anabranch.graph.hag.HagOptions;

/**
 * When a patched graph is searched anew, and how.
 *
 * <p>Its cost is |Ê| − |V_A|, edges less nodes. A search is due when that exceeds {@code factor} times what the last search reached,
 * or, if there are fewer edges than then, that in proportion: deletions alone wear sharing down and hardly raise the cost.
 *
 * @param options of the search and the plan
 * @param factor more than 1
 */
public record RebuildRule(HagOptions options, double factor) {

    /** A fifth more than the last search found. */
    public static final double DEFAULT_FACTOR = 1.2;

    /** @throws IllegalArgumentException naming the value and what is allowed */
    public RebuildRule {
        if (!(factor > 1 && Double.isFinite(factor))) {
            throw new IllegalArgumentException("The factor (%s) must be finite and above 1.".formatted(factor));
        }
    }

    /** The default factor. */
    public static RebuildRule of(HagOptions options) {
        return new RebuildRule(options, DEFAULT_FACTOR);
    }
}
