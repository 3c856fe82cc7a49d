package io.anabranch.serve.map;

import io.anabranch.serve.predict.EventPosition;
import java.util.List;

/**
 * Embeddings of one version as points.
 *
 * @param task empty: the version has no classification or regression task
 * @param classNames empty for a regression, and without a task
 * @param vertices how many embeddings the version has
 * @param explained share of the variance along the two axes
 * @param axesRevision another one is another orientation; 0: there are no embeddings
 */
public record EmbeddingMap(
        long modelVersion,
        String task,
        List<String> classNames,
        List<Point> points,
        int vertices,
        double explained,
        long axesRevision,
        List<EventPosition> reflected) {

    /**
     * One vertex.
     *
     * @param classIndex of the likeliest class; the number of classes: none
     * @param partition that owns it
     * @param ageS since the oldest event behind its embedding was accepted, seconds
     */
    public record Point(String nodeId, float x, float y, int classIndex, int partition, float ageS) {}
}
