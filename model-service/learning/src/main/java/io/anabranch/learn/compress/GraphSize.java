package io.anabranch.learn.compress;

/**
 * What the cost of a pass depends on besides the model.
 *
 * @param edges directed
 * @param featureValues of a vertex, on average: the dimension of dense features, the non-zero values of sparse ones
 */
public record GraphSize(long vertices, long edges, double featureValues) {

    public GraphSize {
        if (vertices < 1 || edges < 0 || !(featureValues >= 0)) {
            throw new IllegalArgumentException(
                    "The graph of (%d) vertices, (%d) edges and (%s) features per vertex has no cost."
                            .formatted(vertices, edges, featureValues));
        }
    }
}
