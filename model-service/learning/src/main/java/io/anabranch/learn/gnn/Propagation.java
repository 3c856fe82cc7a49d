package io.anabranch.learn.gnn;

import io.anabranch.model.v1.Convolution;

/**
 * One hop as a linear map of all vertices' rows, [n, width] → [n, width] in double precision: what a convolution sums with, without its
 * weights. GCN: symmetrically normalised with self-loops; mean and sum as they say; GIN: the sum over neighbours. What is no linear map is
 * stood in for: maximum, minimum and pooling by the mean, attention, whose shares are not known before training, by GCN's.
 *
 * <p>Cost: a product per edge and column.
 */
public final class Propagation {

    private final NeighbourSum sum;

    private Propagation(NeighbourSum sum) {
        this.sum = sum;
    }

    public static Propagation of(MessageGraph graph, Convolution convolution) {
        return new Propagation(graph.sum(
                switch (convolution) {
                    case CONVOLUTION_GCN, CONVOLUTION_GAT -> Convolution.CONVOLUTION_GCN;
                    case CONVOLUTION_SAGE_SUM, CONVOLUTION_GIN -> Convolution.CONVOLUTION_SAGE_SUM;
                    case CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN, CONVOLUTION_SAGE_POOL ->
                        Convolution.CONVOLUTION_SAGE_MEAN;
                    case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                        throw new IllegalArgumentException("The convolution (%s) sums nothing.".formatted(convolution));
                }));
    }

    public int vertices() {
        return sum.inputs();
    }

    /** Against the edges: y = Sᵀ x. */
    public Propagation transposed() {
        return new Propagation(sum.transposed());
    }

    /** Overwrites y, and may scale x. */
    public void apply(double[] x, int width, double[] y) {
        sum.apply(x, width, y);
    }
}
