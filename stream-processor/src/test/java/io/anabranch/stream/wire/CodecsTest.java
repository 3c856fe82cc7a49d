package io.anabranch.stream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.embedding.v1.Coverage;
import io.anabranch.embedding.v1.Embedding;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.event.v1.ClassSet;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.LabelDelete;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.Recompute;
import io.anabranch.event.v1.SparseFeatures;
import io.anabranch.graph.ColumnTimes;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.LabelFact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FactJournal.StepFact;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.v1.EdgeKey;
import io.anabranch.graph.v1.FactKey;
import io.anabranch.graph.v1.FactRecord;
import io.anabranch.halo.v1.Envelope;
import io.anabranch.stream.propagation.AcceptedTimes;
import io.anabranch.stream.propagation.ClockTick;
import io.anabranch.stream.propagation.EventPositions;
import io.anabranch.stream.propagation.Freshness;
import io.anabranch.stream.propagation.HaloEntry;
import io.anabranch.stream.propagation.HaloEnvelope;
import io.anabranch.stream.propagation.HaloMessage;
import io.anabranch.stream.propagation.LayerValues;
import io.anabranch.update.v1.EdgeRegisters;
import io.anabranch.update.v1.NodeRegister;
import io.anabranch.update.v1.Registers;
import io.anabranch.update.v1.StepRegister;
import io.anabranch.update.v1.UpdateRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CodecsTest {

    private static final EdgeId EDGE = new EdgeId("a", "b", "t");

    @Test
    void haloMessagesComeBackAsTheyWere() {
        float[] sparse = new float[100];
        sparse[3] = -0f;
        sparse[99] = 2.5f;
        LayerValues layers = LayerValues.owning(new float[][] {sparse, {1, 2, Float.NaN}, {}});
        List<HaloMessage> messages = List.of(
                new HaloMessage.Value("ü", 9, 12, 77, layers),
                new HaloMessage.Value("v", 1, 0, HaloEntry.NEVER_DELETED, LayerValues.owning(new float[0][])),
                new HaloMessage.Value("v", 1, 0, 0, LayerValues.owning(new float[0][])),
                new HaloMessage.Value("v", 1, 0, 0, LayerValues.owning(new float[][] {null, {1, 2}, null})),
                new HaloMessage.Subscribe("x"),
                new HaloMessage.Unsubscribe("x"),
                new HaloMessage.End(false),
                new HaloMessage.End(true),
                new HaloMessage.Hello(-77),
                new HaloMessage.Sync("a", Set.of(1L, 9L)),
                new HaloMessage.Gossip(1_234),
                new HaloMessage.Mark(4, -1),
                new HaloMessage.Frontier(2, EventPositions.of(7, 0, 9)));
        List<HaloEnvelope> all = new ArrayList<>();
        HaloBundle bundle = new HaloBundle();
        for (HaloMessage message : messages) {
            HaloEnvelope envelope =
                    new HaloEnvelope(3, 5, AcceptedTimes.of(1_000, AcceptedTimes.NO_EVENT, 800), 900, message);
            all.add(envelope);
            bundle.add(HaloCodec.encode(envelope));
        }
        assertThat(HaloCodec.decode(bundle.take())).isEqualTo(all);
        assertThat(bundle.isEmpty()).isTrue();
    }

    @Test
    void aRecordIsFullBeforeTheProducersBatchIs() {
        HaloBundle bundle = new HaloBundle();
        Envelope value = HaloCodec.encode(new HaloEnvelope(
                0, 1, AcceptedTimes.NONE, 1, new HaloMessage.Value("v", 1, 0, 0, LayerValues.owning(new float[][] {
                    ones(1_000)
                }))));
        int messages = 0;
        for (; !bundle.isFullFor(value); messages++) {
            bundle.add(value);
        }
        byte[] record = bundle.take();
        assertThat(messages).isEqualTo(HaloBundle.FULL_BYTES / 4_000);
        assertThat(record.length).isBetween(44 * 1024, HaloBundle.FULL_BYTES);
        Envelope great = HaloCodec.encode(new HaloEnvelope(
                0, 1, AcceptedTimes.NONE, 1, new HaloMessage.Value("v", 1, 0, 0, LayerValues.owning(new float[][] {
                    ones(20_000)
                }))));
        assertThat(bundle.isFullFor(great)).as("alone in its record").isFalse();
    }

    private static float[] ones(int width) {
        float[] row = new float[width];
        Arrays.fill(row, 1);
        return row;
    }

    @Test
    void rowsAreSentInTheShorterForm() {
        float[] mostlyZero = new float[1_000];
        mostlyZero[7] = 1;
        float[] full = {1, 2, 0, 4};
        Envelope record = HaloCodec.encode(new HaloEnvelope(
                0, 1, AcceptedTimes.NONE, 1, new HaloMessage.Value("v", 1, 0, 0, LayerValues.owning(new float[][] {
                    mostlyZero, full
                }))));
        assertThat(record.getValue().getLayers(0).getSparse().getIndicesList()).containsExactly(7);
        assertThat(record.getValue().getLayers(1).getDense().getValuesList()).containsExactly(1f, 2f, 0f, 4f);
    }

    @Test
    void bytesOfSomeoneElseAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HaloCodec.decode(new byte[] {-1, -1}))
                .withMessageContaining("2 bytes")
                .withMessageContaining("Maybe");
        assertThatIllegalArgumentException().isThrownBy(() -> HaloCodec.decode(new byte[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateCodec.decode(new byte[] {-1}))
                .withMessageContaining("Maybe");
        assertThatIllegalArgumentException().isThrownBy(() -> UpdateCodec.decode(new byte[0]));
    }

    @Test
    void clocksSurviveTheTopic() {
        ClockTick tick = new ClockTick(9, 3, 17);
        assertThat(UpdateCodec.decode(UpdateCodec.encode(tick))).isEqualTo(new UpdateContent.Clock(tick));
        ClockTick idle = new ClockTick(ClockTick.NO_TIME, 0, 1);
        assertThat(UpdateCodec.decode(UpdateCodec.encode(idle))).isEqualTo(new UpdateContent.Clock(idle));
    }

    @Test
    void registersOfEveryKindSurviveTheTopic() {
        List<FactJournal.Fact> registers = List.of(
                new NodeFact("a", 5, true, "person", FeatureVector.dense(1, 2), 3),
                new NodeFact("b", PartitionGraph.NEVER, false, "", null, PartitionGraph.NEVER),
                new NodeFact("c", 5, false, "", null, 5),
                new NodeFact(
                        "d",
                        -5,
                        true,
                        "",
                        FeatureVector.sparse(9, new int[] {4, 7}, new float[] {2, -1}),
                        PartitionGraph.NEVER,
                        ColumnTimes.of(new int[] {0, 7}, new long[] {-5, 9})),
                new EdgeFact(EDGE, 6, true, 0.5f, Provenance.LEARNED, 70),
                new EdgeFact(new EdgeId("x", "b", ""), 2, true, 1, Provenance.OBSERVED),
                new EdgeFact(new EdgeId("y", "b", ""), 3, false, 0, Provenance.OBSERVED),
                new EdgeFact(new EdgeId("y", "b", "t"), Long.MAX_VALUE, true, -2, Provenance.OBSERVED, -1),
                new LabelFact("a", "x", 7, new Label("x", new LabelValue.OneClass("c"), Part.VALIDATION)),
                new LabelFact("a", "y", 8, null),
                new StepFact("a", EDGE, 6, 0.5f, PartitionGraph.NEVER),
                new StepFact("b", EDGE, -6, 0, 9),
                new StepFact("b", new EdgeId("b", "b", ""), 6, 2, PartitionGraph.NEVER));
        RegistersPacker packer = new RegistersPacker(17);
        registers.forEach(packer::add);
        assertThat(packer.size()).isEqualTo(registers.size());
        assertThat(UpdateCodec.decode(packer.takeRecord())).isEqualTo(new UpdateContent.Snapshot(registers, 17));
        assertThat(packer.size()).isZero();

        RegistersPacker plain = new RegistersPacker(PartitionGraph.NEVER);
        List<FactJournal.Fact> edges = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            edges.add(new EdgeFact(new EdgeId("s" + i % 50, "t" + i / 50, ""), i, true, 1, Provenance.OBSERVED));
        }
        edges.forEach(plain::add);
        byte[] record = plain.takeRecord();
        assertThat(record.length).as("bytes of an edge").isLessThan(5 * edges.size());
        assertThat(UpdateCodec.decode(record)).isEqualTo(new UpdateContent.Snapshot(edges, PartitionGraph.NEVER));
    }

    @Test
    void registersThatContradictThemselvesAreRefused() {
        Registers.Builder two = Registers.newBuilder().addTexts("a").addTexts("");
        assertRefused(two.clone().addNodes(NodeRegister.newBuilder().setId(2)), "must be one of 2");
        assertRefused(two.clone().addNodes(NodeRegister.newBuilder().setId(1)), "must not be empty");
        assertRefused(two.clone().addNodes(NodeRegister.newBuilder().setAlive(true)), "never written");
        assertRefused(two.clone().addNodes(NodeRegister.newBuilder().addColumns(1)), "1 columns of node (a) have 0");
        assertRefused(
                two.clone().addNodes(NodeRegister.newBuilder().addColumns(1).addColumnTimesMs(2)), "no features");
        assertRefused(two.clone().setEdges(EdgeRegisters.newBuilder().addTargets(0)), "The 1 edges have 0 sources");
        EdgeRegisters.Builder edge =
                EdgeRegisters.newBuilder().addTargets(0).addSources(0).addTimeStepsMs(1);
        assertRefused(two.clone().setEdges(edge.clone().addStates(4)), "state (4)");
        assertRefused(two.clone().setEdges(edge.clone().addStates(5)), "expiries");
        assertRefused(two.clone().setEdges(edge.clone().addWeights(Float.NaN)), "must be finite");
        assertRefused(two.clone().setEdges(edge.clone().setTimeStepsMs(0, Long.MIN_VALUE)), "reserved");
        assertRefused(two.clone().addSteps(StepRegister.newBuilder().setOther(1)), "must not be empty");
        assertRefused(two.clone().addSteps(StepRegister.newBuilder().setWeight(Float.NaN)), "must be finite");
        assertRefused(two.clone().addSteps(StepRegister.newBuilder().setErasedAtMs(Long.MIN_VALUE)), "reserved");
    }

    private static void assertRefused(Registers.Builder registers, String why) {
        byte[] record =
                UpdateRecord.newBuilder().setRegisters(registers).build().toByteArray();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateCodec.decode(record))
                .withMessageContaining(why);
    }

    @Test
    void aRequestToRecomputeIsNoFact() {
        GraphEvent event = GraphEvent.newBuilder()
                .setRecompute(Recompute.newBuilder().setNodeId("a"))
                .build();
        assertThat(UpdateCodec.decode(UpdateCodec.encode(event))).isEqualTo(new UpdateContent.Recompute("a"));
    }

    @Test
    void aStepOfTheSourceIsNoFact() {
        GraphEvent event = GraphEvent.newBuilder()
                .setEventTimeMs(7)
                .setEdgeUpsert(EdgeUpsert.newBuilder()
                        .setSource("a")
                        .setTarget("b")
                        .setType("t")
                        .setWeight(2))
                .build();
        byte[] record = UpdateCodec.encodeSourceStep(event);
        assertThat(UpdateCodec.decode(record))
                .isEqualTo(new UpdateContent.SourceStep(new GraphMutation.UpsertEdge(EDGE, 2, Provenance.OBSERVED, 7)));
        assertThat(UpdateCodec.event(record)).isEqualTo(event);
    }

    private static GraphMutation decode(GraphEvent.Builder event) {
        UpdateContent content =
                UpdateCodec.decode(UpdateCodec.encode(event.setEventTimeMs(7).build()));
        return ((UpdateContent.Fact) content).mutation();
    }

    @Test
    void everyUpdateIsAMutation() {
        NodeUpsert.Builder node = NodeUpsert.newBuilder().setId("a").setType("t");
        assertThat(decode(GraphEvent.newBuilder().setNodeUpsert(node)))
                .isEqualTo(new GraphMutation.UpsertNode("a", "t", null, 7));
        assertThat(decode(GraphEvent.newBuilder()
                        .setNodeUpsert(node.setFeatures(Features.newBuilder()
                                .setDense(
                                        DenseFeatures.newBuilder().addValues(1).addValues(2))))))
                .isEqualTo(new GraphMutation.UpsertNode("a", "t", FeatureVector.dense(1, 2), 7));
        assertThat(decode(GraphEvent.newBuilder()
                        .setNodeUpsert(node.setFeatures(Features.newBuilder()
                                .setSparse(SparseFeatures.newBuilder()
                                        .setDimension(3)
                                        .addIndices(2)
                                        .addValues(5))))))
                .isEqualTo(new GraphMutation.UpsertNode("a", "t", FeatureVector.dense(0, 0, 5), 7));
        assertThat(decode(GraphEvent.newBuilder()
                        .setNodeDelete(NodeDelete.newBuilder().setId("a"))))
                .isEqualTo(new GraphMutation.RemoveNode("a", 7));
        assertThat(decode(GraphEvent.newBuilder()
                        .setEdgeUpsert(EdgeUpsert.newBuilder()
                                .setSource("a")
                                .setTarget("b")
                                .setType("t")
                                .setWeight(0.5f)
                                .setProvenance(io.anabranch.event.v1.Provenance.PROVENANCE_LEARNED))))
                .isEqualTo(new GraphMutation.UpsertEdge(EDGE, 0.5f, Provenance.LEARNED, 7));
        assertThat(decode(GraphEvent.newBuilder()
                        .setEdgeDelete(EdgeDelete.newBuilder()
                                .setSource("a")
                                .setTarget("b")
                                .setType("t"))))
                .isEqualTo(new GraphMutation.RemoveEdge(EDGE, 7));
        assertThat(decode(GraphEvent.newBuilder()
                        .setEdgeErase(EdgeErase.newBuilder()
                                .setSource("a")
                                .setTarget("b")
                                .setType("t")
                                .setErasedTimeMs(3))))
                .isEqualTo(new GraphMutation.EraseEdge(EDGE, 3, 7));
        assertThat(decode(GraphEvent.newBuilder()
                        .setLabelDelete(LabelDelete.newBuilder().setNodeId("a").setTask("x"))))
                .isEqualTo(new GraphMutation.RemoveLabel("a", "x", 7));
    }

    private static Label label(io.anabranch.event.v1.Label.Builder label) {
        GraphMutation mutation = decode(GraphEvent.newBuilder()
                .setLabelUpsert(LabelUpsert.newBuilder().setNodeId("a").setLabel(label.setTask("x"))));
        return ((GraphMutation.SetLabel) mutation).label();
    }

    @Test
    void labelsOfEveryFormArePutInTheirPart() {
        assertThat(label(io.anabranch.event.v1.Label.newBuilder()
                        .setClassName("c")
                        .setPart(io.anabranch.event.v1.Part.PART_TEST)))
                .isEqualTo(new Label("x", new LabelValue.OneClass("c"), Part.TEST));
        assertThat(label(io.anabranch.event.v1.Label.newBuilder()
                        .setClassSet(ClassSet.newBuilder().addClassNames("q").addClassNames("p"))
                        .setPart(io.anabranch.event.v1.Part.PART_TRAIN)))
                .isEqualTo(new Label("x", LabelValue.ClassSet.of(List.of("p", "q")), Part.TRAIN));
        assertThat(label(io.anabranch.event.v1.Label.newBuilder().setTarget(1.5)))
                .isEqualTo(new Label("x", new LabelValue.Target(1.5), Part.byHash("a", "x")));
    }

    @Test
    void factsHaveOneKeyEachAndAValueWhileTheyLive() throws InvalidProtocolBufferException {
        NodeFact node = new NodeFact("a", 5, true, "t", FeatureVector.sparse(9, new int[] {4}, new float[] {2}), 1);
        FactRecord nodeRecord = FactRecord.parseFrom(Objects.requireNonNull(FactCodec.value(node)));
        assertThat(FactKey.parseFrom(FactCodec.key(node)).getNodeId()).isEqualTo("a");
        assertThat(nodeRecord.getEventTimeMs()).isEqualTo(5);
        assertThat(nodeRecord.getNode().getType()).isEqualTo("t");
        assertThat(nodeRecord.getNode().getFeatures().getSparse().getIndicesList())
                .containsExactly(4);

        EdgeFact edge = new EdgeFact(EDGE, 6, true, 0.5f, Provenance.LEARNED);
        FactRecord edgeRecord = FactRecord.parseFrom(Objects.requireNonNull(FactCodec.value(edge)));
        assertThat(FactKey.parseFrom(FactCodec.key(edge)).getEdge())
                .isEqualTo(EdgeKey.newBuilder()
                        .setSource("a")
                        .setTarget("b")
                        .setType("t")
                        .build());
        assertThat(edgeRecord.getEdge().getWeight()).isEqualTo(0.5f);
        assertThat(edgeRecord.getEdge().getProvenance()).isEqualTo(io.anabranch.event.v1.Provenance.PROVENANCE_LEARNED);

        LabelFact label = new LabelFact("a", "x", 7, new Label("x", new LabelValue.OneClass("c"), Part.VALIDATION));
        FactRecord labelRecord = FactRecord.parseFrom(Objects.requireNonNull(FactCodec.value(label)));
        assertThat(FactKey.parseFrom(FactCodec.key(label)).getLabel().getTask()).isEqualTo("x");
        assertThat(labelRecord.getLabel())
                .isEqualTo(io.anabranch.event.v1.Label.newBuilder()
                        .setTask("x")
                        .setClassName("c")
                        .setPart(io.anabranch.event.v1.Part.PART_VALIDATION)
                        .build());

        assertThat(FactCodec.value(new NodeFact("a", 5, false, "", null, 5))).isNull();
        assertThat(FactCodec.value(new EdgeFact(EDGE, 6, false, 0, Provenance.OBSERVED)))
                .isNull();
        assertThat(FactCodec.value(new LabelFact("a", "x", 7, null))).isNull();
    }

    @Test
    void embeddingsAndCoverageSayWhoseTheyAre() throws InvalidProtocolBufferException {
        assertThat(EmbeddingKey.parseFrom(EmbeddingCodec.key(3, "v")))
                .isEqualTo(EmbeddingKey.newBuilder()
                        .setModelVersion(3)
                        .setVertexId("v")
                        .build());
        assertThat(EmbeddingRecord.parseFrom(
                        EmbeddingCodec.value(8, new float[] {1, -2}, new Freshness(100, 200, 300), 2, 400)))
                .isEqualTo(EmbeddingRecord.newBuilder()
                        .setEpoch(8)
                        .setEmbedding(Embedding.newBuilder()
                                .addVector(1)
                                .addVector(-2)
                                .setFreshness(io.anabranch.embedding.v1.Freshness.newBuilder()
                                        .setAcceptedTimeMs(100)
                                        .setEventTimeMs(200)
                                        .setPosition(300)
                                        .setPartition(2)
                                        .setSentTimeMs(400)))
                        .build());
        assertThat(EmbeddingKey.parseFrom(EmbeddingCodec.coverageKey(3, 0)).hasPartition())
                .isTrue();
        assertThat(EmbeddingKey.parseFrom(EmbeddingCodec.progressKey(0)).hasProgressPartition())
                .isTrue();
        assertThat(EmbeddingRecord.parseFrom(EmbeddingCodec.progress(8, EventPositions.of(5, 0, 6)))
                        .getProgress()
                        .getPositionsList())
                .containsExactly(5L, 0L, 6L);
        assertThat(EmbeddingRecord.parseFrom(EmbeddingCodec.coverage(8, 4)))
                .isEqualTo(EmbeddingRecord.newBuilder()
                        .setEpoch(8)
                        .setCoverage(Coverage.newBuilder().setPartitions(4))
                        .build());
    }
}
