package io.anabranch.graph.hag;

import java.util.BitSet;

/**
 * A hierarchically aggregated computation graph: targets sum over sources, and over aggregation nodes that hold what several
 * targets share (Jia et al., "Redundancy-Free Computation for Graph Neural Networks", KDD 2020, section 3).
 *
 * <p>Children are numbered 0 … sources − 1 for sources and from {@code sources} on for aggregation nodes. The child of an
 * aggregation node is a source or an earlier node, so that ascending numbers are an order of evaluation. Targets and nodes fall
 * into components that share no node: a component's nodes are consecutive, and its targets are consecutive in
 * {@link #targetOrder}. Evaluating component by component needs scratch rows for the greatest component alone.
 *
 * <p>What a target covers is the multiset of sources below it: parallel edges are children of their own. The arrays belong to the
 * graph and must not change; it is safe for any thread.
 *
 * @param sources number of rows summed over
 * @param targets number of rows made
 * @param nodeStarts nodes + 1 offsets into {@code nodeChildren}
 * @param nodeChildren the children of each aggregation node
 * @param targetOrder a permutation of the targets: position p makes target {@code targetOrder[p]}
 * @param targetStarts targets + 1 offsets into {@code targetChildren}, by position
 * @param targetChildren the children of the target at each position
 * @param componentNodes components + 1 offsets into the nodes
 * @param componentTargets components + 1 offsets into the positions
 */
public record Hag(
        int sources,
        int targets,
        int[] nodeStarts,
        int[] nodeChildren,
        int[] targetOrder,
        int[] targetStarts,
        int[] targetChildren,
        int[] componentNodes,
        int[] componentTargets) {

    /** @throws IllegalArgumentException if the arrays don't fit each other or a child is not below its parent */
    public Hag {
        requireOffsets("node", nodeStarts, nodeChildren.length);
        requireOffsets("target", targetStarts, targetChildren.length);
        requireOffsets("component's node", componentNodes, nodeStarts.length - 1);
        requireOffsets("component's target", componentTargets, targets);
        require(
                targetStarts.length == targets + 1,
                "There are %d target offsets for %d targets.",
                targetStarts.length,
                targets);
        require(
                componentNodes.length == componentTargets.length,
                "There are %d components of nodes and %d of targets.",
                componentNodes.length - 1,
                componentTargets.length - 1);
        requirePermutation(targetOrder, targets);
        for (int component = 0; component + 1 < componentNodes.length; component++) {
            int first = sources + componentNodes[component];
            for (int node = componentNodes[component]; node < componentNodes[component + 1]; node++) {
                requireChildren(nodeChildren, nodeStarts[node], nodeStarts[node + 1], sources, first, sources + node);
            }
            int end = sources + componentNodes[component + 1];
            int from = targetStarts[componentTargets[component]];
            requireChildren(targetChildren, from, targetStarts[componentTargets[component + 1]], sources, first, end);
        }
    }

    /** Number of aggregation nodes. */
    public int nodes() {
        return nodeStarts.length - 1;
    }

    public int components() {
        return componentNodes.length - 1;
    }

    /** Edges of the computation graph, which is how many rows one pass reads. */
    public long transfers() {
        return (long) nodeChildren.length + targetChildren.length;
    }

    /** Binary aggregations of one pass: for each row that is made, its children less one. */
    public long aggregations() {
        return aggregations(nodeStarts) + aggregations(targetStarts);
    }

    /** Longest chain of aggregation nodes below a target; 0 without any. */
    public int depth() {
        int[] depths = new int[nodes()];
        int greatest = 0;
        for (int node = 0; node < depths.length; node++) {
            for (int i = nodeStarts[node]; i < nodeStarts[node + 1]; i++) {
                int below = nodeChildren[i] < sources ? 0 : depths[nodeChildren[i] - sources];
                depths[node] = Math.max(depths[node], below + 1);
            }
            greatest = Math.max(greatest, depths[node]);
        }
        return greatest;
    }

    /** Aggregation nodes of the greatest component: the scratch rows that a pass needs. */
    public int scratchRows() {
        int greatest = 0;
        for (int component = 0; component < components(); component++) {
            greatest = Math.max(greatest, componentNodes[component + 1] - componentNodes[component]);
        }
        return greatest;
    }

    private static long aggregations(int[] starts) {
        long sum = 0;
        for (int row = 0; row + 1 < starts.length; row++) {
            sum += Math.max(0, starts[row + 1] - starts[row] - 1);
        }
        return sum;
    }

    private static void requireOffsets(String what, int[] offsets, int end) {
        require(
                offsets.length > 0 && offsets[0] == 0 && offsets[offsets.length - 1] == end,
                "The %s offsets must run from 0 to %d.",
                what,
                end);
        for (int i = 0; i + 1 < offsets.length; i++) {
            require(offsets[i] <= offsets[i + 1], "The %s offset %d is below the one before.", what, i + 1);
        }
    }

    private static void requirePermutation(int[] order, int targets) {
        require(order.length == targets, "The order has %d of %d targets.", order.length, targets);
        BitSet seen = new BitSet(targets);
        for (int target : order) {
            if (target < 0 || target >= targets || seen.get(target)) {
                throw new IllegalArgumentException("The order holds target %d twice or wrongly.".formatted(target));
            }
            seen.set(target);
        }
    }

    /** Children are sources or nodes from {@code first} to below {@code end}. */
    private static void requireChildren(int[] children, int from, int to, int sources, int first, int end) {
        for (int i = from; i < to; i++) {
            int child = children[i];
            if (child < 0 || (child >= sources && (child < first || child >= end))) {
                throw new IllegalArgumentException(
                        "The child %d is neither a source nor an earlier node of its component.".formatted(child));
            }
        }
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
