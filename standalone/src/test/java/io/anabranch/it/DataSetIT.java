package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.GraphMutation.SetLabel;
import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.Safetensors;
import io.anabranch.learn.train.ProgressListener;
import io.anabranch.learn.train.Trainer;
import io.anabranch.learn.train.TrainingOptions;
import io.anabranch.learn.train.TrainingTask;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real graph, event by event, then the predictions of all its test nodes, in 1, 4 and 7 partitions. */
class DataSetIT {

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void coraIsServedAsItWasTrained() throws IOException, InterruptedException {
        Path cora = Path.of(System.getProperty("anabranch.data.sets", "none"), "cora");
        assumeTrue(Files.isDirectory(cora), () -> "The data set %s is absent.".formatted(cora));
        DataSetFolder data = DataSetFolder.open(cora);
        List<GraphMutation> events = data.events(1_700_000_000_000L).toList();
        List<String> testNodes = events.stream()
                .filter(m -> m instanceof SetLabel label && label.label().part() == Part.TEST)
                .map(m -> ((SetLabel) m).nodeId())
                .toList();
        assertThat(testNodes).hasSize(1000);
        GraphSnapshot graph = data.snapshot();
        ModelSnapshot trained = train(graph);
        ModelTensors tensors = ModelTensors.of(trained);
        Parity parity = Parity.of(graph, trained.getSpec(), tensors);
        ImportModelRequest request = ImportModelRequest.newBuilder()
                .setSpec(trained.getSpec())
                .setSafetensors(ByteString.copyFrom(new Safetensors(tensors.list(), Map.of()).toBytes()))
                .build();
        try (Brokers broker = new Brokers(folder.resolve("broker"))) {
            for (int partitions : new int[] {1, 4, 7}) {
                String prefix = "cora-" + partitions;
                try (Site site = Site.start(broker.bootstrapServers(), prefix, folder, partitions, data.dimension())) {
                    Model model = Registry.publish(site, request);
                    site.publish(events);
                    Registry.awaitActive(site, model);
                    site.awaitDrained();
                    parity.assertEmbeddings(site, model);
                    parity.assertPredictions(site, model, testNodes);
                    GetStatusResponse status = site.status();
                    assertThat(status.getVertices()).isEqualTo(2708);
                    assertThat(status.getEdges()).isEqualTo(2 * 5278);
                    assertThat(status.getDeadLetters()).isZero();
                }
            }
        }
    }

    private static ModelSnapshot train(GraphSnapshot graph) {
        return new Trainer(Clock.systemUTC(), "test")
                .train(
                        graph,
                        TrainingTask.named(graph, DataSetFolder.TASK),
                        TrainingOptions.builder().maxEpochs(20).build(),
                        ProgressListener.NONE,
                        () -> false)
                .model();
    }
}
