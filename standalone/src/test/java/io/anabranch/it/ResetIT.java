package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Convolution;
import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import io.anabranch.stream.KafkaAccess;
import io.anabranch.stream.ResetRefusedException;
import io.anabranch.stream.StreamReset;
import io.anabranch.stream.Topics;
import io.anabranch.v1.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that was made of the updates is taken away, and made anew. */
class ResetIT {

    private static final int DIMENSION = 3;
    private static final TraceShape SHAPE = new TraceShape(80, 1_500, DIMENSION, 3, 3, 0.3, 0.2, 0.1, 0.25, 0.2);

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void afterAResetTheServiceIsExact() throws Exception {
        SplittableRandom random = new SplittableRandom(20_261_130);
        List<GraphMutation> trace = EventTraces.of(random, SHAPE);
        int half = trace.size() / 2;
        RandomModels model = RandomModels.of("shades", Convolution.CONVOLUTION_SAGE_MEAN, DIMENSION, random);
        try (EmbeddedBroker broker =
                        EmbeddedBroker.start(new BrokerOptions(folder.resolve("broker"), Ports.free(), Ports.free()));
                Site site = Site.start(broker.bootstrapServers(), "again", folder, 2, DIMENSION);
                StreamReset reset = new StreamReset(
                        new KafkaAccess(broker.bootstrapServers(), Map.of(), Duration.ofSeconds(30)),
                        new Topics("again"),
                        "again");
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Model published = Registry.publish(site, model.request());
            Registry.awaitActive(site, published);
            site.publish(trace.subList(0, half));
            site.awaitDrained();
            long read = events(admin);
            assertThat(read).isPositive();

            assertThatExceptionOfType(ResetRefusedException.class)
                    .isThrownBy(reset::plan)
                    .withMessageContaining("members that are alive: again-0");
            site.stop();
            Eventually.holds(Site.PATIENCE, () -> nobodyAlive(admin), () -> "members");
            StreamReset.Plan plan = reset.plan();
            assertThat(plan.topics())
                    .containsExactly(
                            "again-partition-state-changelog", "again.embeddings", "again.graph", "again.halo");
            reset.run(plan);
            assertThat(admin.listTopics().names().get()).doesNotContainAnyElementsOf(plan.topics());
            assertThat(events(admin)).as("how far events were read").isEqualTo(read);
            reset.run(plan);
            deleteState();

            site.startAgain();
            site.awaitDrained();
            assertExact(site, trace.subList(0, half), model, published);
            site.publish(trace.subList(half, trace.size()));
            site.awaitDrained();
            assertExact(site, trace, model, published);

            TopicPartition updates = new TopicPartition("again.updates", 1);
            admin.deleteRecords(Map.of(updates, RecordsToDelete.beforeOffset(3)))
                    .all()
                    .get();
            site.stop();
            Eventually.holds(Site.PATIENCE, () -> nobodyAlive(admin), () -> "members");
            assertThatExceptionOfType(ResetRefusedException.class)
                    .isThrownBy(reset::plan)
                    .withMessageContaining("again.updates-1 begins at 3");
        }
    }

    private static long events(Admin admin) throws Exception {
        return admin.listConsumerGroupOffsets("again")
                .partitionsToOffsetAndMetadata()
                .get()
                .getOrDefault(new TopicPartition("again.events", 0), new OffsetAndMetadata(0))
                .offset();
    }

    private static boolean nobodyAlive(Admin admin) {
        try {
            return admin.describeConsumerGroups(List.of("again")).all().get().values().stream()
                    .allMatch(group -> group.members().isEmpty());
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private void deleteState() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("again"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void assertExact(Site site, List<GraphMutation> trace, RandomModels model, Model published) {
        Parity.of(Parity.fold(trace, DIMENSION), model.spec(), model.tensors()).assertEmbeddings(site, published);
    }
}
