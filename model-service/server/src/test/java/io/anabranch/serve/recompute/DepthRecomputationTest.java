package io.anabranch.serve.recompute;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.gnn.Embeddings;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.ForwardPass;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.ModelSnapshot;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recomputation of every connection and convolution beside the trainer's forward pass, which shares no code with it. */
class DepthRecomputationTest {

    @ParameterizedTest
    @MethodSource("io.anabranch.serve.recompute.DeepModels#everyConnectionAndConvolution")
    void isTheForwardPassOfTheTrainer(DepthConnection connection, Convolution convolution) {
        SplittableRandom random = new SplittableRandom(5);
        GraphSnapshot graph = DeepModels.graph(random);
        for (boolean allHops : new boolean[] {false, true}) {
            ModelSnapshot model = DeepModels.model(random, DeepModels.spec(connection, convolution, allHops));
            Embeddings expected =
                    ForwardPass.of(model).embeddings(MessageGraph.of(graph), FeatureRows.of(graph.features()));
            Recomputation recomputation = new Recomputation(model, graph, 10_000);
            double size = 0;
            for (int v = 0; v < DeepModels.VERTICES; v++) {
                double[] embedding = requireNonNull(recomputation.embedding("n" + v));
                int row = graph.nodeOf("n" + v);
                assertThat(embedding).hasSize(expected.width());
                for (int j = 0; j < embedding.length; j++) {
                    assertThat(embedding[j])
                            .isCloseTo(expected.value(row, j), within(1e-4 * (1 + Math.abs(embedding[j]))));
                    size = Math.max(size, Math.abs(embedding[j]));
                }
            }
            assertThat(size).isGreaterThan(1e-3);
        }
    }
}
