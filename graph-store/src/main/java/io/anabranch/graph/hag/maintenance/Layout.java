package io.anabranch.graph.hag.maintenance;

import java.util.Arrays;

/**
 * In which order, and by which components, a graph that is patched had its nodes and targets. Targets that came later follow in a
 * component of their own. The arrays belong to the graph and don't change.
 */
final class Layout {

    private final int[] targetOrder;
    private final int[] componentNodes;
    private final int[] componentTargets;

    Layout(int[] targetOrder, int[] componentNodes, int[] componentTargets) {
        this.targetOrder = targetOrder;
        this.componentNodes = componentNodes;
        this.componentTargets = componentTargets;
    }

    /** Components, of so many targets by now. */
    int components(int targets) {
        return componentNodes.length - 1 + (targets > targetOrder.length ? 1 : 0);
    }

    /** A permutation of so many targets. */
    int[] order(int targets) {
        int[] order = Arrays.copyOf(targetOrder, targets);
        for (int target = targetOrder.length; target < targets; target++) {
            order[target] = target;
        }
        return order;
    }

    /** The bounds of components among the nodes that there were. */
    int[] componentNodes(int targets) {
        int last = componentNodes[componentNodes.length - 1];
        return withLast(componentNodes, components(targets), last);
    }

    int[] componentTargets(int targets) {
        return withLast(componentTargets, components(targets), targets);
    }

    private static int[] withLast(int[] bounds, int components, int last) {
        int[] copy = Arrays.copyOf(bounds, components + 1);
        copy[components] = last;
        return copy;
    }
}
