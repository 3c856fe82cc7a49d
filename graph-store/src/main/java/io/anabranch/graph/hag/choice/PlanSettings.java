package io.anabranch.graph.hag.choice;

import java.util.function.LongSupplier;

/**
 * How {@link GraphPlans} chooses.
 *
 * @param policy who decides
 * @param passes how many passes the plans will serve, about; a search costs as much as hundreds of them
 * @param threads of a pass
 * @param nanos the clock that passes are compared by
 */
public record PlanSettings(PlanPolicy policy, long passes, int threads, LongSupplier nanos) {

    /** Each target by itself, on one thread. */
    public static final PlanSettings DIRECT = new PlanSettings(PlanPolicy.DIRECT, 0, 1, System::nanoTime);

    /** @throws IllegalArgumentException naming the value and what is allowed */
    public PlanSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("The number of threads (%d) must be at least 1.".formatted(threads));
        }
        if (passes < 0) {
            throw new IllegalArgumentException("The number of passes (%d) must not be negative.".formatted(passes));
        }
    }

    /** So many passes on one thread, by the system's clock. */
    public static PlanSettings of(PlanPolicy policy, long passes) {
        return new PlanSettings(policy, passes, 1, System::nanoTime);
    }
}
