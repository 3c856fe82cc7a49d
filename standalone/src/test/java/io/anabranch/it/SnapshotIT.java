package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.FactKey;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Convolution;
import io.anabranch.snapshot.v1.Manifest;
import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import io.anabranch.stream.KafkaAccess;
import io.anabranch.stream.StreamConfig;
import io.anabranch.stream.TopicSetup;
import io.anabranch.stream.Topics;
import io.anabranch.stream.TopologyFactory;
import io.anabranch.stream.snapshot.EventsFrom;
import io.anabranch.stream.snapshot.ImportReport;
import io.anabranch.stream.snapshot.SnapshotExport;
import io.anabranch.stream.snapshot.SnapshotFolder;
import io.anabranch.stream.snapshot.SnapshotImport;
import io.anabranch.stream.snapshot.SnapshotTopics;
import io.anabranch.v1.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A snapshot is taken while events flow, and imported elsewhere; there the stream goes on from the positions that it names. In the end every register
 * and every embedding is that of the source.
 */
class SnapshotIT {

    private static final int DIMENSION = 4;
    private static final int PARTITIONS = 3;
    private static final int OTHER_PARTITIONS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TraceShape SHAPE = new TraceShape(150, 9_000, DIMENSION, 3, 3, 0.3, 0.2, 0.1, 0.25, 0.2);
    /** Of 100 ms. */
    private static final int EVENTS_A_STEP = 200;

    @TempDir
    private Path folder = Path.of(".");

    @ParameterizedTest
    @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
    void aSnapshotUnderLoadAndTheStreamFromItsPositionsAreTheWhole(String guarantee) throws Exception {
        SplittableRandom random = new SplittableRandom(20_261_130);
        List<GraphMutation> trace = EventTraces.withErasures(EventTraces.of(random, SHAPE), random, 0.02);
        RandomModels model = RandomModels.of("shades", Convolution.CONVOLUTION_GCN, DIMENSION, random);
        Map<String, String> more = Map.of(StreamConfig.PROCESSING_GUARANTEE, guarantee, StreamConfig.HISTORIES, "true");
        try (EmbeddedBroker broker =
                        EmbeddedBroker.start(new BrokerOptions(folder.resolve("broker"), Ports.free(), Ports.free()));
                ExecutorService background = Executors.newSingleThreadExecutor()) {
            String brokers = broker.bootstrapServers();
            Manifest taken;
            Model published;
            Map<FactKey, Fact> source;
            try (Site site = Site.start(brokers, "source", folder, PARTITIONS, DIMENSION, more)) {
                published = Registry.publish(site, model.request());
                Registry.awaitActive(site, published);
                int before = trace.size() / 3;
                site.publish(trace.subList(0, before));
                site.awaitDrained();
                CountDownLatch exported = new CountDownLatch(1);
                Future<?> load = background.submit(() -> flow(site, trace.subList(before, trace.size()), exported));
                Thread.sleep(500);
                taken = export(brokers, "source", "under-load");
                exported.countDown();
                load.get();
                site.awaitDrained();
                source = registers(export(brokers, "source", "source"), "source");
            }
            assertThat(taken.getEventsPositions(0)).isPositive().isLessThan(trace.size());

            for (int partitions : new int[] {PARTITIONS, OTHER_PARTITIONS}) {
                String prefix = "target" + partitions;
                boolean same = partitions == PARTITIONS;
                createTopics(brokers, prefix, partitions);
                copyEvents(brokers, prefix);
                ImportReport report =
                        importInto(brokers, prefix, same ? new EventsFrom.Snapshot() : new EventsFrom.Earliest());
                assertThat(taken.getSteps()).isPositive();
                assertThat(report.registers())
                        .isEqualTo(taken.getNodes() + taken.getEdges() + taken.getLabels() + taken.getSteps());
                assertThat(report.eventsPositions().getFirst()).isEqualTo(same ? taken.getEventsPositions(0) : 0);
                try (Site site = Site.start(brokers, prefix, folder, partitions, DIMENSION, more)) {
                    site.awaitDrained();
                    Registry.awaitActive(site, published);
                    Parity.of(Parity.fold(trace, DIMENSION), model.spec(), model.tensors())
                            .assertEmbeddings(site, published);
                    assertThat(site.status().getDeadLetters()).isZero();
                    assertThat(registers(export(brokers, prefix, prefix), prefix))
                            .isEqualTo(source);
                }
            }
        }
    }

    /** 2,000 events a second, and the last of them when the snapshot has been taken. */
    private static void flow(Site site, List<GraphMutation> events, CountDownLatch exported) {
        try {
            for (int from = 0; from < events.size(); from += EVENTS_A_STEP) {
                if (from >= events.size() - 3 * EVENTS_A_STEP) {
                    exported.await();
                }
                site.publish(events.subList(from, Math.min(events.size(), from + EVENTS_A_STEP)));
                Thread.sleep(80);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static SnapshotTopics topics(String prefix) {
        Topics topics = new Topics(prefix);
        return new SnapshotTopics(
                prefix, prefix, topics.events(), topics.updates(), topics.models(), TopologyFactory.changelog(prefix));
    }

    private Manifest export(String brokers, String prefix, String name) throws IOException, InterruptedException {
        return new SnapshotExport(Map.of("bootstrap.servers", brokers), PATIENCE, topics(prefix), Clock.systemUTC())
                .run(folder.resolve(name + "-snapshot"), count -> {});
    }

    private ImportReport importInto(String brokers, String prefix, EventsFrom from)
            throws IOException, InterruptedException {
        return new SnapshotImport(Map.of("bootstrap.servers", brokers), PATIENCE, topics(prefix))
                .run(SnapshotFolder.open(folder.resolve("under-load-snapshot")), from, true, count -> {});
    }

    /** Who learned a dead edge is not kept. */
    private Map<FactKey, Fact> registers(Manifest manifest, String name) throws IOException, InterruptedException {
        Map<FactKey, Fact> registers = new HashMap<>();
        SnapshotFolder.open(folder.resolve(name + "-snapshot"))
                .registers(facts -> facts.forEach(fact -> registers.put(
                        fact.key(),
                        fact instanceof EdgeFact edge && !edge.live()
                                ? new EdgeFact(edge.edge(), edge.time(), false, 0, Provenance.OBSERVED)
                                : fact)));
        assertThat(registers).hasSize((int)
                (manifest.getNodes() + manifest.getEdges() + manifest.getLabels() + manifest.getSteps()));
        return registers;
    }

    private static void createTopics(String brokers, String prefix, int partitions) throws InterruptedException {
        TopicSetup.run(
                new KafkaAccess(brokers, Map.of(), PATIENCE),
                new Topics(prefix),
                partitions,
                1,
                Duration.ofDays(7),
                false);
    }

    /** As a mirror does: the same events at the same offsets. */
    private static void copyEvents(String brokers, String prefix) {
        Map<String, Object> properties = Map.of("bootstrap.servers", brokers);
        TopicPartition from = new TopicPartition("source.events", 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            consumer.assign(List.of(from));
            consumer.seekToBeginning(List.of(from));
            long end = consumer.endOffsets(List.of(from)).getOrDefault(from, 0L);
            while (consumer.position(from) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    producer.send(new ProducerRecord<>(prefix + ".events", 0, record.key(), record.value()));
                }
            }
        }
    }
}
