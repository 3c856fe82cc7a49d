package io.anabranch.graph.hag.live;

import io.anabranch.graph.hag.Hag;
import java.util.Arrays;

/** A computation graph with other numbers of its vertices. */
final class RenumberedHag {

    private RenumberedHag() {}

    /**
     * Gives every vertex, as a source and as a target, another number. Nodes, components and the order of rows stay.
     *
     * @param numbers the new number of each vertex, or {@link VertexSlots#NONE} of one that is left out and has no row and no reader
     * @param vertices how many are not left out
     * @throws IllegalStateException if one that is left out has a row or a reader
     */
    static Hag of(Hag hag, int[] numbers, int vertices) {
        int[] targetOrder = new int[vertices];
        int[] targetStarts = new int[vertices + 1];
        int[] componentTargets = new int[hag.components() + 1];
        int kept = 0;
        for (int component = 0; component < hag.components(); component++) {
            for (int position = hag.componentTargets()[component];
                    position < hag.componentTargets()[component + 1];
                    position++) {
                int number = numbers[hag.targetOrder()[position]];
                int end = hag.targetStarts()[position + 1];
                if (number != VertexSlots.NONE) {
                    targetOrder[kept++] = number;
                    targetStarts[kept] = end;
                } else if (end != hag.targetStarts()[position]) {
                    throw leftOut(hag.targetOrder()[position]);
                }
            }
            componentTargets[component + 1] = kept;
        }
        return new Hag(
                vertices,
                vertices,
                hag.nodeStarts(),
                children(hag.nodeChildren(), hag.sources(), numbers, vertices),
                targetOrder,
                targetStarts,
                children(hag.targetChildren(), hag.sources(), numbers, vertices),
                hag.componentNodes(),
                componentTargets);
    }

    private static int[] children(int[] children, int sources, int[] numbers, int vertices) {
        int[] renumbered = Arrays.copyOf(children, children.length);
        for (int i = 0; i < renumbered.length; i++) {
            int child = renumbered[i];
            if (child >= sources) {
                renumbered[i] = child - sources + vertices;
            } else if (numbers[child] != VertexSlots.NONE) {
                renumbered[i] = numbers[child];
            } else {
                throw leftOut(child);
            }
        }
        return renumbered;
    }

    private static IllegalStateException leftOut(int vertex) {
        return new IllegalStateException("The vertex in slot %d is gone, but not its edges.".formatted(vertex));
    }
}
