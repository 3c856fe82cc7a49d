package io.anabranch.benchmark;

import java.util.SplittableRandom;

/**
 * Edits that exchange edges of a graph. An edge drawn from all is removed; then one comes between its target and the source of an edge of a
 * source of that target, two steps away, as new edges of most networks close triangles.
 */
final class HagChurn {

    private final SplittableRandom random = new SplittableRandom(3);
    private final int[] offsets;
    /** Sources by edge as they are now; −1 while an edge is gone. */
    private final int[] sources;

    private final int[] targets;
    private int edge = -1;
    private boolean removes;
    private int source;

    HagChurn(int[][] rows) {
        offsets = rows[0];
        sources = rows[1].clone();
        targets = new int[sources.length];
        for (int v = 0; v + 1 < offsets.length; v++) {
            for (int i = offsets[v]; i < offsets[v + 1]; i++) {
                targets[i] = v;
            }
        }
    }

    /** Goes on to the next edit. Removals and additions take turns. */
    void next() {
        removes = !removes;
        if (removes) {
            edge = random.nextInt(sources.length);
            source = sources[edge];
            sources[edge] = -1;
        } else {
            source = twoStepsFrom(targets[edge]);
            sources[edge] = source;
        }
    }

    boolean removes() {
        return removes;
    }

    int source() {
        return source;
    }

    int target() {
        return targets[edge];
    }

    /** The rows as they are now, after as many additions as removals. */
    int[][] rows() {
        return new int[][] {offsets, sources};
    }

    private int twoStepsFrom(int target) {
        int found = random.nextInt(offsets.length - 1);
        for (int attempt = 0; attempt < 20; attempt++) {
            int middle = sourceOf(target);
            int end = middle < 0 ? -1 : sourceOf(middle);
            if (end >= 0) {
                found = end;
                if (!holds(target, end)) {
                    break;
                }
            }
        }
        // In a clique nobody is two steps away; there the edge comes from anywhere.
        return holds(target, found) || found == target ? random.nextInt(offsets.length - 1) : found;
    }

    private int sourceOf(int target) {
        int degree = offsets[target + 1] - offsets[target];
        return degree == 0 ? -1 : sources[offsets[target] + random.nextInt(degree)];
    }

    private boolean holds(int target, int source) {
        for (int i = offsets[target]; i < offsets[target + 1]; i++) {
            if (sources[i] == source) {
                return true;
            }
        }
        return false;
    }
}
