package io.anabranch.stream.propagation;

/**
 * What a sink knows of a source that another partition owns, under one model version.
 *
 * @param inDegree number of live in-edges of the source in its own partition, pending ones included
 * @param layers {@code h_0 .. h_{L-1}} of the source
 */
public record HaloValue(int inDegree, LayerValues layers) {
    public HaloValue {
        if (inDegree < 0) {
            throw new IllegalArgumentException("The in-degree (%d) must not be negative.".formatted(inDegree));
        }
    }
}
