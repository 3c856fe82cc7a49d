package io.anabranch.graph.hag.choice;

import io.anabranch.graph.hag.Hag;

/**
 * Which plan is taken, and why.
 *
 * @param plan the plan
 * @param reason why
 */
public record PlanChoice(Plan plan, Reason reason) {

    /** The two plans that there are. */
    public enum Plan {
        /** Each target by itself. */
        DIRECT,
        /** Along a {@link Hag}. */
        SHARED
    }

    /** Why. */
    public enum Reason {
        /** It reads fewer rows. */
        FEWER_TRANSFERS("fewer rows are read"),
        /** Coefficients depend on both ends of an edge. */
        NOTHING_TO_SHARE("the aggregator has a coefficient of its own for each edge"),
        /** Weights are part of what would be shared. */
        WEIGHTS("the weights of the edges do not factor into numbers of source and target"),
        /** Reading fewer rows must pay for writing more. */
        TOO_LITTLE("too few transfers are saved"),
        /** A pass takes microseconds. */
        SMALL("the graph is too small for a search"),
        /** A search costs as much as hundreds of passes. */
        FEW_PASSES("too few passes would pay for the search"),
        /** It was slower when tried. */
        SLOWER("it was slower than the direct plan when both were run");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    static PlanChoice direct(Reason reason) {
        return new PlanChoice(Plan.DIRECT, reason);
    }
}
