package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.snapshot.GraphReplica;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.gnn.Embeddings;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.ForwardPass;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.model.ModelImport;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.model.v1.ModelSnapshot;
import java.io.IOException;
import java.time.Clock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The models of examples/pytorch through the trainer's own forward pass; {@link ImportedModelIT} has the same through Kafka. */
class PytorchExampleTest {

    private static GraphSnapshot graph(PytorchExample example) throws IOException {
        GraphReplica replica = new GraphReplica(PytorchExample.FEATURES);
        for (GraphEvent event : example.events()) {
            if (event.hasNodeUpsert()) {
                var values = event.getNodeUpsert().getFeatures().getDense().getValuesList();
                float[] row = new float[values.size()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = values.get(i);
                }
                replica.putNode(event.getNodeUpsert().getId(), "", FeatureVector.dense(row));
            } else {
                var edge = event.getEdgeUpsert();
                replica.putEdge(
                        new EdgeId(edge.getSource(), edge.getTarget(), edge.getType()),
                        edge.getWeight(),
                        Provenance.OBSERVED);
            }
        }
        return replica.snapshot();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sage", "gcn", "pytorch-sage"})
    void embeddingsAreTheExpectedOnes(String name) throws IOException {
        PytorchExample example = PytorchExample.read(name);
        ModelSnapshot model = ModelImport.read(
                example.request().getSpec(),
                example.request().getSafetensors().toByteArray(),
                "test",
                Clock.systemUTC());
        assertThat(model.getProvenance().getHyperParametersMap()).isNotEmpty();
        GraphSnapshot graph = graph(example);
        Embeddings embeddings = ForwardPass.of(model.getSpec(), ModelTensors.of(model))
                .embeddings(MessageGraph.of(graph), FeatureRows.of(graph.features()));
        for (String id : example.ids()) {
            JsonNode row = example.expected().get("embeddings").get(id);
            assertThat(row).hasSize(embeddings.width());
            for (int i = 0; i < row.size(); i++) {
                assertThat((double) embeddings.value(graph.nodeOf(id), i))
                        .as("%s, column %d", id, i)
                        .isCloseTo(row.get(i).asDouble(), within(1e-5));
            }
        }
    }
}
