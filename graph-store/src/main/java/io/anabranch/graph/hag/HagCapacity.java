package io.anabranch.graph.hag;

/**
 * Most aggregation nodes of a plan: so many, or so many for each target.
 *
 * @param nodes a number of nodes
 * @param perTarget nodes for each target, added to {@code nodes} and rounded down
 */
public record HagCapacity(long nodes, double perTarget) {

    /** As many as are worth having. */
    public static final HagCapacity UNLIMITED = new HagCapacity(Integer.MAX_VALUE, 0);

    /** One for four targets, as published. */
    public static final HagCapacity QUARTER = perTarget(0.25);

    /** @throws IllegalArgumentException naming the value and what is allowed */
    public HagCapacity {
        if (nodes < 0) {
            throw new IllegalArgumentException("The capacity (%d) must not be negative.".formatted(nodes));
        }
        if (!(perTarget >= 0 && Double.isFinite(perTarget))) {
            throw new IllegalArgumentException(
                    "The capacity for each target (%s) must be finite and not negative.".formatted(perTarget));
        }
    }

    /** So many nodes. */
    public static HagCapacity nodes(long nodes) {
        return new HagCapacity(nodes, 0);
    }

    /** So many nodes for each target, rounded down. */
    public static HagCapacity perTarget(double nodes) {
        return new HagCapacity(0, nodes);
    }

    /** Most nodes of a graph with so many targets. */
    public long limit(int targets) {
        return nodes + (long) Math.floor(perTarget * targets);
    }
}
