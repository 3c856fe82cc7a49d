package io.anabranch.graph.hag;

/**
 * What a search for shared sums may do, and which of the shared sums a plan keeps.
 *
 * @param mode which rows are summed
 * @param rule which nodes are kept
 * @param capacity most aggregation nodes of the plan
 * @param lambda for {@link Rule#PRUNE}: a node is written out in its parents where that adds at most this many edges, which is
 *     what a row of scratch is worth in edges; −1 writes out only nodes that are used once, and so never loses an aggregation
 * @param hubLimit rows with more children, and sources in more rows, are left out of the search and stay direct; {@link HagReport}
 *     counts them. The search counts over all pairs of a row, so its time grows with the square of the longest row
 * @param threads how many threads search, each a component at a time; the result doesn't depend on it
 */
public record HagOptions(Mode mode, Rule rule, HagCapacity capacity, double lambda, int hubLimit, int threads) {

    /** Which rows are summed. */
    public enum Mode {
        /** The in-neighbours N(v). */
        OPEN,
        /**
         * N[v]: the in-neighbours and v itself, as GCN sums them. In a clique all of these are one set, while no two open ones
         * are. Target v is source v.
         */
        CLOSED
    }

    /** Which of the merges that the search finds are kept. */
    public enum Rule {
        /** The first ones up to the capacity, each with two children, as published. Only for {@link Mode#OPEN}. */
        PREFIX,
        /** All but those written out by lambda, then the ones whose loss costs most aggregations. Nodes have two or more children. */
        PRUNE
    }

    /** Worth of a scratch row in edges; the time of a pass is flat from 2 to 16. */
    public static final double DEFAULT_LAMBDA = 4;

    /** A row of 19,820 children among 1.2 million edges costs the search 0.6 s, and the cost is quadratic. */
    public static final int DEFAULT_HUB_LIMIT = 16_384;

    /** @throws IllegalArgumentException naming the value and what is allowed */
    public HagOptions {
        require(lambda >= -1, "The lambda (%s) must be at least -1.", lambda);
        require(hubLimit >= 2, "The hub limit (%s) must be at least 2.", hubLimit);
        require(threads >= 1, "The number of threads (%s) must be at least 1.", threads);
        require(
                rule != Rule.PREFIX || mode == Mode.OPEN,
                "The rule (%s) needs the mode OPEN: groups of equal rows are no merges.",
                rule);
    }

    /** Contraction and the default lambda without a capacity, on one thread. */
    public static HagOptions of(Mode mode) {
        return new HagOptions(mode, Rule.PRUNE, HagCapacity.UNLIMITED, DEFAULT_LAMBDA, DEFAULT_HUB_LIMIT, 1);
    }

    public HagOptions withMode(Mode newMode) {
        return new HagOptions(newMode, rule, capacity, lambda, hubLimit, threads);
    }

    public HagOptions withRule(Rule newRule) {
        return new HagOptions(mode, newRule, capacity, lambda, hubLimit, threads);
    }

    public HagOptions withCapacity(HagCapacity newCapacity) {
        return new HagOptions(mode, rule, newCapacity, lambda, hubLimit, threads);
    }

    public HagOptions withLambda(double newLambda) {
        return new HagOptions(mode, rule, capacity, newLambda, hubLimit, threads);
    }

    public HagOptions withHubLimit(int newHubLimit) {
        return new HagOptions(mode, rule, capacity, lambda, newHubLimit, threads);
    }

    public HagOptions withThreads(int newThreads) {
        return new HagOptions(mode, rule, capacity, lambda, hubLimit, newThreads);
    }

    private static void require(boolean holds, String message, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(value));
        }
    }
}
