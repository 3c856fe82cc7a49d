package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.v1.Classification;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.NodeEmbedding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A model of examples/pytorch/reference, its graph, and what numpy or PyTorch says that it must say. */
record PytorchExample(ImportModelRequest request, List<String> lines, JsonNode expected) {

    static final int VERTICES = 14;
    static final int FEATURES = 5;

    private static final Path FOLDER = Path.of("..", "examples", "pytorch", "reference");
    private static final double TOLERANCE = 1e-5;

    static PytorchExample read(String name) throws IOException {
        ModelSpec.Builder spec = ModelSpec.newBuilder();
        JsonFormat.parser().merge(Files.readString(FOLDER.resolve(name + ".spec.json")), spec);
        ImportModelRequest request = ImportModelRequest.newBuilder()
                .setSpec(spec)
                .setSafetensors(ByteString.copyFrom(Files.readAllBytes(FOLDER.resolve(name + ".safetensors"))))
                .build();
        return new PytorchExample(
                request,
                Files.readAllLines(FOLDER.resolve("events.jsonl")),
                new ObjectMapper()
                        .readTree(FOLDER.resolve(name + ".expected.json").toFile()));
    }

    List<GraphEvent> events() throws IOException {
        List<GraphEvent> events = new ArrayList<>();
        for (String line : lines) {
            GraphEvent.Builder event = GraphEvent.newBuilder();
            JsonFormat.parser().merge(line, event);
            events.add(event.build());
        }
        return events;
    }

    List<String> ids() {
        List<String> ids = new ArrayList<>();
        expected.get("embeddings").fieldNames().forEachRemaining(ids::add);
        assertThat(ids).hasSize(VERTICES);
        return ids;
    }

    void assertEmbeddings(List<NodeEmbedding> served) {
        assertThat(served).hasSize(VERTICES);
        for (NodeEmbedding node : served) {
            JsonNode row = expected.get("embeddings").get(node.getNodeId());
            assertThat(node.getVectorCount()).isEqualTo(row.size());
            for (int i = 0; i < row.size(); i++) {
                assertThat((double) node.getVector(i))
                        .as("%s, column %d", node.getNodeId(), i)
                        .isCloseTo(row.get(i).asDouble(), within(TOLERANCE));
            }
        }
    }

    void assertProbabilities(List<Classification> served) {
        assertThat(served).hasSize(VERTICES);
        for (Classification node : served) {
            JsonNode row = expected.get("probabilities").get(node.getNodeId());
            assertThat(node.getScoresCount()).isEqualTo(row.size());
            int likeliest = 0;
            for (int i = 0; i < row.size(); i++) {
                assertThat((double) node.getScores(i).getProbability())
                        .as("%s, class %d", node.getNodeId(), i)
                        .isCloseTo(row.get(i).asDouble(), within(TOLERANCE));
                if (row.get(i).asDouble() > row.get(likeliest).asDouble()) {
                    likeliest = i;
                }
            }
            assertThat(node.getClassNamesList())
                    .containsExactly(node.getScores(likeliest).getClassName());
        }
    }
}
