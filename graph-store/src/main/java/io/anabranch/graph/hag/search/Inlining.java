package io.anabranch.graph.hag.search;

import io.anabranch.graph.hag.Hag;
import java.util.BitSet;

/** Writes nodes out in their parents: the graph without them, whose targets cover what they covered. */
final class Inlining {

    private Inlining() {}

    /** Children of each row ascend afterwards. */
    static Hag of(Hag hag, BitSet out) {
        Expansion expansion = new Expansion(hag, out);
        int nodes = hag.nodes() - out.cardinality();
        int[] nodeStarts = new int[nodes + 1];
        int[] newNumber = new int[hag.nodes()];
        int kept = 0;
        for (int node = out.nextClearBit(0); node < hag.nodes(); node = out.nextClearBit(node + 1)) {
            newNumber[node] = hag.sources() + kept;
            nodeStarts[kept + 1] = nodeStarts[kept] + expansion.children(node);
            kept++;
        }
        int[] nodeChildren = new int[nodeStarts[nodes]];
        kept = 0;
        for (int node = out.nextClearBit(0); node < hag.nodes(); node = out.nextClearBit(node + 1)) {
            put(expansion, expansion.children(node), nodeChildren, nodeStarts[kept++], hag.sources(), newNumber);
        }
        int[] targetStarts = new int[hag.targets() + 1];
        for (int position = 0; position < hag.targets(); position++) {
            targetStarts[position + 1] = Math.addExact(targetStarts[position], expansion.childrenOfTarget(position));
        }
        int[] targetChildren = new int[targetStarts[hag.targets()]];
        for (int position = 0; position < hag.targets(); position++) {
            int count = expansion.childrenOfTarget(position);
            put(expansion, count, targetChildren, targetStarts[position], hag.sources(), newNumber);
        }
        return new Hag(
                hag.sources(),
                hag.targets(),
                nodeStarts,
                nodeChildren,
                hag.targetOrder(),
                targetStarts,
                targetChildren,
                keptBefore(hag.componentNodes(), out),
                hag.componentTargets());
    }

    private static void put(Expansion expansion, int count, int[] children, int at, int sources, int[] newNumber) {
        expansion.sort(count);
        expansion.copyTo(children, at, count);
        for (int i = at; i < at + count; i++) {
            children[i] = children[i] < sources ? children[i] : newNumber[children[i] - sources];
        }
    }

    private static int[] keptBefore(int[] componentNodes, BitSet out) {
        int[] starts = new int[componentNodes.length];
        for (int c = 0; c + 1 < starts.length; c++) {
            int gone = out.get(componentNodes[c], componentNodes[c + 1]).cardinality();
            starts[c + 1] = starts[c] + componentNodes[c + 1] - componentNodes[c] - gone;
        }
        return starts;
    }
}
