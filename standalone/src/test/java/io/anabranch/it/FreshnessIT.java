package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.embedding.v1.Embedding;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Convolution;
import io.anabranch.v1.AuditRequest;
import io.anabranch.v1.AuditResponse;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelSelector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads that wait for their writes, and audits, through a real broker and four partitions. */
class FreshnessIT {

    private static final int DIMENSION = 5;
    private static final int PARTITIONS = 4;
    private static final int SLICES = 8;
    private static final TraceShape SHAPE = new TraceShape(60, 1200, DIMENSION, 3, 3, 0.3, 0.3, 0.1, 0.25, 0.2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SplittableRandom random = new SplittableRandom(20_261_125);

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void aReadReflectsItsWritesAndAnAuditFindsWhatIsWrong() throws Exception {
        List<GraphMutation> trace = new ArrayList<>(EventTraces.of(random, SHAPE));
        RandomModels model = RandomModels.of("fresh", Convolution.CONVOLUTION_GCN, DIMENSION, random);
        try (Brokers broker = new Brokers(folder.resolve("broker"));
                Site site = Site.start(broker.bootstrapServers(), "fresh", folder, PARTITIONS, DIMENSION)) {
            Model published = Registry.publish(site, model.request());
            Registry.awaitActive(site, published);
            int sent = 0;
            for (int slice = 1; slice <= SLICES; slice++) {
                int upTo = trace.size() * slice / SLICES;
                site.publish(trace.subList(sent, upTo));
                sent = upTo;
                GraphSnapshot expected = Parity.fold(trace.subList(0, sent), DIMENSION);
                GetEmbeddingsResponse read = read(site, published, expected.nodeIds(), sent - 1);
                assertThat(read.getReflectedList())
                        .containsExactly(
                                EventPosition.newBuilder().setOffset(sent - 1).build());
                // Nothing else is waited for: every embedding is exact by the time that the read is answered.
                Parity.of(expected, model.spec(), model.tensors()).assertEmbeddings(site, published);
            }

            AuditResponse right = audit(site, published, List.of());
            assertThat(right.getWrong() + right.getUnsettled()).isZero();
            assertThat(right.getLargestError()).isLessThan(1e-5);
            assertThat(right.getAudited()).isGreaterThan(30);

            String victim = Parity.fold(trace, DIMENSION).nodeIds().getFirst();
            inject(broker, site, published, victim);
            Eventually.holds(
                    PATIENCE,
                    () -> read(site, published, List.of(victim), 0)
                                    .getEmbeddings(0)
                                    .getVector(0)
                            == 77,
                    () -> "the foreign embedding is not there");
            AuditResponse found = audit(site, published, List.of());
            assertThat(found.getWrong()).isOne();
            assertThat(found.getWorst(0).getNodeId()).isEqualTo(victim);
            assertThat(found.getWorst(0).getStored(0)).isEqualTo(77);

            // Nothing has changed that would make its owner publish it again, but the owner is asked to.
            AuditResponse repaired = repair(site, published);
            assertThat(repaired.getWrong()).isOne();
            assertThat(repaired.getRepair().getRecomputed()).isPositive();
            assertThat(repaired.getRepair().getWrong() + repaired.getRepair().getUnsettled())
                    .isZero();
            AuditResponse healed = audit(site, published, List.of());
            assertThat(healed.getWrong() + healed.getUnsettled()).isZero();
        }
    }

    private static ModelSelector selector(Model model) {
        return ModelSelector.newBuilder()
                .setName(model.getName())
                .setVersion(model.getVersion())
                .build();
    }

    private static GetEmbeddingsResponse read(Site site, Model model, List<String> ids, long offset) {
        return site.server()
                .predictionCalls()
                .getEmbeddings(
                        GetEmbeddingsRequest.newBuilder()
                                .setModel(selector(model))
                                .addAllNodeIds(ids)
                                .addMinPositions(EventPosition.newBuilder().setOffset(offset))
                                .build(),
                        PATIENCE)
                .join();
    }

    private static AuditResponse audit(Site site, Model model, List<String> ids) {
        return audit(site, AuditRequest.newBuilder().setModel(selector(model)).addAllNodeIds(ids));
    }

    private static AuditResponse repair(Site site, Model model) {
        return audit(site, AuditRequest.newBuilder().setModel(selector(model)).setRepair(true));
    }

    private static AuditResponse audit(Site site, AuditRequest.Builder request) {
        return site.server()
                .auditCalls()
                .audit(request.setSample(1000).build(), Duration.ofSeconds(60))
                .join();
    }

    /** Writes a wrong embedding where only partitions should, as a task of the first epoch. */
    private static void inject(Brokers broker, Site site, Model model, String vertexId)
            throws InterruptedException, ExecutionException {
        float[] wrong = new float
                [model.getSpec().getLayers(model.getSpec().getLayersCount() - 1).getOutputWidth()];
        wrong[0] = 77;
        Embedding.Builder embedding = Embedding.newBuilder();
        for (float value : wrong) {
            embedding.addVector(value);
        }
        byte[] key = EmbeddingKey.newBuilder()
                .setModelVersion(model.getVersion())
                .setVertexId(vertexId)
                .build()
                .toByteArray();
        byte[] value = EmbeddingRecord.newBuilder()
                .setEpoch(1)
                .setEmbedding(embedding)
                .build()
                .toByteArray();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            int owner = Ownership.byHash(PARTITIONS, 0).ownerOf(vertexId);
            producer.send(new ProducerRecord<>(site.topic("embeddings"), owner, key, value))
                    .get();
        }
    }
}
