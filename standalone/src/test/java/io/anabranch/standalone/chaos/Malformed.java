package io.anabranch.standalone.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodeUpsert;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Records that must become dead letters, each with the reason that docs/wire-format.md promises. */
final class Malformed {

    private static final long FUTURE_MS = Duration.ofHours(2).toMillis();
    private static final int TOO_LONG = 300;

    private Malformed() {}

    static Draft any(RandomGenerator random, long number, long nowMs) {
        GraphEvent.Builder event =
                GraphEvent.newBuilder().setEventId("bad-" + number).setEventTimeMs(nowMs);
        return switch (random.nextInt(9)) {
            case 0 -> Draft.rejected(("hello " + number).getBytes(UTF_8), "NOT_DECODABLE");
            case 1 -> Draft.rejected(event.build().toByteArray(), "EMPTY_EVENT");
            case 2 -> rejected(event.setNodeDelete(NodeDelete.getDefaultInstance()), "MISSING_ID");
            case 3 -> rejected(event.setNodeUpsert(NodeUpsert.newBuilder().setId("x".repeat(TOO_LONG))), "ID_TOO_LONG");
            case 4 ->
                rejected(
                        event.setNodeUpsert(NodeUpsert.newBuilder()
                                .setId("ghost")
                                .setFeatures(Features.newBuilder()
                                        .setDense(DenseFeatures.newBuilder().addValues(1)))),
                        "FEATURES_WRONG_LENGTH");
            case 5 ->
                rejected(
                        event.setEdgeUpsert(EdgeUpsert.newBuilder()
                                .setSource("ghost")
                                .setTarget("v1")
                                .setWeight(Float.NaN)),
                        "WEIGHT_NOT_FINITE");
            case 6 ->
                rejected(
                        event.setEventTimeMs(nowMs + FUTURE_MS)
                                .setNodeDelete(NodeDelete.newBuilder().setId("v1")),
                        "TIME_IN_FUTURE");
            case 7 ->
                rejected(
                        event.setLabelUpsert(LabelUpsert.newBuilder()
                                .setNodeId("v1")
                                .setLabel(Label.newBuilder().setTask("fraud"))),
                        "LABEL_MALFORMED");
            default ->
                rejected(
                        event.setSchemaVersion(7)
                                .setNodeDelete(NodeDelete.newBuilder().setId("v1")),
                        "UNKNOWN_SCHEMA_VERSION");
        };
    }

    private static Draft rejected(GraphEvent.Builder event, String reason) {
        return Draft.rejected(event.build().toByteArray(), reason);
    }
}
