package io.anabranch.stream.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import io.anabranch.event.v1.ClassSet;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.LabelDelete;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodePatch;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.Provenance;
import io.anabranch.event.v1.Recompute;
import io.anabranch.event.v1.SparseFeatures;
import io.anabranch.stream.ingest.Ingested.Accepted;
import io.anabranch.stream.ingest.Ingested.Rejected;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIngestTest {

    private static final long RECORD_TIME = 1_000_000;
    private static final IngestRules RULES = new IngestRules(3, 2_000, Duration.ofSeconds(10), true, false);
    private static final EventIngest INGEST = new EventIngest(RULES);

    private static Ingested ingest(GraphEvent event) {
        return INGEST.ingest(event.toByteArray(), RECORD_TIME);
    }

    private static Ingested json(String text) {
        return INGEST.ingest(text.getBytes(UTF_8), RECORD_TIME);
    }

    private static List<Update> accepted(Ingested ingested) {
        assertThat(ingested).isInstanceOf(Accepted.class);
        return ((Accepted) ingested).updates();
    }

    private static void assertRejected(Ingested ingested, RejectionReason reason, String detail) {
        assertThat(ingested).isInstanceOf(Rejected.class);
        Rejected rejected = (Rejected) ingested;
        assertThat(rejected.reason()).as(rejected.detail()).isEqualTo(reason);
        assertThat(rejected.detail()).contains(detail);
    }

    private static GraphEvent node(Consumer<NodeUpsert.Builder> change) {
        NodeUpsert.Builder node = NodeUpsert.newBuilder().setId("a");
        change.accept(node);
        return GraphEvent.newBuilder().setNodeUpsert(node).build();
    }

    private static GraphEvent edge(Consumer<EdgeUpsert.Builder> change) {
        EdgeUpsert.Builder edge = EdgeUpsert.newBuilder().setSource("a").setTarget("b");
        change.accept(edge);
        return GraphEvent.newBuilder().setEdgeUpsert(edge).build();
    }

    private static GraphEvent label(Consumer<Label.Builder> change) {
        Label.Builder label = Label.newBuilder().setTask("fraud").setClassName("yes");
        change.accept(label);
        return GraphEvent.newBuilder()
                .setLabelUpsert(LabelUpsert.newBuilder().setNodeId("a").setLabel(label))
                .build();
    }

    private static Features dense(float... values) {
        DenseFeatures.Builder row = DenseFeatures.newBuilder();
        for (float value : values) {
            row.addValues(value);
        }
        return Features.newBuilder().setDense(row).build();
    }

    private static Features sparse(int dimension, List<Integer> indices, List<Float> values) {
        return Features.newBuilder()
                .setSparse(SparseFeatures.newBuilder()
                        .setDimension(dimension)
                        .addAllIndices(indices)
                        .addAllValues(values))
                .build();
    }

    @Test
    void aNodeWithLabelsBecomesOneUpdateEach() {
        GraphEvent event = node(node -> node.setType("account")
                        .setFeatures(dense(1, 2, 3))
                        .addLabels(Label.newBuilder().setTask("fraud").setClassName("yes"))
                        .addLabels(Label.newBuilder().setTask("amount").setTarget(2.5)))
                .toBuilder()
                .setEventId("e1")
                .setEventTimeMs(77)
                .build();
        List<Update> updates = accepted(ingest(event));
        assertThat(updates).extracting(Update::vertexId).containsExactly("a", "a", "a");
        assertThat(updates).allSatisfy(update -> {
            assertThat(update.event().getEventId()).isEqualTo("e1");
            assertThat(update.event().getEventTimeMs()).isEqualTo(77);
            assertThat(update.event().getSchemaVersion()).isEqualTo(1);
        });
        assertThat(updates.get(0).event().getNodeUpsert().getLabelsCount()).isZero();
        assertThat(updates.get(0).event().getNodeUpsert().getFeatures()).isEqualTo(dense(1, 2, 3));
        assertThat(updates.get(1).event().getLabelUpsert().getLabel().getClassName())
                .isEqualTo("yes");
        assertThat(updates.get(2).event().getLabelUpsert().getLabel().getTarget())
                .isEqualTo(2.5);
    }

    @Test
    void anUndirectedEdgeBecomesTwoAtTheOwnersOfTheirTargets() {
        List<Update> updates =
                accepted(ingest(edge(edge -> edge.setUndirected(true).setWeight(2))));
        assertThat(updates).extracting(Update::vertexId).containsExactly("b", "a");
        EdgeUpsert forth = updates.get(0).event().getEdgeUpsert();
        EdgeUpsert back = updates.get(1).event().getEdgeUpsert();
        assertThat(forth.getSource() + forth.getTarget()).isEqualTo("ab");
        assertThat(back.getSource() + back.getTarget()).isEqualTo("ba");
        assertThat(List.of(forth, back))
                .allMatch(edge -> !edge.getUndirected()
                        && edge.getWeight() == 2
                        && edge.getProvenance() == Provenance.PROVENANCE_OBSERVED);
    }

    @Test
    void anUndirectedEdgeToItselfIsOneEdge() {
        assertThat(accepted(ingest(edge(edge -> edge.setTarget("a").setUndirected(true)))))
                .hasSize(1);
    }

    @Test
    void anUndirectedEdgeDeleteBecomesTwo() {
        EdgeDelete delete = EdgeDelete.newBuilder()
                .setSource("a")
                .setTarget("b")
                .setType("t")
                .setUndirected(true)
                .build();
        List<Update> updates =
                accepted(ingest(GraphEvent.newBuilder().setEdgeDelete(delete).build()));
        assertThat(updates).extracting(Update::vertexId).containsExactly("b", "a");
        assertThat(updates.get(1).event().getEdgeDelete())
                .isEqualTo(EdgeDelete.newBuilder()
                        .setSource("b")
                        .setTarget("a")
                        .setType("t")
                        .build());
    }

    @Test
    void withHistoriesAnObservedEdgeIsAStepOfItsSourceToo() {
        EventIngest ingest = new EventIngest(new IngestRules(3, 2_000, Duration.ZERO, true, false, Map.of(), true));
        List<Update> updates =
                accepted(ingest.ingest(edge(edge -> edge.setUndirected(true)).toByteArray(), 5));
        assertThat(updates).extracting(Update::vertexId).containsExactly("b", "a", "a", "b");
        assertThat(updates).extracting(Update::sourceStep).containsExactly(false, true, false, true);
        assertThat(updates.get(1).event()).isEqualTo(updates.get(0).event());
        assertThat(accepted(ingest.ingest(
                        edge(edge -> edge.setProvenance(Provenance.PROVENANCE_LEARNED))
                                .toByteArray(),
                        5)))
                .extracting(Update::sourceStep)
                .containsExactly(false);
        assertThat(accepted(ingest.ingest(edge(edge -> edge.setTarget("a")).toByteArray(), 5)))
                .extracting(Update::sourceStep)
                .containsExactly(false);
    }

    @Test
    void anErasureGoesWhereTheEdgeWent() {
        EdgeErase erase = EdgeErase.newBuilder()
                .setSource("a")
                .setTarget("b")
                .setType("t")
                .setErasedTimeMs(3)
                .setUndirected(true)
                .build();
        GraphEvent event =
                GraphEvent.newBuilder().setEdgeErase(erase).setEventTimeMs(4).build();
        assertThat(accepted(ingest(event))).extracting(Update::vertexId).containsExactly("b", "a");
        EventIngest ingest = new EventIngest(new IngestRules(3, 2_000, Duration.ZERO, true, false, Map.of(), true));
        List<Update> updates = accepted(ingest.ingest(event.toByteArray(), 5));
        assertThat(updates).extracting(Update::sourceStep).containsExactly(false, true, false, true);
        assertThat(updates.get(3).event().getEdgeErase())
                .isEqualTo(EdgeErase.newBuilder()
                        .setSource("b")
                        .setTarget("a")
                        .setType("t")
                        .setErasedTimeMs(3)
                        .build());
    }

    @Test
    void anErasureOfTheFutureIsRejected() {
        EdgeErase.Builder erase =
                EdgeErase.newBuilder().setSource("a").setTarget("b").setErasedTimeMs(5);
        assertRejected(
                ingest(GraphEvent.newBuilder()
                        .setEdgeErase(erase)
                        .setEventTimeMs(4)
                        .build()),
                RejectionReason.TIME_IN_FUTURE,
                "The erased time 5 is later than the event's own, 4");
        assertRejected(
                ingest(GraphEvent.newBuilder()
                        .setEdgeErase(erase.setErasedTimeMs(-1))
                        .setEventTimeMs(4)
                        .build()),
                RejectionReason.TIME_NEGATIVE,
                "The erased time -1 lies before 1970");
        assertRejected(
                ingest(GraphEvent.newBuilder()
                        .setEdgeErase(erase.clearTarget())
                        .setEventTimeMs(4)
                        .build()),
                RejectionReason.MISSING_ID,
                "target of the edge");
    }

    @Test
    void whatIsAbsentIsSetAndWhatIsThereStays() {
        Update update = accepted(ingest(edge(edge -> {}))).getFirst();
        assertThat(update.event().getEventTimeMs()).isEqualTo(RECORD_TIME);
        assertThat(update.event().getEdgeUpsert().getWeight()).isEqualTo(1f);
        assertThat(update.event().getEdgeUpsert().getProvenance()).isEqualTo(Provenance.PROVENANCE_OBSERVED);
        Update explicit = accepted(ingest(edge(edge -> edge.setWeight(0).setProvenance(Provenance.PROVENANCE_LEARNED))))
                .getFirst();
        assertThat(explicit.event().getEdgeUpsert().getWeight()).isZero();
        assertThat(explicit.event().getEdgeUpsert().getProvenance()).isEqualTo(Provenance.PROVENANCE_LEARNED);
    }

    @Test
    void deletesAndLabelsGoToTheirNode() {
        GraphEvent nodeDelete = GraphEvent.newBuilder()
                .setNodeDelete(NodeDelete.newBuilder().setId("x"))
                .build();
        GraphEvent labelDelete = GraphEvent.newBuilder()
                .setLabelDelete(LabelDelete.newBuilder().setNodeId("y").setTask("t"))
                .build();
        assertThat(accepted(ingest(nodeDelete)).getFirst().vertexId()).isEqualTo("x");
        assertThat(accepted(ingest(label(label -> {}))).getFirst().vertexId()).isEqualTo("a");
        assertThat(accepted(ingest(labelDelete)).getFirst().vertexId()).isEqualTo("y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"nodeUpsert\":{\"id\":\"a\",\"features\":{\"dense\":{\"values\":[1,2.5,-3]}}}}",
                " \r\n\t{\"node_upsert\":{\"id\":\"a\",\"features\":{\"dense\":{\"values\":[\"1\",2.5,-3]}}}} ",
            })
    void jsonSaysTheSameAsProtobuf(String text) {
        assertThat(accepted(json(text)))
                .isEqualTo(accepted(ingest(node(node -> node.setFeatures(dense(1, 2.5f, -3))))));
    }

    @Test
    void protobufThatBeginsLikeIndentedJsonIsRead() {
        // 0x0A is the tag of the event id and a line feed; a length of 32 is a space; then the id begins with a brace.
        String id = "{" + "7".repeat(30) + "}";
        byte[] bytes = GraphEvent.newBuilder()
                .setEventId(id)
                .setNodeDelete(NodeDelete.newBuilder().setId("a"))
                .build()
                .toByteArray();
        assertThat(Arrays.copyOf(bytes, 3)).containsExactly('\n', ' ', '{');
        assertThat(accepted(INGEST.ingest(bytes, RECORD_TIME))
                        .getFirst()
                        .event()
                        .getEventId())
                .isEqualTo(id);
    }

    @Test
    void noValueIsRejected() {
        assertRejected(INGEST.ingest(null, RECORD_TIME), RejectionReason.NO_VALUE, "node_delete");
    }

    @Test
    void tooLargeIsRejectedBeforeItIsDecoded() {
        assertRejected(INGEST.ingest(new byte[2_001], RECORD_TIME), RejectionReason.RECORD_TOO_LARGE, "2001");
    }

    @Test
    void jsonThatGrowsBeyondTheLimitAsProtobufIsRejected() {
        EventIngest wide = new EventIngest(new IngestRules(600, 2_000, Duration.ZERO, true, false));
        String text = "{\"nodeUpsert\":{\"id\":\"a\",\"features\":{\"dense\":{\"values\":["
                + String.join(",", Collections.nCopies(600, "1")) + "]}}}}";
        assertThat(text.length()).isLessThan(2_000);
        assertRejected(wide.ingest(text.getBytes(UTF_8), RECORD_TIME), RejectionReason.RECORD_TOO_LARGE, "normalised");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}}",
                "{\"nodeDelete\":{\"id\":\"a\"}}\n{\"nodeDelete\":{\"id\":\"b\"}}",
                "{'nodeDelete':{'id':'a'}}",
                "{\"edgeUpsert\":{\"source\":\"a\",\"target\":\"b\",\"weight\":NaN}}",
                "{\"nodeUpsert\":{\"id\":\"a\"},\"nodeDelete\":{\"id\":\"a\"}}",
                "{\"nodeUpsrt\":{\"id\":\"a\"}}",
                "{\"nodeUpsert\":{\"id\":\"a\",\"colour\":1}}",
                "{\"edgeUpsert\":{\"source\":\"a\",\"target\":\"b\",\"weight\":\"heavy\"}}",
                "{\"edgeUpsert\":{\"source\":\"a\",\"target\":\"b\",\"provenance\":\"GUESSED\"}}",
                "[1,2]",
                "hello",
            })
    void neitherProtobufNorJsonIsRejected(String text) {
        assertRejected(json(text), RejectionReason.NOT_DECODABLE, "");
    }

    @Test
    void whatDecodingThrewIsKept() {
        assertThat(((Rejected) json("{")).cause()).isNotNull();
    }

    @Test
    void jsonThatIsNoUtf8IsRejected() {
        byte[] bytes = {'{', '"', (byte) 0xff, '"', '}'};
        assertRejected(INGEST.ingest(bytes, RECORD_TIME), RejectionReason.NOT_DECODABLE, "UTF-8");
    }

    @Test
    void deeplyNestedJsonIsRejected() {
        EventIngest ingest = new EventIngest(new IngestRules(3, 1_000_000, Duration.ZERO, true, false));
        byte[] bytes = "{\"a\":".repeat(100_000).getBytes(UTF_8);
        assertRejected(ingest.ingest(bytes, RECORD_TIME), RejectionReason.NOT_DECODABLE, "");
    }

    @Test
    void unknownFieldsAreRejectedWhereverTheyAre() {
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        Features strange = Features.newBuilder()
                .setDense(dense(1, 2, 3).getDense().toBuilder().setUnknownFields(unknown))
                .build();
        GraphEvent strangeEvent =
                node(node -> {}).toBuilder().setUnknownFields(unknown).build();
        Label strangeLabel = Label.newBuilder().setUnknownFields(unknown).build();
        ClassSet strangeSet = ClassSet.newBuilder().setUnknownFields(unknown).build();
        assertRejected(ingest(strangeEvent), RejectionReason.NOT_DECODABLE, "field 99 of GraphEvent");
        assertRejected(
                ingest(node(node -> node.setUnknownFields(unknown))),
                RejectionReason.NOT_DECODABLE,
                "field 99 of NodeUpsert");
        assertRejected(
                ingest(node(node -> node.setFeatures(strange))),
                RejectionReason.NOT_DECODABLE,
                "field 99 of DenseFeatures");
        assertRejected(
                ingest(node(node -> node.addLabels(strangeLabel))), RejectionReason.NOT_DECODABLE, "field 99 of Label");
        assertRejected(
                ingest(edge(edge -> edge.setUnknownFields(unknown))),
                RejectionReason.NOT_DECODABLE,
                "field 99 of EdgeUpsert");
        assertRejected(
                ingest(label(label -> label.setClassSet(strangeSet))),
                RejectionReason.NOT_DECODABLE,
                "field 99 of ClassSet");
    }

    @Test
    void anUnknownProvenanceIsRejected() {
        assertRejected(ingest(edge(edge -> edge.setProvenanceValue(17))), RejectionReason.NOT_DECODABLE, "17");
    }

    @Test
    void anUnknownVersionIsRejected() {
        GraphEvent event = node(node -> {});
        assertThat(accepted(ingest(event.toBuilder().setSchemaVersion(1).build())))
                .hasSize(1);
        assertRejected(
                ingest(event.toBuilder().setSchemaVersion(2).build()), RejectionReason.UNKNOWN_SCHEMA_VERSION, "2");
        assertRejected(
                ingest(event.toBuilder().setSchemaVersion(-1).build()),
                RejectionReason.UNKNOWN_SCHEMA_VERSION,
                "4294967295");
    }

    @Test
    void anEmptyEventIsRejected() {
        assertRejected(json("{}"), RejectionReason.EMPTY_EVENT, "");
        assertRejected(INGEST.ingest(new byte[0], RECORD_TIME), RejectionReason.EMPTY_EVENT, "");
        assertRejected(json("{\"eventId\":\"e\"}"), RejectionReason.EMPTY_EVENT, "");
    }

    @Test
    void aMissingIdIsRejected() {
        assertRejected(ingest(node(node -> node.setId(""))), RejectionReason.MISSING_ID, "node");
        assertRejected(ingest(edge(edge -> edge.setSource(""))), RejectionReason.MISSING_ID, "source");
        assertRejected(ingest(edge(edge -> edge.setTarget(""))), RejectionReason.MISSING_ID, "target");
        assertRejected(json("{\"nodeDelete\":{}}"), RejectionReason.MISSING_ID, "node");
        assertRejected(json("{\"edgeDelete\":{\"source\":\"a\"}}"), RejectionReason.MISSING_ID, "target");
        assertRejected(json("{\"labelUpsert\":{}}"), RejectionReason.MISSING_ID, "node");
        assertRejected(json("{\"labelDelete\":{\"task\":\"t\"}}"), RejectionReason.MISSING_ID, "node");
    }

    @Test
    void lengthCountsInBytesOfUtf8() {
        String fits = "é".repeat(128);
        String fitsToo = "😀".repeat(64);
        assertThat(accepted(ingest(node(node -> node.setId(fits))))).hasSize(1);
        assertThat(accepted(ingest(node(node -> node.setId(fitsToo))))).hasSize(1);
        assertRejected(ingest(node(node -> node.setId(fits + "a"))), RejectionReason.ID_TOO_LONG, "257 bytes");
        assertRejected(ingest(node(node -> node.setId(fitsToo + "€"))), RejectionReason.ID_TOO_LONG, "259 bytes");
    }

    @Test
    void tooLongIsRejected() {
        String tooLong = "x".repeat(257);
        GraphEvent longEventId =
                node(node -> {}).toBuilder().setEventId(tooLong).build();
        assertRejected(ingest(edge(edge -> edge.setSource(tooLong))), RejectionReason.ID_TOO_LONG, "source");
        assertRejected(ingest(edge(edge -> edge.setTarget(tooLong))), RejectionReason.ID_TOO_LONG, "target");
        assertRejected(ingest(longEventId), RejectionReason.ID_TOO_LONG, "event id");
        assertRejected(ingest(node(node -> node.setType(tooLong))), RejectionReason.TYPE_TOO_LONG, "node");
        assertRejected(ingest(edge(edge -> edge.setType(tooLong))), RejectionReason.TYPE_TOO_LONG, "edge");
    }

    @Test
    void halfASurrogatePairIsRejected() {
        assertRejected(json("{\"nodeDelete\":{\"id\":\"a\\ud83d\"}}"), RejectionReason.TEXT_NOT_UNICODE, "node");
        assertRejected(
                json("{\"edgeDelete\":{\"source\":\"\\ude00\",\"target\":\"b\"}}"),
                RejectionReason.TEXT_NOT_UNICODE,
                "source");
        assertThat(accepted(json("{\"nodeDelete\":{\"id\":\"\\ud83d\\ude00\"}}"))
                        .getFirst()
                        .vertexId())
                .isEqualTo("😀");
    }

    @Test
    void protobufWithBrokenUtf8IsRejected() {
        byte[] bytes = node(node -> node.setId("ab")).toByteArray();
        bytes[bytes.length - 1] = (byte) 0xff;
        assertRejected(INGEST.ingest(bytes, RECORD_TIME), RejectionReason.NOT_DECODABLE, "");
    }

    @Test
    void featuresOfTheWrongLengthAreRejected() {
        List<Features> wrong = List.of(dense(1, 2), dense(), dense(1, 2, 3, 4), sparse(4, List.of(), List.of()));
        for (Features features : wrong) {
            assertRejected(
                    ingest(node(node -> node.setFeatures(features))),
                    RejectionReason.FEATURES_WRONG_LENGTH,
                    "features");
        }
    }

    @Test
    void featuresThatAreNotFiniteAreRejected() {
        Features infinite = sparse(3, List.of(2), List.of(Float.NEGATIVE_INFINITY));
        assertRejected(
                ingest(node(node -> node.setFeatures(dense(1, Float.NaN, 3)))),
                RejectionReason.FEATURES_NOT_FINITE,
                "feature 1 is NaN");
        assertRejected(
                ingest(node(node -> node.setFeatures(infinite))),
                RejectionReason.FEATURES_NOT_FINITE,
                "feature 2 is -Infinity");
        assertRejected(
                json("{\"nodeUpsert\":{\"id\":\"a\",\"features\":{\"dense\":{\"values\":[1,\"NaN\",2]}}}}"),
                RejectionReason.FEATURES_NOT_FINITE,
                "feature 1");
    }

    @Test
    void malformedFeaturesAreRejected() {
        List<Features> wrong = List.of(
                Features.getDefaultInstance(),
                sparse(3, List.of(0, 1), List.of(1f)),
                sparse(3, List.of(1, 1), List.of(1f, 2f)),
                sparse(3, List.of(2, 1), List.of(1f, 2f)),
                sparse(3, List.of(3), List.of(1f)),
                sparse(3, List.of(-1), List.of(1f)));
        for (Features features : wrong) {
            assertRejected(ingest(node(node -> node.setFeatures(features))), RejectionReason.FEATURES_MALFORMED, "");
        }
    }

    @Test
    void sparseAndAbsentFeaturesAreAccepted() {
        Features good = sparse(3, List.of(0, 2), List.of(1f, -1f));
        assertThat(accepted(ingest(node(node -> node.setFeatures(good))))).hasSize(1);
        assertThat(accepted(ingest(node(node -> {})))).hasSize(1);
    }

    @Test
    void wrongWeightsAreRejected() {
        assertRejected(ingest(edge(edge -> edge.setWeight(Float.NaN))), RejectionReason.WEIGHT_NOT_FINITE, "NaN");
        assertRejected(
                ingest(edge(edge -> edge.setWeight(Float.POSITIVE_INFINITY))),
                RejectionReason.WEIGHT_NOT_FINITE,
                "Infinity");
        assertRejected(ingest(edge(edge -> edge.setWeight(-0.5f))), RejectionReason.WEIGHT_NEGATIVE, "-0.5");
    }

    @Test
    void rulesAllowWhatTheySay() {
        EventIngest lenient = new EventIngest(new IngestRules(3, 2_000, Duration.ZERO, true, true));
        EventIngest strict = new EventIngest(new IngestRules(3, 2_000, Duration.ZERO, false, false));
        byte[] negative = edge(edge -> edge.setWeight(-1)).toByteArray();
        byte[] loop = edge(edge -> edge.setTarget("a")).toByteArray();
        byte[] loopDelete = GraphEvent.newBuilder()
                .setEdgeDelete(EdgeDelete.newBuilder().setSource("a").setTarget("a"))
                .build()
                .toByteArray();
        assertThat(accepted(lenient.ingest(negative, RECORD_TIME))).hasSize(1);
        assertThat(accepted(lenient.ingest(loop, RECORD_TIME))).hasSize(1);
        assertRejected(strict.ingest(loop, RECORD_TIME), RejectionReason.SELF_LOOP, "'a'");
        assertRejected(strict.ingest(loopDelete, RECORD_TIME), RejectionReason.SELF_LOOP, "'a'");
    }

    private static Ingested at(long eventTimeMs) {
        return ingest(node(node -> {}).toBuilder().setEventTimeMs(eventTimeMs).build());
    }

    @Test
    void timeIsJudgedAgainstTheRecord() {
        assertThat(accepted(at(RECORD_TIME + 10_000))).hasSize(1);
        assertThat(accepted(at(0))).hasSize(1);
        assertRejected(at(RECORD_TIME + 10_001), RejectionReason.TIME_IN_FUTURE, "1010001");
        assertRejected(at(Long.MAX_VALUE), RejectionReason.TIME_IN_FUTURE, "microseconds");
        assertRejected(at(-1), RejectionReason.TIME_NEGATIVE, "-1");
        assertRejected(at(Long.MIN_VALUE), RejectionReason.TIME_NEGATIVE, "");
    }

    @Test
    void malformedLabelsAreRejected() {
        String tooLong = "x".repeat(257);
        List<Consumer<Label.Builder>> wrong = List.of(
                label -> label.setTask(""),
                label -> label.setTask(tooLong),
                Label.Builder::clearValue,
                label -> label.setClassName(""),
                label -> label.setClassName(tooLong),
                label -> label.setClassSet(
                        ClassSet.newBuilder().addClassNames("ok").addClassNames("")),
                label -> label.setTarget(Double.NaN),
                label -> label.setTarget(Double.NEGATIVE_INFINITY),
                label -> label.setPartValue(9));
        for (Consumer<Label.Builder> change : wrong) {
            assertRejected(ingest(label(change)), RejectionReason.LABEL_MALFORMED, "label");
            Label.Builder embedded = Label.newBuilder().setTask("fraud").setClassName("yes");
            change.accept(embedded);
            assertRejected(ingest(node(node -> node.addLabels(embedded))), RejectionReason.LABEL_MALFORMED, "label");
        }
        assertRejected(json("{\"labelDelete\":{\"nodeId\":\"a\"}}"), RejectionReason.LABEL_MALFORMED, "task");
    }

    private static Ingested patch(int dimension, List<Integer> columns, List<Float> values) {
        return ingest(GraphEvent.newBuilder()
                .setNodePatch(NodePatch.newBuilder()
                        .setId("a")
                        .setColumns(sparse(dimension, columns, values).getSparse()))
                .build());
    }

    @Test
    void aPatchGoesToItsNodeZerosIncluded() {
        List<Update> updates = accepted(patch(3, List.of(0, 2), List.of(0f, 1f)));

        assertThat(updates).extracting(Update::vertexId).containsExactly("a");
        assertThat(updates.getFirst().event().getNodePatch().getColumns().getValuesList())
                .containsExactly(0f, 1f);
    }

    @Test
    void aRequestToRecomputeGoesToItsNodeWithoutATime() {
        GraphEvent event = GraphEvent.newBuilder()
                .setEventId("e")
                .setEventTimeMs(5)
                .setRecompute(Recompute.newBuilder().setNodeId("a"))
                .build();
        Update update = accepted(ingest(event)).getFirst();
        assertThat(update.vertexId()).isEqualTo("a");
        assertThat(update.event())
                .isEqualTo(
                        event.toBuilder().clearEventTimeMs().setSchemaVersion(1).build());
        assertThat(accepted(json("{\"recompute\":{\"nodeId\":\"a\"}}"))
                        .getFirst()
                        .event()
                        .getRecompute())
                .isEqualTo(event.getRecompute());
        assertRejected(json("{\"recompute\":{}}"), RejectionReason.MISSING_ID, "node to recompute");
        assertRejected(
                ingest(event.toBuilder()
                        .setRecompute(Recompute.newBuilder()
                                .setNodeId("a")
                                .setUnknownFields(UnknownFieldSet.newBuilder()
                                        .addField(
                                                9,
                                                UnknownFieldSet.Field.newBuilder()
                                                        .addVarint(1)
                                                        .build())
                                        .build()))
                        .build()),
                RejectionReason.NOT_DECODABLE,
                "Recompute");
    }

    @Test
    void malformedPatchesAreRejected() {
        assertRejected(patch(3, List.of(), List.of()), RejectionReason.FEATURES_MALFORMED, "no column");
        assertRejected(patch(3, List.of(1, 1), List.of(1f, 1f)), RejectionReason.FEATURES_MALFORMED, "1");
        assertRejected(patch(3, List.of(3), List.of(1f)), RejectionReason.FEATURES_MALFORMED, "3");
        assertRejected(patch(3, List.of(1), List.of(Float.NaN)), RejectionReason.FEATURES_NOT_FINITE, "1");
        assertRejected(patch(4, List.of(1), List.of(1f)), RejectionReason.FEATURES_WRONG_LENGTH, "4");
        assertRejected(
                json("{\"nodePatch\":{\"columns\":{\"dimension\":3,\"indices\":[1],\"values\":[1]}}}"),
                RejectionReason.MISSING_ID,
                "node");
    }

    @Test
    void anEdgesOwnTimeToLiveGoesOverThatOfItsType() {
        EventIngest ingest = new EventIngest(
                new IngestRules(3, 2_000, Duration.ZERO, true, false, Map.of("pays", Duration.ofSeconds(5)), false));
        GraphEvent.Builder pays = edge(edge -> edge.setType("pays").setUndirected(true)).toBuilder();

        assertThat(accepted(ingest.ingest(pays.build().toByteArray(), RECORD_TIME)))
                .hasSize(2)
                .allMatch(update -> update.event().getEdgeUpsert().getTimeToLiveMs() == 5_000);
        pays.getEdgeUpsertBuilder().setTimeToLiveMs(7);
        assertThat(accepted(ingest.ingest(pays.build().toByteArray(), RECORD_TIME)))
                .hasSize(2)
                .allMatch(update -> update.event().getEdgeUpsert().getTimeToLiveMs() == 7);
        assertThat(accepted(ingest(edge(edge -> edge.setType("knows")))))
                .noneMatch(update -> update.event().getEdgeUpsert().hasTimeToLiveMs());
        assertRejected(ingest(edge(edge -> edge.setTimeToLiveMs(0))), RejectionReason.TIME_TO_LIVE_NOT_POSITIVE, "0");
    }

    @Test
    void anEmptyClassSetIsALabel() {
        assertThat(accepted(ingest(label(label -> label.setClassSet(ClassSet.getDefaultInstance())))))
                .hasSize(1);
    }

    @Test
    void theEventIdIsReportedWhereItCouldBeRead() {
        assertThat(((Rejected) json("{\"eventId\":\"e7\",\"nodeDelete\":{}}")).eventId())
                .isEqualTo("e7");
        assertThat(((Rejected) json("{\"nodeDelete\":{}}")).eventId()).isNull();
    }

    @Test
    void noBytesMakeItThrow() {
        Random random = new Random(7);
        byte[] good = node(node -> node.setFeatures(dense(1, 2, 3))
                        .addLabels(Label.newBuilder().setTask("t").setTarget(1)))
                .toByteArray();
        byte[] goodJson =
                "{\"nodeUpsert\":{\"id\":\"a\",\"features\":{\"dense\":{\"values\":[1,2,3]}}}}".getBytes(UTF_8);
        int rejected = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = (i % 2 == 0 ? good : goodJson).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            rejected += INGEST.ingest(bytes, RECORD_TIME) instanceof Rejected ? 1 : 0;
        }
        assertThat(rejected).isBetween(5_000, 20_000);
    }
}
