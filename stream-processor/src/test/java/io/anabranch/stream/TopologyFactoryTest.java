package io.anabranch.stream;

import static io.anabranch.stream.DrivenTopology.edge;
import static io.anabranch.stream.DrivenTopology.fold;
import static io.anabranch.stream.DrivenTopology.noEdge;
import static io.anabranch.stream.DrivenTopology.noNode;
import static io.anabranch.stream.DrivenTopology.node;
import static io.anabranch.stream.DrivenTopology.parse;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.embedding.v1.Freshness;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.LabelFact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.v1.FactKey;
import io.anabranch.graph.v1.FactRecord;
import io.anabranch.stream.propagation.LiveModels;
import io.anabranch.stream.wire.RegistersPacker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopologyFactoryTest {

    @TempDir
    Path stateDir;

    private DrivenTopology start(LiveModels models, String... keysAndValues) {
        return DrivenTopology.start(stateDir, models, keysAndValues);
    }

    @Test
    void looksAsDescribed() throws IOException {
        try (InputStream golden = TopologyFactoryTest.class.getResourceAsStream("/topology.txt")) {
            String expected = new String(Objects.requireNonNull(golden).readAllBytes(), UTF_8);
            StreamConfig config = StreamConfig.from(Map.of(StreamConfig.FEATURES_DIMENSION, "2"));
            assertThat(TopologyFactory.build(config, () -> LiveModels.NONE)
                            .describe()
                            .toString()
                            .strip())
                    .isEqualTo(expected.strip());
        }
    }

    @Test
    void embeddingsEqualTheCalculationOnPaper() {
        try (DrivenTopology topology = start(TestModels.live(5))) {
            topology.event(node("a", 1, 1, 2));
            topology.event(node("b", 2, 3, 4));
            topology.event(edge("a", "b", 2, 3));
            topology.flush();
            // a: (1, 2) + (0.5, -0.5); b: (3, 4) + 2 (1*10, 2*100) + (0.5, -0.5)
            assertThat(fold(Map.of(), topology.embeddings()))
                    .isEqualTo(Map.of("5/a", "[1.5, 1.5]", "5/b", "[23.5, 403.5]"));

            topology.event(node("a", 4, 0, 1));
            topology.flush();
            // b: (3, 4) + 2 (0*10, 1*100) + (0.5, -0.5)
            assertThat(topology.embeddings()).containsExactlyInAnyOrder("5/a [0.5, 0.5]", "5/b [3.5, 203.5]");

            topology.event(noEdge("a", "b", 5));
            topology.flush();
            assertThat(topology.embeddings()).containsExactly("5/b [3.5, 3.5]");

            topology.event(noNode("a", 6));
            topology.flush();
            assertThat(topology.embeddings()).containsExactly("5/a gone");
        }
    }

    @Test
    void anEdgeMakesItsEndsExist() {
        try (DrivenTopology topology = start(TestModels.live(5))) {
            topology.event(edge("u", "v", 1, 1));
            topology.flush();
            assertThat(fold(Map.of(), topology.embeddings()))
                    .isEqualTo(Map.of("5/u", "[0.5, -0.5]", "5/v", "[0.5, -0.5]"));
        }
    }

    @Test
    void freshnessSaysWhatIsReflected() {
        try (DrivenTopology topology = start(TestModels.live(5))) {
            topology.event(node("a", 700, 1, 2));
            long accepted = topology.now();
            topology.event(node("a", 650, 9, 9));
            topology.flush();
            List<TestRecord<byte[], byte[]>> records =
                    topology.drain(topology.config.topics().embeddings());
            TestRecord<byte[], byte[]> last = records.getLast();
            Freshness freshness = parse(() -> EmbeddingRecord.parseFrom(last.value()))
                    .getEmbedding()
                    .getFreshness();
            assertThat(freshness)
                    .isEqualTo(Freshness.newBuilder()
                            .setAcceptedTimeMs(accepted)
                            .setEventTimeMs(700)
                            .setPartition(0)
                            .setPosition(2)
                            .setSentTimeMs(DrivenTopology.START.toEpochMilli()
                                    + topology.config
                                            .propagation()
                                            .latencyTarget()
                                            .toMillis())
                            .build());
            assertThat(last.timestamp()).isEqualTo(accepted);
        }
    }

    @Test
    void aFullBatchDoesNotWaitForTheClock() {
        try (DrivenTopology topology = start(TestModels.live(5), StreamConfig.MAX_BATCH, "2")) {
            topology.flush();
            topology.embeddings();
            topology.event(node("a", 1, 1, 2));
            assertThat(topology.embeddings()).isEmpty();
            topology.event(node("b", 1, 1, 2));
            assertThat(topology.embeddings()).containsExactlyInAnyOrder("5/a [1.5, 1.5]", "5/b [1.5, 1.5]");
        }
    }

    @Test
    void aSnapshotIsMergedThoughItIsLateAndOneThatDoesNotFitIsADeadLetter() {
        try (DrivenTopology topology = start(TestModels.live(5), StreamConfig.LATENESS, "PT0.1S")) {
            topology.event(node("a", 1_000, 1, 2));
            topology.flush();
            topology.drain(topology.config.topics().embeddings());
            RegistersPacker packer = new RegistersPacker(PartitionGraph.NEVER);
            packer.add(new NodeFact("a", 999, true, "", FeatureVector.dense(7, 7), 1));
            packer.add(new NodeFact("b", 5, true, "", FeatureVector.dense(3, 4), PartitionGraph.NEVER));
            packer.add(new EdgeFact(new EdgeId("a", "b", ""), 6, true, 1, Provenance.OBSERVED));
            topology.update(packer.takeRecord());
            topology.flush();
            // Two columns for which the model has the same weights: own row, and that of the neighbour.
            assertThat(topology.embeddings())
                    .hasSize(1)
                    .allSatisfy(row -> assertThat(row).startsWith("5/b"));

            packer.add(new NodeFact("c", 5, true, "", FeatureVector.dense(3, 4, 5), PartitionGraph.NEVER));
            byte[] misfit = packer.takeRecord();
            topology.update(misfit);
            topology.event(node("d", 1_001, 1, 2));
            topology.flush();
            assertThat(topology.drain(topology.config.topics().deadLetters()))
                    .hasSize(1)
                    .allSatisfy(letter -> {
                        assertThat(header(letter, "anabranch.reason")).isEqualTo("SNAPSHOT_MISFIT");
                        assertThat(header(letter, "__streams.errors.message")).contains("The node (c) has 3 features");
                        assertThat(letter.value()).isEqualTo(misfit);
                    });
            assertThat(topology.embeddings())
                    .hasSize(1)
                    .allSatisfy(row -> assertThat(row).startsWith("5/d"));
        }
    }

    @Test
    void whatHadExpiredWhereASnapshotComesFromStaysDead() {
        DrivenTopology topology = start(TestModels.live(5), StreamConfig.TIME_TO_LIVE + "\"\"", "PT0.05S");
        RegistersPacker packer = new RegistersPacker(100);
        packer.add(new EdgeFact(new EdgeId("a", "b", ""), 6, true, 1, Provenance.OBSERVED, 90));
        packer.add(new EdgeFact(new EdgeId("c", "d", ""), 6, true, 1, Provenance.OBSERVED, 110));
        topology.update(packer.takeRecord());
        topology.flush();
        assertThat(fold(Map.of(), topology.embeddings()).keySet()).containsExactlyInAnyOrder("5/c", "5/d");
        // Its clock has not come so far; what expires knows it all the same, in the next life too.
        try (DrivenTopology again = topology.restart()) {
            again.event(edge("e", "f", 1, 49));
            again.event(edge("g", "h", 1, 51));
            again.flush();
            assertThat(fold(Map.of(), again.embeddings()).keySet()).containsExactlyInAnyOrder("5/g", "5/h");
        }
    }

    private static String vertex(Predicate<String> which) {
        return IntStream.range(0, 100)
                .mapToObj(i -> "v" + i)
                .filter(which)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSnapshotForAnotherNumberOfPartitionsIsRefused() {
        Ownership ownership = Ownership.byHash(2, 0);
        SnapshotCheck check = new SnapshotCheck(ownership, 2);
        String own = vertex(ownership::owns);
        String other = vertex(id -> !ownership.owns(id));
        assertThat(check.problem(List.of(
                        new EdgeFact(new EdgeId(other, own, ""), 6, true, 1, Provenance.OBSERVED),
                        new LabelFact(own, "t", 1, null))))
                .isNull();
        assertThat(check.problem(List.of(
                        new EdgeFact(new EdgeId(other, own, ""), 6, true, 1, Provenance.OBSERVED),
                        new LabelFact(other, "t", 1, null))))
                .satisfies(problem -> assertThat(problem.detail()).contains("belongs to partition 1, not 0"));
    }

    @Test
    void whatIsTooLateGoesToTheDeadLettersAndWhatHasExpiredIsGone() {
        try (DrivenTopology topology = start(
                TestModels.live(5), StreamConfig.LATENESS, "PT0.1S", StreamConfig.TIME_TO_LIVE + "\"\"", "PT0.05S")) {
            topology.event(edge("a", "b", 1, 1_000));
            topology.event(node("c", 1_040, 1, 2));
            topology.event(node("late", 939, 1, 2).setEventId("e7"));
            topology.flush();

            List<TestRecord<byte[], byte[]>> letters =
                    topology.drain(topology.config.topics().deadLetters());
            assertThat(letters).hasSize(1).allSatisfy(letter -> {
                assertThat(header(letter, "anabranch.reason")).isEqualTo("LATE");
                assertThat(header(letter, "anabranch.event-id")).isEqualTo("e7");
                assertThat(header(letter, "__streams.errors.topic")).isEqualTo("anabranch.updates");
                assertThat(DrivenTopology.parse(() -> GraphEvent.parseFrom(letter.value()))
                                .getNodeUpsert()
                                .getId())
                        .isEqualTo("late");
            });
            assertThat(DrivenTopology.fold(Map.of(), topology.embeddings()).keySet())
                    .containsExactlyInAnyOrder("5/a", "5/b", "5/c");

            topology.event(node("c", 1_050, 1, 2));
            topology.flush();
            assertThat(topology.embeddings()).contains("5/a gone", "5/b gone");
        }
    }

    @Test
    void poisonGoesToTheDeadLettersAndTheStreamGoesOn() {
        try (DrivenTopology topology = start(TestModels.live(5))) {
            topology.event(node("a", 1, 1, 2));
            topology.raw("k".getBytes(UTF_8), "no event".getBytes(UTF_8));
            topology.raw("k".getBytes(UTF_8), null);
            topology.raw(null, new byte[2_000_000]);
            topology.event(node("x", 2, Float.NaN, 2).setEventId("e9"));
            topology.event(node("b", 3, 1, 1));
            topology.flush();

            List<TestRecord<byte[], byte[]>> letters =
                    topology.drain(topology.config.topics().deadLetters());
            assertThat(letters)
                    .extracting(letter -> header(letter, "anabranch.reason"))
                    .containsExactly("NOT_DECODABLE", "NO_VALUE", "RECORD_TOO_LARGE", "FEATURES_NOT_FINITE");
            assertThat(letters)
                    .extracting(letter -> header(letter, "__streams.errors.offset"))
                    .containsExactly("1", "2", "3", "4");
            assertThat(letters).allSatisfy(letter -> {
                assertThat(header(letter, "__streams.errors.topic")).isEqualTo("anabranch.events");
                assertThat(header(letter, "__streams.errors.partition")).isEqualTo("0");
            });
            assertThat(letters.get(0).key()).isEqualTo("k".getBytes(UTF_8));
            assertThat(letters.get(0).value()).isEqualTo("no event".getBytes(UTF_8));
            assertThat(letters.get(1).value()).isNull();
            assertThat(letters.get(2).value()).hasSize(1024 * 1024);
            assertThat(header(letters.get(2), "anabranch.truncated")).isEqualTo("value=2000000");
            assertThat(header(letters.get(3), "anabranch.event-id")).isEqualTo("e9");

            assertThat(topology.drain(topology.config.topics().updates())).hasSize(2);
            assertThat(fold(Map.of(), topology.embeddings()).keySet()).isEqualTo(Set.of("5/a", "5/b"));
        }
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    @Test
    void updatesKeepTheTimeOfTheirEvent() {
        try (DrivenTopology topology = start(LiveModels.NONE)) {
            topology.event(edge("a", "b", 1, 1));
            TestRecord<byte[], byte[]> update =
                    topology.drain(topology.config.topics().updates()).getFirst();
            assertThat(update.timestamp()).isEqualTo(topology.now());
            assertThat(update.key()).isEqualTo("b".getBytes(UTF_8));
        }
    }

    @Test
    void theGraphTopicHoldsLiveFactsAndTheirEnds() {
        try (DrivenTopology topology = start(LiveModels.NONE)) {
            GraphEvent.Builder label = GraphEvent.newBuilder()
                    .setEventTimeMs(1)
                    .setLabelUpsert(LabelUpsert.newBuilder()
                            .setNodeId("a")
                            .setLabel(Label.newBuilder().setTask("fraud").setClassName("yes")));
            topology.event(node("a", 1, 1, 2));
            topology.event(edge("a", "b", 2, 1));
            topology.event(label);
            assertThat(facts(topology)).containsExactly("node a @1", "edge a->b 2.0 @1", "label a fraud yes @1");

            topology.event(node("a", 1, 1, 2));
            topology.event(edge("a", "b", 2, 1));
            topology.event(label);
            topology.event(edge("a", "b", 7, 0));
            topology.event(noEdge("x", "y", 5));
            topology.event(noNode("z", 5));
            assertThat(facts(topology))
                    .as("duplicates, late events and deletes of nothing")
                    .isEmpty();

            topology.event(noNode("a", 9));
            assertThat(facts(topology)).containsExactlyInAnyOrder("node a gone", "edge a->b gone");
            topology.event(edge("a", "b", 2, 9));
            assertThat(facts(topology)).as("an edge that a delete has outlived").isEmpty();
        }
    }

    private static List<String> facts(DrivenTopology topology) {
        return topology.drain(topology.config.topics().graph()).stream()
                .map(record -> {
                    FactKey key = parse(() -> FactKey.parseFrom(record.key()));
                    String subject = switch (key.getFactCase()) {
                        case NODE_ID -> "node " + key.getNodeId();
                        case EDGE ->
                            "edge " + key.getEdge().getSource() + "->"
                                    + key.getEdge().getTarget();
                        case LABEL ->
                            "label " + key.getLabel().getNodeId() + " "
                                    + key.getLabel().getTask();
                        case FACT_NOT_SET -> "nothing";
                    };
                    if (record.value() == null) {
                        return subject + " gone";
                    }
                    FactRecord fact = parse(() -> FactRecord.parseFrom(record.value()));
                    String content = switch (fact.getFactCase()) {
                        case NODE, FACT_NOT_SET -> "";
                        case EDGE -> " " + fact.getEdge().getWeight();
                        case LABEL -> " " + fact.getLabel().getClassName();
                    };
                    return subject + content + " @" + fact.getEventTimeMs();
                })
                .toList();
    }

    @Test
    void orderOfEventTimeDecidesNotOrderOfArrival() {
        try (DrivenTopology topology = start(TestModels.live(5))) {
            topology.event(edge("a", "b", 1, 10));
            topology.event(node("a", 20, 1, 1));
            topology.event(node("a", 15, 7, 7));
            topology.event(noEdge("a", "b", 5));
            topology.event(edge("a", "b", 3, 8));
            topology.flush();
            assertThat(fold(Map.of(), topology.embeddings()))
                    .isEqualTo(Map.of("5/a", "[1.5, 0.5]", "5/b", "[10.5, 99.5]"));
        }
    }

    @Test
    void duplicatesSendNothing() {
        try (DrivenTopology topology = start(TestModels.live(5))) {
            topology.event(node("a", 1, 1, 2));
            topology.event(edge("a", "b", 2, 1));
            topology.flush();
            topology.embeddings();
            topology.event(node("a", 1, 1, 2));
            topology.event(edge("a", "b", 2, 1));
            topology.flush();
            assertThat(topology.embeddings()).isEmpty();
        }
    }

    @Test
    void aModelThatComesLaterIsFilledAndCovered() {
        try (DrivenTopology topology = start(LiveModels.NONE)) {
            topology.event(node("a", 1, 1, 2));
            topology.flush();
            assertThat(topology.embeddings()).isEmpty();
            topology.models.set(TestModels.live(7));
            topology.wakeUp();
            assertThat(topology.embeddings()).containsExactly("7/a [1.5, 1.5]", "7/partition 0 covered of 1");
        }
    }

    @Test
    void aRetiredModelsEmbeddingsGo() {
        try (DrivenTopology topology = start(TestModels.live(7))) {
            topology.event(node("a", 1, 1, 2));
            topology.flush();
            topology.embeddings();
            topology.models.set(new LiveModels(TestModels.live(8).live(), Set.of(7L)));
            topology.wakeUp();
            assertThat(topology.embeddings())
                    .containsExactly("7/a gone", "8/a [1.5, 1.5]", "8/partition 0 covered of 1");
        }
    }

    @Test
    void aRestartEmitsNothingAndGoesOn() {
        DrivenTopology topology = start(TestModels.live(5));
        topology.event(node("a", 1, 1, 2));
        topology.event(node("b", 2, 3, 4));
        topology.event(edge("a", "b", 2, 3));
        topology.flush();
        Map<String, String> before = fold(Map.of(), topology.embeddings());
        assertThat(before).hasSize(2);

        try (DrivenTopology again = topology.restart()) {
            again.flush();
            assertThat(fold(before, again.embeddings())).isEqualTo(before);
            assertThat(again.drain(again.config.topics().graph())).isEmpty();

            again.event(node("a", 4, 0, 1));
            again.flush();
            assertThat(again.embeddings()).containsExactlyInAnyOrder("5/a [0.5, 0.5]", "5/b [3.5, 203.5]");
        }
    }

    @Test
    void aRestartWithNothingPendingSendsNoEmbeddingAgain() {
        DrivenTopology topology = start(TestModels.live(5));
        topology.event(node("a", 1, 1, 2));
        topology.flush();
        topology.embeddings();
        try (DrivenTopology again = topology.restart()) {
            again.flush();
            assertThat(again.embeddings()).allMatch(line -> line.contains("covered"));
        }
    }

    @Test
    void aRestartWithADeferredBatchEmitsEverything() {
        DrivenTopology topology = start(TestModels.live(5));
        topology.event(node("a", 1, 1, 2));
        topology.flush();
        topology.embeddings();
        topology.event(edge("a", "b", 2, 3));
        assertThat(topology.embeddings()).as("the batch has not run").isEmpty();
        try (DrivenTopology again = topology.restart()) {
            again.flush();
            assertThat(fold(Map.of(), again.embeddings()))
                    .isEqualTo(Map.of("5/a", "[1.5, 1.5]", "5/b", "[20.5, 399.5]"));
        }
    }

    /** The store may hold what the topic never got, and nothing tells. */
    @Test
    void underAtLeastOnceARestartSaysTheWholeGraphAgain() {
        DrivenTopology topology = start(LiveModels.NONE, StreamConfig.PROCESSING_GUARANTEE, "at_least_once");
        topology.event(node("a", 1, 1, 2));
        topology.event(edge("a", "b", 2, 3));
        topology.event(edge("a", "c", 2, 3));
        topology.event(noEdge("a", "b", 4));
        topology.event(node("gone", 1));
        topology.event(noNode("gone", 2));
        try (DrivenTopology again = topology.restart()) {
            again.flush();
            assertThat(facts(again))
                    .containsExactlyInAnyOrder("node a @1", "edge a->b gone", "edge a->c 2.0 @3", "node gone gone");
        }
    }

    @Test
    void eachLifeHasAGreaterEpoch() {
        DrivenTopology topology = start(TestModels.live(5));
        topology.event(node("a", 1, 1, 2));
        topology.flush();
        long first = epochOfLast(topology);
        try (DrivenTopology again = topology.restart()) {
            again.event(node("a", 2, 2, 2));
            again.flush();
            assertThat(epochOfLast(again)).isEqualTo(first + 1);
        }
    }

    private static long epochOfLast(DrivenTopology topology) {
        byte[] value = Objects.requireNonNull(
                topology.drain(topology.config.topics().embeddings()).getLast().value());
        return parse(() -> EmbeddingRecord.parseFrom(value)).getEpoch();
    }
}
