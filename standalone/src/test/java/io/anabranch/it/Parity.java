package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.snapshot.GraphReplica;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.graph.testkit.ReferenceGraph;
import io.anabranch.learn.gnn.Embeddings;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.ForwardPass;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.history.GraphHistories;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.v1.Classification;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.NodeEmbedding;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What must be served for a graph and a model, by the trainer's own forward pass from scratch, and its comparison with
 * what is served.
 */
final class Parity {

    private static final double TOLERANCE = 1e-5;
    private static final int MOST_IDS = 1000;
    private static final Logger LOG = Logger.getLogger(Parity.class);

    private final GraphSnapshot graph;
    private final ModelSpec spec;
    private final ForwardPass forward;
    private final Embeddings expected;

    private Parity(GraphSnapshot graph, ModelSpec spec, ForwardPass forward, Embeddings expected) {
        this.graph = graph;
        this.spec = spec;
        this.forward = forward;
        this.expected = expected;
    }

    static Parity of(GraphSnapshot graph, ModelSpec spec, ModelTensors tensors) {
        ForwardPass forward = ForwardPass.of(spec, tensors);
        return new Parity(
                graph, spec, forward, forward.embeddings(MessageGraph.of(graph), FeatureRows.of(graph.features())));
    }

    /** With what the vertices did. */
    static Parity of(GraphSnapshot graph, ModelSpec spec, ModelTensors tensors, GraphHistories histories) {
        ForwardPass forward = ForwardPass.of(spec, tensors);
        return new Parity(
                graph,
                spec,
                forward,
                forward.embeddings(MessageGraph.of(graph), FeatureRows.of(graph.features()), histories));
    }

    /** The graph after these mutations, by a naive fold of all of them. */
    static GraphSnapshot fold(Collection<GraphMutation> mutations, int dimension) {
        ReferenceGraph reference = ReferenceGraph.of(mutations);
        GraphReplica replica = new GraphReplica(dimension);
        for (Map.Entry<String, @Nullable FeatureVector> node :
                reference.features().entrySet()) {
            replica.putNode(node.getKey(), "", node.getValue());
        }
        reference.edges().forEach((edge, weight) -> replica.putEdge(edge, weight, Provenance.OBSERVED));
        return replica.snapshot();
    }

    /** Every vertex of the graph has its embedding, and no other vertex has one. */
    void assertEmbeddings(Site site, Model model) {
        List<String> ids = graph.nodeIds();
        double worst = 0;
        for (int from = 0; from < ids.size(); from += MOST_IDS) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + MOST_IDS));
            List<NodeEmbedding> served = site.server()
                    .predictionCalls()
                    .getEmbeddings(
                            GetEmbeddingsRequest.newBuilder()
                                    .setModel(selector(model))
                                    .addAllNodeIds(some)
                                    .build(),
                            Duration.ZERO)
                    .join()
                    .getEmbeddingsList();
            assertThat(served).hasSameSizeAs(some);
            for (NodeEmbedding embedding : served) {
                worst = Math.max(worst, assertClose(embedding));
            }
        }
        LOG.infof("%s: %d embeddings, worst relative error %.1e", site.name(), ids.size(), worst);
        assertThat(embeddingsOf(site, model.getVersion()))
                .as("vertices with an embedding of version %d", model.getVersion())
                .isEqualTo(ids.size());
    }

    private static long embeddingsOf(Site site, long version) {
        return site.status().getModelsList().stream()
                .filter(m -> m.getVersion() == version)
                .mapToLong(Model::getEmbeddings)
                .findFirst()
                .orElse(-1);
    }

    /** Returns the greatest relative difference of the row. */
    private double assertClose(NodeEmbedding served) {
        int vertex = graph.nodeOf(served.getNodeId());
        double scale = 1;
        for (int i = 0; i < expected.width(); i++) {
            scale = Math.max(scale, 1 + Math.abs(expected.value(vertex, i)));
        }
        assertThat(served.getVectorCount()).isEqualTo(expected.width());
        double worst = 0;
        for (int i = 0; i < expected.width(); i++) {
            double difference = Math.abs(served.getVector(i) - expected.value(vertex, i)) / scale;
            assertThat(difference)
                    .as(
                            "vertex %s, column %d: served %s, expected %s",
                            served.getNodeId(), i, served.getVector(i), expected.value(vertex, i))
                    .isLessThanOrEqualTo(TOLERANCE);
            worst = Math.max(worst, difference);
        }
        return worst;
    }

    /** The class with the greatest logit is the predicted one, for each of these nodes. */
    void assertPredictions(Site site, Model model, List<String> ids) {
        Head head = spec.getHeads(0);
        Embeddings logits = forward.logits(head, expected);
        List<Classification> served = site.server()
                .predictionCalls()
                .classify(
                        ClassifyRequest.newBuilder()
                                .setModel(selector(model))
                                .setTask(head.getTask())
                                .addAllNodeIds(ids)
                                .build(),
                        Duration.ZERO)
                .join()
                .getClassificationsList();
        assertThat(served).hasSameSizeAs(ids);
        for (Classification classification : served) {
            int vertex = graph.nodeOf(classification.getNodeId());
            int best = 0;
            for (int c = 1; c < logits.width(); c++) {
                best = logits.value(vertex, c) > logits.value(vertex, best) ? c : best;
            }
            assertThat(classification.getClassNamesList())
                    .as("node %s", classification.getNodeId())
                    .containsExactly(head.getClassNames(best));
        }
    }

    private static ModelSelector selector(Model model) {
        return ModelSelector.newBuilder()
                .setName(model.getName())
                .setVersion(model.getVersion())
                .build();
    }
}
