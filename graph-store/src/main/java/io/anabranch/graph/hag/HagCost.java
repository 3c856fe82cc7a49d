package io.anabranch.graph.hag;

/**
 * What one pass over a graph costs.
 *
 * @param aggregations binary aggregations: of every row that is made, its children less one
 * @param transfers rows that are read, which is the edges
 * @param rowsWritten rows that are made: targets and aggregation nodes
 * @param nodes of these the aggregation nodes
 * @param indexBytes memory of the offsets and children
 */
public record HagCost(long aggregations, long transfers, long rowsWritten, long nodes, long indexBytes) {

    /** The cost of summing each row by itself. */
    public static HagCost direct(int[] offsets, HagOptions.Mode mode) {
        int targets = offsets.length - 1;
        int own = mode == HagOptions.Mode.CLOSED ? 1 : 0;
        long aggregations = 0;
        for (int v = 0; v < targets; v++) {
            aggregations += Math.max(0, offsets[v + 1] - offsets[v] + own - 1);
        }
        long transfers = offsets[targets] + (long) own * targets;
        return new HagCost(aggregations, transfers, targets, 0, 4L * (targets + 1 + transfers));
    }

    /** The cost of a computation graph. */
    public static HagCost of(Hag hag) {
        long ints = hag.transfers()
                + hag.nodeStarts().length
                + hag.targetStarts().length
                + hag.targetOrder().length
                + hag.componentNodes().length
                + hag.componentTargets().length;
        return new HagCost(
                hag.aggregations(), hag.transfers(), (long) hag.targets() + hag.nodes(), hag.nodes(), 4 * ints);
    }

    /**
     * The cost of a layer as published (Jia et al., KDD 2020, section 4.1): α(|Ê| − |V_A|) + (β − α)|V|. It takes every row to have a
     * child; a target without any counts α too little.
     *
     * @param alpha cost of a binary aggregation
     * @param beta cost of an update of a target
     */
    public double ofLayer(double alpha, double beta) {
        return alpha * (transfers - nodes) + (beta - alpha) * (rowsWritten - nodes);
    }

    /** Bytes of rows that one pass reads and writes, at so many floats a row. */
    public long bytesMoved(int width) {
        return 4L * width * (transfers + rowsWritten);
    }
}
