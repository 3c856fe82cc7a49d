package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Convolution;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelState;
import io.anabranch.v1.PromoteModelRequest;
import io.anabranch.v1.RollbackModelRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random traces with deletes, duplicates and late events through Kafka, with models that come and go, and restarts. */
class StreamIT {

    private static final int DIMENSION = 5;
    private static final int PARTITIONS = 4;
    private static final TraceShape SHAPE = new TraceShape(120, 3000, DIMENSION, 3, 3, 0.3, 0.3, 0.1, 0.25, 0.2);

    private final SplittableRandom random = new SplittableRandom(20_261_124);

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void servedEqualsFromScratchThroughModelChangesRestartsAndAnAbsentBroker() throws InterruptedException {
        List<GraphMutation> trace = EventTraces.of(random, SHAPE);
        int third = trace.size() / 3;
        RandomModels first = RandomModels.of("shades", Convolution.CONVOLUTION_GCN, DIMENSION, random);
        RandomModels second = RandomModels.of("shades", Convolution.CONVOLUTION_SAGE_MEAN, DIMENSION, random);
        RandomModels other = RandomModels.of("tints", Convolution.CONVOLUTION_SAGE_SUM, DIMENSION, random);
        try (Brokers broker = new Brokers(folder.resolve("broker"));
                Site site = Site.start(broker.bootstrapServers(), "trace", folder, PARTITIONS, DIMENSION)) {
            // The first model is there before the graph, the second comes while events are on their way.
            Model v1 = Registry.publish(site, first.request());
            Registry.awaitActive(site, v1);
            site.publish(trace.subList(0, third));
            Model v2 = Registry.publish(site, second.request());
            Registry.awaitCovered(site, v2);
            site.awaitDrained();
            assertExact(site, trace.subList(0, third), first, v1);
            assertExact(site, trace.subList(0, third), second, v2);

            // Forth to the second version, back and forth again, without a gap.
            promote(site, v2);
            assertThat(Registry.state(site, v2)).isEqualTo(ModelState.MODEL_STATE_ACTIVE);
            site.server()
                    .rolloutCalls()
                    .rollback(
                            RollbackModelRequest.newBuilder().setName("shades").build());
            assertThat(Registry.state(site, v1)).isEqualTo(ModelState.MODEL_STATE_ACTIVE);
            promote(site, v2);
            assertThat(Registry.state(site, v2)).isEqualTo(ModelState.MODEL_STATE_ACTIVE);

            // A clean stop with events that nobody has read yet.
            site.stop();
            site.publish(trace.subList(third, 2 * third));
            site.startAgain();
            site.awaitDrained();
            assertExact(site, trace.subList(0, 2 * third), first, v1);
            assertExact(site, trace.subList(0, 2 * third), second, v2);

            // The broker goes while events are being worked on, and comes back; a model of another name joins.
            Model v3 = Registry.publish(site, other.request());
            site.publish(trace.subList(2 * third, trace.size()));
            broker.goAway();
            Thread.sleep(1000);
            broker.comeBack();
            Registry.awaitActive(site, v3);
            site.awaitDrained();
            assertExact(site, trace, first, v1);
            assertExact(site, trace, second, v2);
            assertExact(site, trace, other, v3);
            assertThat(site.status().getDeadLetters()).isZero();
        }
    }

    private static void promote(Site site, Model model) {
        site.server()
                .rolloutCalls()
                .promote(PromoteModelRequest.newBuilder()
                        .setName(model.getName())
                        .setVersion(model.getVersion())
                        .build());
    }

    private static void assertExact(Site site, List<GraphMutation> trace, RandomModels model, Model published) {
        Parity.of(Parity.fold(trace, DIMENSION), model.spec(), model.tensors()).assertEmbeddings(site, published);
    }
}
