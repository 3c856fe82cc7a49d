package io.anabranch.serve.predict;

import java.time.Duration;

/**
 * How nearest neighbours are searched.
 *
 * @param index when a version gets an index
 * @param metric what indexes are made for; the others are answered by comparing all
 * @param exactBelow with fewer embeddings than this all are compared
 * @param maxDegree edges of a vector in the upper layers of the index; twice as many in the lowest
 * @param buildBeam candidates for the edges of a new vector
 * @param searchBeam candidates of a search, at least
 * @param recallInterval least time between searches that are repeated exactly; zero: none is
 * @param threads threads that search, and rank links
 */
public record SimilarSettings(
        IndexMode index,
        SimilarityMetric metric,
        int exactBelow,
        int maxDegree,
        int buildBeam,
        int searchBeam,
        Duration recallInterval,
        int threads) {

    /** When a model version gets an index. */
    public enum IndexMode {
        /** With the first search. */
        ON_DEMAND,
        /** As soon as it has embeddings enough. */
        ALWAYS,
        /** Never: every search compares all. */
        OFF
    }

    public static final SimilarSettings DEFAULT = new SimilarSettings(
            IndexMode.ON_DEMAND, SimilarityMetric.COSINE, 10_000, 16, 100, 100, Duration.ofSeconds(10), 2);
}
