package io.anabranch.graph.hag.search;

import io.anabranch.graph.hag.Hag;
import java.util.Arrays;
import java.util.List;

/** Puts the components that were searched together as one graph. */
final class FoundHag {

    private final int sources;
    private final Components components;
    private final int[] nodeStarts;
    private final int[] nodeChildren;
    private final int[] redundancy;
    private final int[] targetStarts;
    private final int[] targetChildren;
    private final int[] componentNodes;
    private int node;
    private int position;

    FoundHag(int sources, Components components, List<ComponentSearch.Found> found) {
        this.sources = sources;
        this.components = components;
        int count = found.size();
        int nodes = 0;
        int childrenOfNodes = 0;
        int childrenOfTargets = 0;
        componentNodes = new int[count + 1];
        for (int c = 0; c < count; c++) {
            ComponentSearch.Found one = found.get(c);
            nodes += one.redundancy().length;
            childrenOfNodes += one.merges().length;
            int[] sizes = groupSizes(one, components.targets(c));
            for (int r = 0; r < sizes.length; r++) {
                int length = one.rowStarts()[r + 1] - one.rowStarts()[r];
                boolean shared = isNode(sizes[r], length);
                nodes += shared ? 1 : 0;
                childrenOfNodes += shared ? length : 0;
                childrenOfTargets += shared ? sizes[r] : sizes[r] * length;
            }
            componentNodes[c + 1] = nodes;
        }
        nodeStarts = new int[nodes + 1];
        nodeChildren = new int[childrenOfNodes];
        redundancy = new int[nodes];
        targetStarts = new int[components.targetOrder.length + 1];
        targetChildren = new int[childrenOfTargets];
        for (int c = 0; c < count; c++) {
            put(c, found.get(c));
        }
    }

    /** The graph, with every node that was found. */
    Hag hag() {
        return new Hag(
                sources,
                components.targetOrder.length,
                nodeStarts,
                nodeChildren,
                components.targetOrder,
                targetStarts,
                targetChildren,
                componentNodes,
                components.targetStarts);
    }

    /** Of each node, the rows that held both its children; of a group, the rows that are equal. */
    int[] redundancy() {
        return redundancy;
    }

    private void put(int component, ComponentSearch.Found found) {
        int[] rowStarts = found.rowStarts();
        int[] sizes = groupSizes(found, components.targets(component));
        int first = node;
        for (int i = 0; i < found.redundancy().length; i++) {
            addNode(component, first, found.merges(), 2 * i, 2 * i + 2, found.redundancy()[i]);
        }
        int[] groups = new int[sizes.length];
        Arrays.fill(groups, -1);
        for (int r = 0; r < sizes.length; r++) {
            if (isNode(sizes[r], rowStarts[r + 1] - rowStarts[r])) {
                groups[r] = node;
                addNode(component, first, found.rowChildren(), rowStarts[r], rowStarts[r + 1], sizes[r]);
            }
        }
        for (int i = 0; i < components.targets(component); i++) {
            int r = found.rowOf() == null ? i : found.rowOf()[i];
            int at = targetStarts[position];
            if (groups[r] >= 0) {
                targetChildren[at++] = sources + groups[r];
            } else {
                for (int child = rowStarts[r]; child < rowStarts[r + 1]; child++) {
                    targetChildren[at++] = global(component, first, found.rowChildren()[child]);
                }
            }
            targetStarts[++position] = at;
        }
    }

    private void addNode(int component, int first, int[] children, int from, int to, int rows) {
        int at = nodeStarts[node];
        for (int i = from; i < to; i++) {
            nodeChildren[at++] = global(component, first, children[i]);
        }
        redundancy[node] = rows;
        nodeStarts[++node] = at;
    }

    private int global(int component, int firstNode, int local) {
        int own = components.sources(component);
        return local < own
                ? components.sourceOrder[components.sourceStarts[component] + local]
                : sources + firstNode + local - own;
    }

    private static boolean isNode(int groupSize, int children) {
        return groupSize > 1 && children > 1;
    }

    /** How many targets each different row has. */
    private static int[] groupSizes(ComponentSearch.Found found, int targets) {
        int[] sizes = new int[found.rowStarts().length - 1];
        int[] rowOf = found.rowOf();
        for (int i = 0; i < targets; i++) {
            sizes[rowOf == null ? i : rowOf[i]]++;
        }
        return sizes;
    }
}
