package io.anabranch.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.standalone.chaos.CompactedTopic.LiveValue;
import io.anabranch.standalone.chaos.FoldedGraph.EdgeName;
import io.anabranch.standalone.chaos.FoldedGraph.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Shows that the verifier can fail: data that it accepts, doctored in one place in the way that a fault of the system would, must
 * not pass, and the check that fails must be the one that looks there.
 */
final class NegativeControls {

    private static final Draft LOST = Draft.accepted(
            GraphEvent.newBuilder()
                    .setEventId("lost")
                    .setEventTimeMs(1)
                    .setNodeUpsert(NodeUpsert.newBuilder().setId("lost-vertex"))
                    .build(),
            "lost-vertex");

    private final Verifier verifier;
    private final Ledger ledger;
    private final Recording recording;

    private NegativeControls(Verifier verifier, Ledger ledger, Recording recording) {
        this.verifier = verifier;
        this.ledger = ledger;
        this.recording = recording;
    }

    /** Runs all of them on data that the verifier has accepted. */
    static void run(Verifier verifier, Ledger ledger, Recording recording) {
        NegativeControls controls = new NegativeControls(verifier, ledger, recording);
        assertThat(verifier.verify(ledger, recording).describe())
                .as("before it is doctored")
                .isEqualTo("nothing wrong");
        controls.events();
        controls.updates();
        controls.deadLetters();
        controls.graph();
        controls.embeddings();
        controls.staleHalo();
        controls.coverage();
        controls.progress();
    }

    private void events() {
        Ledger more = ledger.withOneMore(LOST, 0, 1_000_000_000L);
        assertThat(verifier.verify(more, recording).failed())
                .as("an acknowledged event that the log has lost")
                .contains("events", "updates", "graph", "embeddings", "progress");

        Recording unprocessed = recording.copy();
        unprocessed
                .events()
                .add(new LogRecord(
                        0,
                        1_000_000_000L,
                        1,
                        null,
                        ByteString.copyFrom(LOST.value()),
                        Map.of(Ledger.NUMBER_HEADER, Integer.toString(ledger.size()))));
        assertThat(verifier.verify(more, unprocessed).failed())
                .as("an event of the log that was never processed")
                .containsExactly("embeddings", "graph", "progress", "updates");

        Recording twice = recording.copy();
        twice.events().add(twice.events().getFirst());
        assertThat(verifier.verify(ledger, twice).failed())
                .as("an event that the producer's retry wrote twice")
                .contains("events");
    }

    private void updates() {
        Recording dropped = recording.copy();
        dropped.updates().remove(anyFact(dropped));
        assertThat(verifier.verify(ledger, dropped).failed())
                .as("a lost update")
                .containsExactly("updates");

        if (verifier.exactlyOnce()) {
            Recording twice = recording.copy();
            twice.updates().add(twice.updates().get(anyFact(twice)));
            assertThat(verifier.verify(ledger, twice).failed())
                    .as("an event that was processed twice")
                    .containsExactly("updates");
        }
    }

    /** Place of an update that is a fact, not a clock. */
    private static int anyFact(Recording recording) {
        for (int i = 0; i < recording.updates().size(); i++) {
            if (UpdatesCheck.update(recording.updates().get(i)).hasFact()) {
                return i;
            }
        }
        throw new AssertionError("The updates must hold a fact.");
    }

    private void deadLetters() {
        Recording dropped = recording.copy();
        LogRecord letter = dropped.deadLetters().removeFirst();
        assertThat(verifier.verify(ledger, dropped).failed())
                .as("a lost dead letter")
                .containsExactly("dead letters");

        if (verifier.exactlyOnce()) {
            Recording twice = recording.copy();
            twice.deadLetters().add(letter);
            assertThat(verifier.verify(ledger, twice).failed())
                    .as("a dead letter written twice")
                    .containsExactly("dead letters");
        }

        Recording otherReason = recording.copy();
        Map<String, String> headers = new HashMap<>(letter.headers());
        headers.put("anabranch.reason", "SELF_LOOP");
        otherReason
                .deadLetters()
                .set(
                        0,
                        new LogRecord(
                                letter.partition(),
                                letter.offset(),
                                letter.timestamp(),
                                letter.key(),
                                letter.value(),
                                headers));
        assertThat(verifier.verify(ledger, otherReason).failed())
                .as("a dead letter with another reason")
                .containsExactly("dead letters");
    }

    private void graph() {
        Recording old = recording.copy();
        changeOne(old.graph(), (key, live) -> live.before() != null, LiveValue::before);
        assertThat(verifier.verify(ledger, old).failed())
                .as("an old fact that was applied again")
                .containsExactly("graph");

        Recording gone = recording.copy();
        changeOne(gone.graph(), (key, live) -> true, live -> null);
        assertThat(verifier.verify(ledger, gone).failed()).as("a lost fact").containsExactly("graph");
    }

    private void embeddings() {
        ModelSnapshot model = anyLive();
        Map<String, double[]> right = right(model);

        Recording old = recording.copy();
        changeOne(
                old.embeddings(),
                (key, live) -> {
                    ByteString before = live.before();
                    double[] row = key.getModelVersion() == model.getVersion() ? right.get(key.getVertexId()) : null;
                    return before != null
                            && row != null
                            && Verifier.error(record(before).getEmbedding().getVectorList(), row)
                                    > 2 * Verifier.TOLERANCE;
                },
                LiveValue::before);
        assertThat(verifier.verify(ledger, old).failed()).as("an old embedding").containsExactly("embeddings");

        BiPredicate<EmbeddingKey, LiveValue> ofModel =
                (key, live) -> key.hasVertexId() && key.getModelVersion() == model.getVersion();
        Recording gone = recording.copy();
        changeOne(gone.embeddings(), ofModel, live -> null);
        assertThat(verifier.verify(ledger, gone).failed())
                .as("a lost embedding")
                .containsExactly("embeddings");

        Recording ghost = recording.copy();
        ghost.embeddings()
                .put(
                        Owners.of("ghost", verifier.partitions()),
                        EmbeddingKey.newBuilder()
                                .setModelVersion(model.getVersion())
                                .setVertexId("ghost")
                                .build()
                                .toByteString(),
                        EmbeddingRecord.getDefaultInstance().toByteString());
        assertThat(verifier.verify(ledger, ghost).failed())
                .as("an embedding of a vertex that is not there")
                .containsExactly("embeddings");
    }

    /**
     * What a partition computes that has missed one VALUE: the embedding of a vertex as it would be if a source in another
     * partition still had other features.
     */
    private void staleHalo() {
        ModelSnapshot model = anyLive();
        FoldedGraph graph = graph(recording);
        Map<String, double[]> right = right(model);
        for (EdgeName edge : graph.edges().keySet()) {
            Node source = graph.nodes().get(edge.source());
            boolean remote =
                    Owners.of(edge.source(), verifier.partitions()) != Owners.of(edge.target(), verifier.partitions());
            if (source == null || !remote) {
                continue;
            }
            Map<String, Node> nodes = new HashMap<>(graph.nodes());
            List<Float> row = new ArrayList<>(Collections.nCopies(verifier.dimension(), 3f));
            nodes.put(edge.source(), new Node(source.time(), source.type(), row));
            double[] stale = new DoubleForward(model, new FoldedGraph(nodes, graph.edges(), graph.labels()))
                    .embeddings()
                    .get(edge.target());
            List<Float> vector = new ArrayList<>();
            for (double x : stale == null ? new double[0] : stale) {
                vector.add((float) x);
            }
            double[] row0 = right.get(edge.target());
            if (row0 != null && Verifier.error(vector, row0) > 2 * Verifier.TOLERANCE) {
                Recording doctored = recording.copy();
                changeOne(
                        doctored.embeddings(),
                        (key, live) -> key.getModelVersion() == model.getVersion()
                                && key.getVertexId().equals(edge.target()),
                        live -> {
                            EmbeddingRecord.Builder record = record(live.value()).toBuilder();
                            record.getEmbeddingBuilder().clearVector().addAllVector(vector);
                            return record.build().toByteString();
                        });
                assertThat(verifier.verify(ledger, doctored).failed())
                        .as("a stale halo value of %s", edge.source())
                        .containsExactly("embeddings");
                return;
            }
        }
        throw new AssertionError("The graph must have an edge between partitions that matters.");
    }

    private void coverage() {
        long version = anyLive().getVersion();
        Recording early = recording.copy();
        changeOne(
                early.embeddings(),
                (key, live) -> key.getModelVersion() == version
                        && !key.hasVertexId()
                        && record(live.value()).hasCoverage(),
                live -> record(live.value()).toBuilder().setEpoch(0).build().toByteString());
        assertThat(verifier.verify(ledger, early).failed())
                .as("a partition that was covered in an earlier incarnation only")
                .containsExactly("coverage");
    }

    private void progress() {
        Recording behind = recording.copy();
        changeOne(behind.embeddings(), (key, live) -> record(live.value()).hasProgress(), live -> {
            EmbeddingRecord.Builder record = record(live.value()).toBuilder();
            record.getProgressBuilder().setPositions(0, 1);
            return record.build().toByteString();
        });
        assertThat(verifier.verify(ledger, behind).failed())
                .as("a partition that does not say that it has seen everything")
                .containsExactly("progress");
    }

    private ModelSnapshot anyLive() {
        return ModelsTopic.of(recording.models()).live().getLast();
    }

    private FoldedGraph graph(Recording of) {
        return verifier.fold(EventLog.of(ledger, of.events(), new Findings()), of.updates());
    }

    private Map<String, double[]> right(ModelSnapshot model) {
        return new DoubleForward(model, graph(recording)).embeddings();
    }

    private interface Change {
        @Nullable
        ByteString of(LiveValue live);
    }

    /** Writes another value for the first key, in the order of its bytes, that the condition is true of. */
    private static void changeOne(CompactedTopic topic, BiPredicate<EmbeddingKey, LiveValue> which, Change change) {
        Map<ByteString, LiveValue> matching = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
        topic.forEachLive((key, live) -> {
            if (which.test(embeddingKey(key), live)) {
                matching.put(key, live);
            }
        });
        assertThat(matching).as("records to doctor").isNotEmpty();
        matching.entrySet().stream()
                .findFirst()
                .ifPresent(
                        entry -> topic.put(entry.getValue().partition(), entry.getKey(), change.of(entry.getValue())));
    }

    /** The default instance for keys of another topic, whose conditions do not look at it. */
    private static EmbeddingKey embeddingKey(ByteString key) {
        try {
            return EmbeddingKey.parseFrom(key);
        } catch (InvalidProtocolBufferException e) {
            return EmbeddingKey.getDefaultInstance();
        }
    }

    private static EmbeddingRecord record(ByteString value) {
        try {
            return EmbeddingRecord.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("The record is no embedding.", e);
        }
    }
}
