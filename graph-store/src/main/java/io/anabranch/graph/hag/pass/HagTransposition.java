package io.anabranch.graph.hag.pass;

import io.anabranch.graph.hag.Hag;
import java.util.Arrays;

/**
 * The computation graph with all edges turned round, which carries gradients back: its sources are the targets, its targets the
 * sources, and its nodes the nodes of each component from last to first. The children of every row are its parents, ascending, targets first.
 *
 * <p>A source that no target covers is a target without children, in a component of its own at the end. Where components share a source,
 * all are one component, which needs scratch rows for all nodes.
 */
final class HagTransposition {

    private final Hag hag;
    private final int[] componentNodes;
    private final int[] componentTargets;
    private final int components;
    /** By source, the component that covers it; the number of components for none. */
    private final int[] componentOf;

    private HagTransposition(Hag hag, int[] componentNodes, int[] componentTargets) {
        this.hag = hag;
        this.componentNodes = componentNodes;
        this.componentTargets = componentTargets;
        this.components = componentNodes.length - 1;
        this.componentOf = new int[hag.sources()];
    }

    static Hag of(Hag hag) {
        HagTransposition apart = new HagTransposition(hag, hag.componentNodes(), hag.componentTargets());
        if (apart.findComponents()) {
            return apart.build();
        }
        HagTransposition together = new HagTransposition(hag, new int[] {0, hag.nodes()}, new int[] {0, hag.targets()});
        together.findComponents();
        return together.build();
    }

    /** Whether each source is in one component at most. */
    private boolean findComponents() {
        Arrays.fill(componentOf, components);
        for (int c = 0; c < components; c++) {
            int[] starts = hag.nodeStarts();
            boolean own = claim(c, hag.nodeChildren(), starts[componentNodes[c]], starts[componentNodes[c + 1]]);
            starts = hag.targetStarts();
            own &= claim(c, hag.targetChildren(), starts[componentTargets[c]], starts[componentTargets[c + 1]]);
            if (!own) {
                return false;
            }
        }
        return true;
    }

    private boolean claim(int component, int[] children, int from, int to) {
        for (int i = from; i < to; i++) {
            int child = children[i];
            if (child < hag.sources()) {
                if (componentOf[child] != component && componentOf[child] != components) {
                    return false;
                }
                componentOf[child] = component;
            }
        }
        return true;
    }

    private Hag build() {
        int nodes = hag.nodes();
        int[] sourceStarts = new int[components + 2];
        int[] sourceOrder = sortedSources(sourceStarts);
        int[] position = new int[hag.sources()];
        for (int p = 0; p < sourceOrder.length; p++) {
            position[sourceOrder[p]] = p;
        }
        int[] turned = new int[nodes];
        for (int c = 0; c < components; c++) {
            for (int node = componentNodes[c]; node < componentNodes[c + 1]; node++) {
                turned[node] = componentNodes[c] + componentNodes[c + 1] - 1 - node;
            }
        }
        Parents parents = new Parents(hag, position, turned);
        // Nodes turned round, and at the end a component without any.
        int[] newComponentNodes = Arrays.copyOf(componentNodes, components + 2);
        newComponentNodes[components + 1] = nodes;
        return new Hag(
                hag.targets(),
                hag.sources(),
                parents.nodeStarts,
                parents.nodeParents,
                sourceOrder,
                parents.sourceStarts,
                parents.sourceParents,
                newComponentNodes,
                sourceStarts);
    }

    private int[] sortedSources(int[] starts) {
        for (int component : componentOf) {
            starts[component + 1]++;
        }
        for (int c = 0; c <= components; c++) {
            starts[c + 1] += starts[c];
        }
        int[] next = starts.clone();
        int[] order = new int[componentOf.length];
        for (int source = 0; source < order.length; source++) {
            order[next[componentOf[source]]++] = source;
        }
        return order;
    }

    /** Counts, then fills the parents of every source and node: targets first, as they are entered first. */
    private static final class Parents {

        private final Hag hag;
        private final int[] position;
        private final int[] turned;
        private final int[] nodeStarts;
        private final int[] sourceStarts;
        private final int[] nodeParents;
        private final int[] sourceParents;
        private final int[] nextOfNode;
        private final int[] nextOfSource;

        Parents(Hag hag, int[] position, int[] turned) {
            this.hag = hag;
            this.position = position;
            this.turned = turned;
            nodeStarts = new int[hag.nodes() + 1];
            sourceStarts = new int[hag.sources() + 1];
            count(hag.nodeChildren());
            count(hag.targetChildren());
            nodeParents = new int[sumUp(nodeStarts)];
            sourceParents = new int[sumUp(sourceStarts)];
            nextOfNode = nodeStarts.clone();
            nextOfSource = sourceStarts.clone();
            for (int p = 0; p < hag.targets(); p++) {
                enter(hag.targetChildren(), hag.targetStarts()[p], hag.targetStarts()[p + 1], hag.targetOrder()[p]);
            }
            // The last node comes first in the transposed graph.
            for (int node = hag.nodes() - 1; node >= 0; node--) {
                int parent = hag.targets() + turned[node];
                enter(hag.nodeChildren(), hag.nodeStarts()[node], hag.nodeStarts()[node + 1], parent);
            }
        }

        private void count(int[] children) {
            for (int child : children) {
                if (child < hag.sources()) {
                    sourceStarts[position[child] + 1]++;
                } else {
                    nodeStarts[turned[child - hag.sources()] + 1]++;
                }
            }
        }

        private static int sumUp(int[] starts) {
            for (int i = 1; i < starts.length; i++) {
                starts[i] += starts[i - 1];
            }
            return starts[starts.length - 1];
        }

        private void enter(int[] children, int from, int to, int parent) {
            for (int i = from; i < to; i++) {
                int child = children[i];
                if (child < hag.sources()) {
                    sourceParents[nextOfSource[position[child]]++] = parent;
                } else {
                    nodeParents[nextOfNode[turned[child - hag.sources()]]++] = parent;
                }
            }
        }
    }
}
