package io.anabranch.stream.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.graph.ColumnTimes;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.LabelFact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FactJournal.StepFact;
import io.anabranch.graph.FeaturePatch;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.Part;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.stream.propagation.HaloEntry;
import io.anabranch.stream.propagation.HaloValue;
import io.anabranch.stream.propagation.HistoryCheckpoint;
import io.anabranch.stream.propagation.LayerValues;
import io.anabranch.stream.propagation.PartitionState;
import io.anabranch.stream.propagation.PublishedMark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorePartitionStateTest {

    private static final long NEVER = Long.MIN_VALUE;
    private static final EdgeId EDGE = new EdgeId("ü", "b", "knows");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init") // opened before each test
    private KeyValueStore<Bytes, byte[]> store;

    private final List<Fact> changed = new ArrayList<>();

    @BeforeEach
    void openStore() {
        store = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("state"), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        MockProcessorContext<Void, Void> context =
                new MockProcessorContext<>(new Properties(), new TaskId(0, 0), folder.toFile());
        store.init(context.getStateStoreContext(), store);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private StorePartitionState state() {
        return new StorePartitionState(store, changed::add);
    }

    /** What a restart finds, one line each. */
    private List<Object> restored() {
        List<Object> found = new ArrayList<>();
        state().restore(new PartitionState.RestoreVisitor() {
            @Override
            public void fact(Fact fact) {
                found.add(fact);
            }

            @Override
            public void haloEntry(String vertexId, HaloEntry entry) {
                found.add(Map.entry(vertexId, entry));
            }

            @Override
            public void subscriber(String vertexId, int partition, long epoch) {
                found.add(vertexId + " for " + partition);
            }

            @Override
            public void published(String vertexId, PublishedMark mark) {
                found.add(vertexId + " " + mark);
            }

            @Override
            public void history(long modelVersion, String vertexId, HistoryCheckpoint checkpoint) {
                found.add(Map.entry(vertexId + " by " + modelVersion, checkpoint));
            }

            @Override
            public void clock(long offset, long time) {
                found.add(offset + "@" + time);
            }

            @Override
            public void meta(String name, long value) {
                found.add(name + "=" + value);
            }
        });
        return found;
    }

    private static NodeFact node(long time, long deleteTime, FeatureVector features) {
        return new NodeFact("a", time, true, "account", features, deleteTime);
    }

    private static Label label(LabelValue value, Part part) {
        return new Label("task", value, part);
    }

    @Test
    void everyFactComesBackAsItWas() {
        List<Fact> facts = List.of(
                new NodeFact("plain", 1, true, "", null, NEVER),
                new NodeFact("dense", 2, true, "t", FeatureVector.dense(1, -0f, 3.5f), 1),
                new NodeFact(
                        "sparse", -3, true, "ŧ", FeatureVector.sparse(9, new int[] {2, 8}, new float[] {1, -1}), NEVER),
                new NodeFact("dead", 4, false, "", null, 4),
                new NodeFact("only deleted", NEVER, false, "", null, 4),
                new NodeFact(
                        "patched",
                        4,
                        true,
                        "t",
                        FeatureVector.dense(0, 2),
                        NEVER,
                        ColumnTimes.of(new int[] {1}, new long[] {9})),
                new NodeFact(
                        "patched after its delete",
                        4,
                        false,
                        "",
                        FeatureVector.dense(0, 2),
                        4,
                        ColumnTimes.of(new int[] {0, 70_000}, new long[] {9, 1L << 40})),
                new EdgeFact(EDGE, 5, true, 0.25f, Provenance.LEARNED),
                new EdgeFact(new EdgeId("a", "expires", ""), 5, true, 0.25f, Provenance.LEARNED, 1L << 41),
                new EdgeFact(new EdgeId("a", "b", ""), Long.MAX_VALUE, false, 0, Provenance.OBSERVED),
                new LabelFact("n", "task", 1, label(new LabelValue.OneClass("yes"), Part.TRAIN)),
                new LabelFact("n2", "task", 1, label(LabelValue.ClassSet.of(List.of("b", "a")), Part.VALIDATION)),
                new LabelFact("n3", "task", 1, label(LabelValue.ClassSet.of(List.of()), Part.TEST)),
                new LabelFact("n4", "task", 1, label(new LabelValue.Target(-2.5), Part.TEST)),
                new LabelFact("n5", "task", 9, null),
                new StepFact("b", EDGE, 5, 0.25f, NEVER),
                new StepFact("a", new EdgeId("b", "a", "ŧ"), Long.MAX_VALUE, -1, NEVER),
                new StepFact("a", new EdgeId("a", "a", ""), -5, 1, NEVER),
                new StepFact("a", new EdgeId("a", "c", ""), 6, 0, 7));
        StorePartitionState state = state();
        facts.forEach(fact -> state.write(fact, true));
        assertThat(restored()).containsExactlyInAnyOrderElementsOf(facts);
    }

    @Test
    void checkpointsOfHistoriesComeBackAndGo() {
        StorePartitionState state = state();
        HistoryCheckpoint one = new HistoryCheckpoint(40, -7, new long[] {1, Long.MIN_VALUE, 3});
        state.putHistory(3, "a", one);
        state.putHistory(4, "a", new HistoryCheckpoint(1, 2, new long[0]));
        state.putHistory(4, "a", null);
        assertThat(restored()).containsExactly(Map.entry("a by 3", one));
    }

    @Test
    void edgesOfOtherEndsOrTypesAreOtherEdges() {
        List<Fact> facts = List.of(
                new EdgeFact(new EdgeId("a", "bc", "d"), 1, true, 1, Provenance.OBSERVED),
                new EdgeFact(new EdgeId("ab", "c", "d"), 1, true, 2, Provenance.OBSERVED),
                new EdgeFact(new EdgeId("a", "bc", ""), 1, true, 3, Provenance.OBSERVED),
                new EdgeFact(new EdgeId("bc", "a", "d"), 1, true, 4, Provenance.OBSERVED));
        StorePartitionState state = state();
        facts.forEach(fact -> state.write(fact, true));
        assertThat(restored()).containsExactlyInAnyOrderElementsOf(facts);
    }

    @Test
    void haloEntriesComeBackBitForBitAndCanBeForgotten() {
        LayerValues layers =
                LayerValues.owning(new float[][] {{0, 0, 0, 0, 0, -0f, Float.MIN_VALUE, 0}, {1.5f, Float.NaN}, {}});
        HaloEntry entry = new HaloEntry(
                7, Map.of(3L, new HaloValue(12, layers), 4L, new HaloValue(0, LayerValues.owning(new float[0][]))));
        StorePartitionState state = state();
        state.putHaloEntry("u", entry);
        state.putHaloEntry("w", HaloEntry.AWAITED);
        state.putHaloEntry("gone", HaloEntry.AWAITED);
        state.putHaloEntry("gone", null);
        assertThat(restored()).containsExactlyInAnyOrder(Map.entry("u", entry), Map.entry("w", HaloEntry.AWAITED));
    }

    @Test
    void subscribersMarksAndNumbersComeBack() {
        StorePartitionState state = state();
        state.putSubscriber("a", 3, 7);
        state.putSubscriber("a", 300, 8);
        state.putSubscriber("b", 3, 9);
        state.removeSubscriber("b", 3);
        state.putPublished("a", PublishedMark.MAYBE);
        state.putPublished("b", PublishedMark.LIVE);
        state.putPublished("c", PublishedMark.GONE);
        state.putPublished("d", PublishedMark.LIVE);
        state.putPublished("d", null);
        state.putClock(3, 1_000);
        state.putClock(1L << 33, 2_000);
        state.putClock(4, 1_500);
        state.putClock(4, Long.MIN_VALUE);
        state.putMeta("epoch", 4);
        state.putMeta("epoch", 5);
        state.putMeta("emitted.9", -1);
        assertThat(restored())
                .containsExactlyInAnyOrder(
                        "3@1000",
                        "8589934592@2000",
                        "a for 3",
                        "a for 300",
                        "a MAYBE",
                        "b LIVE",
                        "c GONE",
                        "epoch=5",
                        "emitted.9=-1");
        assertThat(state.meta("epoch")).isEqualTo(5);
        assertThat(state.meta("unknown")).isZero();
    }

    @Test
    void numbersAreKnownAfterARestore() {
        state().putMeta("epoch", 8);
        StorePartitionState next = state();
        next.restore(new IgnoringVisitor());
        assertThat(next.meta("epoch")).isEqualTo(8);
    }

    @Test
    void onlyWhatShowsIsTold() {
        StorePartitionState state = state();
        NodeFact alive = node(1, NEVER, FeatureVector.dense(1, 2));
        NodeFact dead = new NodeFact("a", 3, false, "", null, 3);
        state.write(alive, true);
        state.write(dead, false);
        assertThat(changed).containsExactly(alive);
        assertThat(restored()).containsExactly(dead);
    }

    /** The graph and its journal together. */
    private List<Fact> told(GraphMutation... mutations) {
        PartitionGraph graph = PartitionGraph.open(Ownership.byHash(1, 0), 2, state());
        changed.clear();
        for (GraphMutation mutation : mutations) {
            graph.apply(mutation);
        }
        return List.copyOf(changed);
    }

    private static GraphMutation upsert(long time, float... features) {
        return new GraphMutation.UpsertNode("a", "account", FeatureVector.dense(features), time);
    }

    @Test
    void ofANodeWhatLivesIsTold() {
        assertThat(told(upsert(5, 1, 2), upsert(5, 1, 2), new GraphMutation.RemoveNode("a", 4)))
                .as("the same again; a late delete changes only what is not published")
                .containsExactly(node(5, NEVER, FeatureVector.dense(1, 2)));
        assertThat(told(
                        upsert(5, 1, 2),
                        upsert(5, 1, 3),
                        new GraphMutation.RemoveNode("a", 6),
                        new GraphMutation.RemoveNode("a", 6),
                        new GraphMutation.RemoveNode("a", 7),
                        new GraphMutation.RemoveNode("never seen", 4)))
                .containsExactly(
                        node(5, NEVER, FeatureVector.dense(1, 2)),
                        node(5, NEVER, FeatureVector.dense(1, 3)),
                        new NodeFact("a", 6, false, "", null, 6));
    }

    @Test
    void aPatchedNodeLives() {
        FeaturePatch patch = FeaturePatch.of(2, new int[] {0}, new float[] {1});
        assertThat(told(
                        new GraphMutation.RemoveNode("a", 3),
                        new GraphMutation.PatchNode("a", patch, 4),
                        new GraphMutation.RemoveNode("a", 5)))
                .containsExactly(
                        new NodeFact(
                                "a",
                                3,
                                false,
                                "",
                                FeatureVector.dense(1, 0),
                                3,
                                ColumnTimes.of(new int[] {0}, new long[] {4})),
                        new NodeFact("a", 5, false, "", null, 5));
    }

    @Test
    void anEdgesWeightExpiryAndEndAreTold() {
        assertThat(told(
                        new GraphMutation.UpsertEdge(EDGE, 1, Provenance.OBSERVED, 1),
                        new GraphMutation.UpsertEdge(EDGE, 1, Provenance.OBSERVED, 1),
                        new GraphMutation.UpsertEdge(EDGE, 2, Provenance.OBSERVED, 1),
                        new GraphMutation.UpsertEdge(EDGE, 2, Provenance.OBSERVED, 1, 7),
                        new GraphMutation.UpsertEdge(EDGE, 2, Provenance.LEARNED, 1, 7),
                        new GraphMutation.RemoveEdge(EDGE, 1),
                        new GraphMutation.RemoveEdge(EDGE, 1),
                        new GraphMutation.RemoveEdge(EDGE, 2)))
                .containsExactly(
                        new EdgeFact(EDGE, 1, true, 1, Provenance.OBSERVED),
                        new EdgeFact(EDGE, 1, true, 2, Provenance.OBSERVED),
                        new EdgeFact(EDGE, 1, true, 2, Provenance.OBSERVED, 7),
                        new EdgeFact(EDGE, 1, true, 2, Provenance.LEARNED, 7),
                        new EdgeFact(EDGE, 1, false, 0, Provenance.OBSERVED));
    }

    @Test
    void aLabelAndItsEndAreTold() {
        Label yes = label(new LabelValue.OneClass("yes"), Part.TRAIN);
        assertThat(told(
                        new GraphMutation.RemoveLabel("a", "task", 1),
                        new GraphMutation.SetLabel("a", yes, 2),
                        new GraphMutation.SetLabel("a", yes, 2),
                        new GraphMutation.RemoveLabel("a", "task", 3),
                        new GraphMutation.RemoveLabel("a", "task", 4)))
                .containsExactly(new LabelFact("a", "task", 2, yes), new LabelFact("a", "task", 3, null));
    }

    @Test
    void whatIsForgottenIsNoNews() {
        StorePartitionState state = state();
        LabelFact gone = new LabelFact("a", "task", 1, null);
        state.write(gone, false);
        state.forget(gone.key());
        assertThat(changed).isEmpty();
        assertThat(restored()).isEmpty();
    }

    @Test
    void theLayoutIsTheDocumentedOne() {
        state().write(new EdgeFact(new EdgeId("s", "t", "x"), 258, true, 1.5f, Provenance.LEARNED), true);
        byte[] key = HexFormat.of().parseHex("65" + "000174" + "000173" + "78");
        assertThat(store.get(Bytes.wrap(key)))
                .isEqualTo(HexFormat.of().parseHex("02" + "0000000000000102" + "03" + "3fc00000"));
        state().write(new EdgeFact(new EdgeId("s", "t", "x"), 258, true, 1.5f, Provenance.LEARNED, 259), true);
        assertThat(store.get(Bytes.wrap(key)))
                .isEqualTo(HexFormat.of().parseHex("02" + "0000000000000102" + "07" + "3fc00000" + "0000000000000103"));
    }

    @Test
    void aLayoutOfAnotherVersionIsRefused() {
        store.put(Bytes.wrap(new byte[] {'n', 'a'}), new byte[] {1, 0, 0});
        assertThatExceptionOfType(IncompatibleStateException.class)
                .isThrownBy(this::restored)
                .withMessageContaining("layout 1")
                .withMessageContaining("layout 2");
        store.put(Bytes.wrap(new byte[] {'n', 'a'}), new byte[] {2});
        store.put(Bytes.wrap(new byte[] {'!'}), new byte[] {2});
        assertThatExceptionOfType(IncompatibleStateException.class)
                .isThrownBy(this::restored)
                .withMessageContaining("'!'");
    }

    private static final class IgnoringVisitor implements PartitionState.RestoreVisitor {
        @Override
        public void fact(Fact fact) {}

        @Override
        public void haloEntry(String vertexId, HaloEntry entry) {}

        @Override
        public void subscriber(String vertexId, int partition, long epoch) {}

        @Override
        public void published(String vertexId, PublishedMark mark) {}

        @Override
        public void history(long modelVersion, String vertexId, HistoryCheckpoint checkpoint) {}

        @Override
        public void clock(long offset, long time) {}

        @Override
        public void meta(String name, long value) {}
    }
}
