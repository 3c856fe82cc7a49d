package io.anabranch.it;

import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelSelector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of numpy and of PyTorch, imported and served: what comes out at the end is what they say themselves. */
class ImportedModelIT {

    private static final int PARTITIONS = 3;

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void servedNumbersAreThoseOfNumpyAndOfPytorch() throws Exception {
        PytorchExample sage = PytorchExample.read("sage");
        PytorchExample gcn = PytorchExample.read("gcn");
        PytorchExample pytorch = PytorchExample.read("pytorch-sage");
        try (Brokers broker = new Brokers(folder.resolve("broker"));
                Site site = Site.start(
                        broker.bootstrapServers(), "imported", folder, PARTITIONS, PytorchExample.FEATURES)) {
            // One model is there before the graph, the others come to a graph that is there.
            Model first = Registry.publish(site, sage.request());
            site.publishRecords(sage.lines().stream()
                    .map(line -> line.getBytes(StandardCharsets.UTF_8))
                    .toList());
            Model second = Registry.publish(site, gcn.request());
            Model third = Registry.publish(site, pytorch.request());
            Registry.awaitActive(site, first);
            Registry.awaitActive(site, second);
            Registry.awaitActive(site, third);
            site.awaitDrained();
            assertServed(site, first, sage);
            assertServed(site, second, gcn);
            assertServed(site, third, pytorch);
        }
    }

    private static void assertServed(Site site, Model model, PytorchExample example) {
        ModelSelector selector =
                ModelSelector.newBuilder().setName(model.getName()).build();
        List<String> ids = example.ids();
        example.assertEmbeddings(site.server()
                .predictionCalls()
                .getEmbeddings(
                        GetEmbeddingsRequest.newBuilder()
                                .setModel(selector)
                                .addAllNodeIds(ids)
                                .build(),
                        Duration.ZERO)
                .join()
                .getEmbeddingsList());
        example.assertProbabilities(site.server()
                .predictionCalls()
                .classify(
                        ClassifyRequest.newBuilder()
                                .setModel(selector)
                                .addAllNodeIds(ids)
                                .build(),
                        Duration.ZERO)
                .join()
                .getClassificationsList());
    }
}
