package io.anabranch.graph.hag.search;

import java.util.Arrays;

/**
 * Targets and sources by connected component: sources of one target are connected. Targets of different components can share
 * nothing. Components are numbered by their first target; inside, targets and sources ascend. Targets without sources make up
 * the last component together. Immutable; time edges × α, memory 16 bytes a source and 8 a target.
 */
final class Components {

    private static final int NONE = -1;

    /** The targets, component by component. */
    final int[] targetOrder;

    final int[] targetStarts;
    /** The sources that some target has, component by component. */
    final int[] sourceOrder;

    final int[] sourceStarts;
    /** The place of a source among those of its component. */
    final int[] localSource;

    private Components(int[] rootOf, int[] componentOfRoot, int count, int targets, RowArrays rows, boolean closed) {
        int[] targetComponent = new int[targets];
        targetStarts = new int[count + 1];
        for (int v = 0; v < targets; v++) {
            int source = anySource(rows, v, closed);
            targetComponent[v] = source == NONE ? count - 1 : componentOfRoot[rootOf[source]];
            targetStarts[targetComponent[v] + 1]++;
        }
        sourceStarts = new int[count + 1];
        for (int root : rootOf) {
            if (componentOfRoot[root] != NONE) {
                sourceStarts[componentOfRoot[root] + 1]++;
            }
        }
        for (int c = 0; c < count; c++) {
            targetStarts[c + 1] += targetStarts[c];
            sourceStarts[c + 1] += sourceStarts[c];
        }
        targetOrder = new int[targets];
        int[] next = targetStarts.clone();
        for (int v = 0; v < targets; v++) {
            targetOrder[next[targetComponent[v]]++] = v;
        }
        sourceOrder = new int[sourceStarts[count]];
        localSource = new int[rootOf.length];
        next = sourceStarts.clone();
        for (int u = 0; u < rootOf.length; u++) {
            int component = componentOfRoot[rootOf[u]];
            localSource[u] = component == NONE ? NONE : next[component] - sourceStarts[component];
            if (component != NONE) {
                sourceOrder[next[component]++] = u;
            }
        }
    }

    static Components find(RowArrays rows, boolean closed) {
        int[] rootOf = new int[rows.sources()];
        Arrays.setAll(rootOf, u -> u);
        int targets = rows.targets();
        for (int v = 0; v < targets; v++) {
            int source = anySource(rows, v, closed);
            if (source == NONE) {
                continue;
            }
            int root = root(rootOf, source);
            for (int i = rows.offsets()[v]; i < rows.offsets()[v + 1]; i++) {
                int other = root(rootOf, rows.neighbours()[i]);
                // The lesser root stays, which keeps paths short where ids have any locality.
                if (other < root) {
                    rootOf[root] = other;
                    root = other;
                } else {
                    rootOf[other] = root;
                }
            }
        }
        for (int u = 0; u < rootOf.length; u++) {
            rootOf[u] = root(rootOf, u);
        }
        int[] componentOfRoot = new int[rootOf.length];
        Arrays.fill(componentOfRoot, NONE);
        int count = 0;
        boolean empty = false;
        for (int v = 0; v < targets; v++) {
            int source = anySource(rows, v, closed);
            if (source == NONE) {
                empty = true;
            } else if (componentOfRoot[rootOf[source]] == NONE) {
                componentOfRoot[rootOf[source]] = count++;
            }
        }
        return new Components(rootOf, componentOfRoot, empty ? count + 1 : count, targets, rows, closed);
    }

    int count() {
        return targetStarts.length - 1;
    }

    int targets(int component) {
        return targetStarts[component + 1] - targetStarts[component];
    }

    int sources(int component) {
        return sourceStarts[component + 1] - sourceStarts[component];
    }

    /** A source of the target; −1 if it has none. */
    private static int anySource(RowArrays rows, int target, boolean closed) {
        if (closed) {
            return target;
        }
        int at = rows.offsets()[target];
        return at == rows.offsets()[target + 1] ? NONE : rows.neighbours()[at];
    }

    private static int root(int[] parent, int of) {
        int at = of;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }
}
