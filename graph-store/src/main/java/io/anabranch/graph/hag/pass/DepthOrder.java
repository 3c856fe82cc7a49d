package io.anabranch.graph.hag.pass;

import io.anabranch.graph.hag.Hag;

/** The nodes of one component by depth: those of one depth read only sources and nodes before them. */
final class DepthOrder {

    private final Hag hag;
    private final int component;
    private final int[] order;
    /** Depths + 1 offsets into the order. */
    private final int[] depthStarts;

    private DepthOrder(Hag hag, int component, int[] order, int[] depthStarts) {
        this.hag = hag;
        this.component = component;
        this.order = order;
        this.depthStarts = depthStarts;
    }

    static DepthOrder of(Hag hag, int component) {
        int first = hag.componentNodes()[component];
        int[] depth = new int[hag.componentNodes()[component + 1] - first];
        int greatest = -1;
        for (int i = 0; i < depth.length; i++) {
            for (int e = hag.nodeStarts()[first + i]; e < hag.nodeStarts()[first + i + 1]; e++) {
                int child = hag.nodeChildren()[e] - hag.sources();
                if (child >= 0) {
                    depth[i] = Math.max(depth[i], depth[child - first] + 1);
                }
            }
            greatest = Math.max(greatest, depth[i]);
        }
        int[] starts = new int[greatest + 2];
        for (int d : depth) {
            starts[d + 1]++;
        }
        for (int d = 0; d <= greatest; d++) {
            starts[d + 1] += starts[d];
        }
        int[] next = starts.clone();
        int[] order = new int[depth.length];
        for (int i = 0; i < depth.length; i++) {
            order[next[depth[i]]++] = first + i;
        }
        return new DepthOrder(hag, component, order, starts);
    }

    int component() {
        return component;
    }

    int nodes() {
        return order.length;
    }

    int node(int place) {
        return order[place];
    }

    int depths() {
        return depthStarts.length - 1;
    }

    /** Bounds of pieces of one depth, as places. */
    int[] bounds(int depth, int threads) {
        int from = depthStarts[depth];
        int to = depthStarts[depth + 1];
        long transfers = 0;
        for (int i = from; i < to; i++) {
            transfers += hag.nodeStarts()[order[i] + 1] - hag.nodeStarts()[order[i]];
        }
        int pieces = (int) Math.clamp(transfers / Pieces.LEAST_TRANSFERS, 1, 4L * threads);
        int[] bounds = new int[pieces + 1];
        for (int piece = 0; piece <= pieces; piece++) {
            bounds[piece] = from + (int) ((long) (to - from) * piece / pieces);
        }
        return bounds;
    }

    int firstNode() {
        return hag.componentNodes()[component];
    }

    int firstTarget() {
        return hag.componentTargets()[component];
    }

    int endTarget() {
        return hag.componentTargets()[component + 1];
    }
}
