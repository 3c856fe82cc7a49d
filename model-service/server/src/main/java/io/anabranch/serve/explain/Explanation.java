package io.anabranch.serve.explain;

import io.anabranch.graph.Provenance;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.recompute.Attribution.HopSum;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a prediction is made of. {@link io.anabranch.serve.recompute.Attribution} says what a contribution is.
 *
 * @param className whose logit is explained; empty: the task has no classes
 * @param against the class whose logit is taken away from it; empty: none
 * @param served by the embeddings that are served
 * @param recomputed from scratch, on this service's replica of the graph: the sum of all contributions
 * @param embeddingError greatest difference of served and recomputed embeddings, relative to 1 + the greatest recomputed value
 * @param freshness of what is served; of a pair, of the staler end
 * @param constants what all biases contribute
 * @param hops from hop 1 on; each sums to the recomputed value
 * @param edges greatest contributions first, whatever their sign
 * @param edgesRead all edges that were looked at
 * @param nodes greatest contributions of their features first, whatever their sign; over all vertices and with the constants they sum to the value
 * @param nodesRead all vertices that were looked at
 * @param changes the latest first
 * @param changesKnown how many there are, as far back as asked for
 */
public record Explanation(
        long modelVersion,
        String task,
        String className,
        String against,
        Score served,
        Score recomputed,
        double embeddingError,
        NodeFreshness freshness,
        double constants,
        List<HopSum> hops,
        List<EdgeContribution> edges,
        int edgesRead,
        List<NodeContribution> nodes,
        int nodesRead,
        List<Change> changes,
        int changesKnown) {

    /** Up to this error what is served and what was recomputed are of the same graph: as for audits. */
    public static final double TOLERANCE = 1e-5;

    public boolean agrees() {
        return embeddingError <= TOLERANCE;
    }

    /**
     * What is explained, and what it comes to.
     *
     * @param value the logit, their difference, the regression's value, or the pair's score
     * @param probability of the class or the edge; null for a regression
     */
    public record Score(double value, @Nullable Double probability) {}

    /** What changed last: the event behind it is not kept, only its time. */
    public sealed interface Change {
        /** Event time of the last upsert (of a node: or patch). */
        long eventTimeMs();

        double contribution();
    }

    /**
     * An edge.
     *
     * @param byHop from hop 1 on, one for every hop
     * @param contribution their sum
     * @param eventTimeMs of its last upsert; 0: not known
     * @param without what would be if it were not there; null: not computed
     */
    public record EdgeContribution(
            String source,
            String target,
            String type,
            float weight,
            Provenance provenance,
            List<Double> byHop,
            double contribution,
            long eventTimeMs,
            @Nullable Score without)
            implements Change {}

    /**
     * The features of a vertex.
     *
     * @param distance over how many edges it reaches the subject
     * @param contribution sum over all columns
     * @param eventTimeMs of its last upsert or patch; 0: not known
     * @param features greatest contributions first, whatever their sign; without those of zero
     */
    public record NodeContribution(
            String id, int distance, double contribution, long eventTimeMs, List<FeatureContribution> features)
            implements Change {}

    /** @param value as stored, before the model's feature encoding */
    public record FeatureContribution(int column, float value, double contribution) {}
}
