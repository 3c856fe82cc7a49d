package io.anabranch.graph.hag.choice;

import io.anabranch.graph.hag.Hag;

/** Who decides which plan sums over a graph. */
public enum PlanPolicy {
    /** Whatever is faster, by {@link GraphPlans}; sums may differ in rounding from run to run. */
    AUTO,
    /** Each target by itself. */
    DIRECT,
    /** Along a {@link Hag}, wherever one applies. */
    SHARED
}
