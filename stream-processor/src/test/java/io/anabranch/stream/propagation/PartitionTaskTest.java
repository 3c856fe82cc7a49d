package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One task by itself: what it says and when. */
class PartitionTaskTest {
    private record Embedded(long version, String vertexId, float @Nullable [] vector, Freshness freshness) {}

    private record Addressed(int to, HaloEnvelope envelope) {}

    private static final class Recorder implements PartitionOutput {
        final List<Embedded> embeddings = new ArrayList<>();
        final List<Addressed> halo = new ArrayList<>();
        final List<Long> coverage = new ArrayList<>();
        final List<EventPositions> progress = new ArrayList<>();

        @Override
        public void halo(int toPartition, HaloEnvelope envelope) {
            halo.add(new Addressed(toPartition, envelope));
        }

        @Override
        public void embedding(long version, String vertexId, float @Nullable [] vector, Freshness freshness) {
            embeddings.add(new Embedded(version, vertexId, vector, freshness));
        }

        @Override
        public void coverage(long modelVersion) {
            coverage.add(modelVersion);
        }

        @Override
        public void progress(EventPositions positions) {
            progress.add(positions);
        }

        List<HaloMessage> messages() {
            return halo.stream().map(sent -> sent.envelope().message()).toList();
        }

        void clear() {
            embeddings.clear();
            halo.clear();
            coverage.clear();
            progress.clear();
        }
    }

    private static final int DIMENSION = 3;

    private final Recorder output = new Recorder();
    private final SimulatedState state = new SimulatedState(1);
    private long offset;
    private long lives;

    private PartitionTask task(int partitions, AssertionMode mode, int maxBatch, Fault... faults) {
        return new PartitionTask(
                new PartitionConfig(Ownership.byHash(partitions, 0), DIMENSION, mode, maxBatch),
                state,
                output,
                ++lives,
                EngineTuning.DEFAULT,
                Set.of(faults));
    }

    private static FrozenModel model(long version, Convolution convolution, int... widths) {
        return Snapshots.frozen(
                version, convolution, FeatureEncoding.FEATURE_ENCODING_IDENTITY, new SplittableRandom(version), widths);
    }

    private static LiveModels live(FrozenModel... models) {
        return new LiveModels(List.of(models), Set.of());
    }

    private void update(PartitionTask task, long accepted, GraphMutation mutation) {
        task.onUpdate(mutation, new PartitionInput(accepted, mutation.time(), ++offset));
    }

    private static GraphMutation node(String id, long time) {
        return new GraphMutation.UpsertNode(id, "", FeatureVector.dense(1, time, -2), time);
    }

    private static GraphMutation edge(String source, String target, long time) {
        return new GraphMutation.UpsertEdge(new EdgeId(source, target, ""), 1, Provenance.OBSERVED, time);
    }

    /** The n-th id that the given partition of two owns. */
    private static String id(int partition, int n) {
        Predicate<String> owned = Ownership.byHash(2, partition)::owns;
        return java.util.stream.IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "v" + i)
                .filter(owned)
                .skip(n)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void freshnessIsOldestAcceptanceLatestEventAndNextPosition() {
        var task = task(1, AssertionMode.FULL, 100);
        task.begin(live(model(1, Convolution.CONVOLUTION_SAGE_MEAN, DIMENSION, 2)));
        update(task, 50, node("a", 7));
        update(task, 40, node("b", 9));
        update(task, 60, node("c", 8));
        assertThat(output.embeddings).isEmpty();
        assertThat(task.pending()).isTrue();
        task.propagate();
        assertThat(task.pending()).isFalse();
        assertThat(output.embeddings).extracting(Embedded::vertexId).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(output.embeddings).extracting(Embedded::freshness).containsOnly(new Freshness(40, 9, 3));
        output.clear();
        update(task, 70, node("a", 10));
        task.propagate();
        assertThat(output.embeddings).extracting(Embedded::freshness).containsExactly(new Freshness(70, 10, 4));
    }

    @Test
    void aBatchRunsByItselfAtItsLimit() {
        var task = task(1, AssertionMode.FULL, 2);
        task.begin(live(model(1, Convolution.CONVOLUTION_SAGE_SUM, DIMENSION, 2)));
        update(task, 1, node("a", 1));
        assertThat(output.embeddings).isEmpty();
        update(task, 1, node("b", 1));
        assertThat(output.embeddings).hasSize(2);
    }

    @Test
    void whatChangesNothingSendsNothing() {
        var task = task(1, AssertionMode.FULL, 100);
        task.begin(live(model(1, Convolution.CONVOLUTION_GCN, DIMENSION, 2)));
        update(task, 1, node("a", 5));
        task.propagate();
        output.clear();
        update(task, 2, node("a", 5));
        update(task, 2, new GraphMutation.RemoveNode("a", 4));
        update(task, 2, new GraphMutation.RemoveNode("never seen", 4));
        update(task, 2, edge("b", "a", 6));
        update(task, 2, new GraphMutation.RemoveEdge(new EdgeId("b", "a", ""), 7));
        task.propagate();
        assertThat(output.embeddings).isEmpty();
    }

    @Test
    void aVertexThatGoesLeavesATombstone() {
        var task = task(1, AssertionMode.FULL, 100);
        task.begin(live(model(1, Convolution.CONVOLUTION_GCN, DIMENSION, 2)));
        update(task, 1, edge("a", "b", 5));
        task.propagate();
        assertThat(output.embeddings).allMatch(e -> e.vector() != null).hasSize(2);
        output.clear();
        update(task, 1, new GraphMutation.RemoveNode("b", 6));
        task.propagate();
        assertThat(output.embeddings)
                .allMatch(e -> e.vector() == null)
                .extracting(Embedded::vertexId)
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void subscriptionsFollowTheFirstAndTheLastEdgeAtOnce() {
        var task = task(2, AssertionMode.FULL, 100);
        task.begin(LiveModels.NONE);
        assertThat(output.messages()).containsExactly(new HaloMessage.End(false));
        output.clear();
        String halo = id(1, 0);
        update(task, 1, edge(halo, id(0, 0), 5));
        update(task, 1, edge(halo, id(0, 1), 5));
        assertThat(output.messages()).containsExactly(new HaloMessage.Subscribe(halo));
        assertThat(output.halo).extracting(Addressed::to).containsExactly(1);
        output.clear();
        update(task, 1, new GraphMutation.RemoveNode(id(0, 0), 6));
        assertThat(output.halo).isEmpty();
        update(task, 1, new GraphMutation.RemoveEdge(new EdgeId(halo, id(0, 1), ""), 6));
        assertThat(output.messages()).containsExactly(new HaloMessage.Unsubscribe(halo));
    }

    @Test
    void deletesReachSubscribersBeforeThereIsAModel() {
        var task = task(2, AssertionMode.FULL, 100);
        task.begin(LiveModels.NONE);
        String mine = id(0, 0);
        update(task, 1, node(mine, 5));
        hear(task, 1, 1, new HaloMessage.Subscribe(mine));
        task.propagate();
        output.clear();
        update(task, 1, new GraphMutation.RemoveNode(mine, 8));
        task.propagate();
        assertThat(output.messages())
                .singleElement()
                .isInstanceOfSatisfying(
                        HaloMessage.Value.class, v -> assertThat(v.deleteTime()).isEqualTo(8));
    }

    @Test
    void whatADeadIncarnationSentIsDropped() {
        var task = task(2, AssertionMode.FULL, 100);
        task.begin(live(model(1, Convolution.CONVOLUTION_SAGE_SUM, DIMENSION, 2)));
        String mine = id(0, 0);
        hear(task, 1, 5, new HaloMessage.Subscribe(mine));
        hear(task, 1, 4, new HaloMessage.Unsubscribe(mine));
        assertThat(task.metrics().subscriptions()).isEqualTo(1);
        hear(task, 1, 5, new HaloMessage.Unsubscribe(mine));
        assertThat(task.metrics().subscriptions()).isZero();
    }

    @Test
    void everyLifeHasAGreaterEpochAndEmitsOnlyWhatWasDeferred() {
        var models = live(model(1, Convolution.CONVOLUTION_SAGE_SUM, DIMENSION, 2));
        var first = task(1, AssertionMode.FULL, 100);
        first.begin(models);
        update(first, 10, node("a", 1));
        first.propagate();
        assertThat(output.coverage).containsExactly(1L);
        output.clear();
        var second = task(1, AssertionMode.FULL, 100);
        second.begin(models);
        assertThat(output.embeddings).isEmpty();
        assertThat(output.coverage).containsExactly(1L);
        update(second, 20, node("b", 2));
        output.clear();
        var third = task(1, AssertionMode.FULL, 100);
        third.begin(models);
        assertThat(output.embeddings).extracting(Embedded::vertexId).containsExactlyInAnyOrder("a", "b");
        output.clear();
        task(1, AssertionMode.FULL, 100).begin(models);
        assertThat(output.embeddings).isEmpty();
    }

    @Test
    void aBatchLeavesInSlicesAndCoverageBehindIt() {
        for (int v = 0; v < 5; v++) {
            state.write(
                    new FactJournal.NodeFact("v" + v, 1, true, "", FeatureVector.dense(1, v, 2), PartitionGraph.NEVER),
                    true);
        }
        var task = new PartitionTask(
                new PartitionConfig(
                        Ownership.byHash(1, 0), DIMENSION, AssertionMode.FULL, 100, Guarantee.EXACTLY_ONCE, 2),
                state,
                output,
                ++lives,
                EngineTuning.DEFAULT,
                Set.of());
        task.begin(live(model(1, Convolution.CONVOLUTION_SAGE_SUM, DIMENSION, 2)));
        assertThat(output.embeddings).hasSize(2);
        assertThat(output.coverage).isEmpty();
        assertThat(task.pending()).isTrue();
        update(task, 9, new GraphMutation.RemoveNode("v4", 2));
        task.propagate();
        assertThat(output.embeddings).hasSize(4);
        task.propagate();
        assertThat(task.pending()).isFalse();
        assertThat(output.embeddings).hasSize(5).extracting(Embedded::vertexId).doesNotHaveDuplicates();
        assertThat(output.embeddings)
                .filteredOn(e -> e.vector() == null)
                .extracting(Embedded::vertexId)
                .containsExactly("v4");
        assertThat(output.coverage).containsExactly(1L);
    }

    @Test
    void marksAreToldBehindTheAnswersToSync() {
        assertThat(toldAfterSync()).containsExactly("Value", "Mark");
        assertThat(toldAfterSync(Fault.END_ANSWERED_AT_ONCE)).containsExactly("Mark", "Value");
    }

    /** What a peer that starts anew is told of its values, in order. */
    private List<String> toldAfterSync(Fault... faults) {
        var task = task(2, AssertionMode.FULL, 100, faults);
        task.begin(live(model(1, Convolution.CONVOLUTION_SAGE_SUM, DIMENSION, 2)));
        update(task, 1, node(id(0, 0), 5));
        task.propagate();
        output.clear();
        hear(task, 1, 5, new HaloMessage.Sync(id(0, 0), Set.of()));
        hear(task, 1, 5, new HaloMessage.End(true));
        task.propagate();
        return output.messages().stream()
                .filter(message -> message instanceof HaloMessage.Value || message instanceof HaloMessage.Mark)
                .map(message -> message.getClass().getSimpleName())
                .toList();
    }

    @Test
    void whatTheStarterHoldsIsNotSentAgain() {
        var task = task(2, AssertionMode.FULL, 100);
        task.begin(live(model(1, Convolution.CONVOLUTION_SAGE_SUM, DIMENSION, 2)));
        update(task, 1, node(id(0, 0), 5));
        hear(task, 1, 5, new HaloMessage.Subscribe(id(0, 0)));
        task.propagate();
        output.clear();
        hear(task, 1, 6, new HaloMessage.Sync(id(0, 0), Set.of(1L)));
        task.propagate();
        assertThat(output.messages()).noneMatch(HaloMessage.Value.class::isInstance);
        hear(task, 1, 7, new HaloMessage.Sync(id(0, 0), Set.of(2L)));
        task.propagate();
        assertThat(output.messages())
                .filteredOn(HaloMessage.Value.class::isInstance)
                .hasSize(1);
    }

    @Test
    void aRetiredVersionLeavesTombstones() {
        var one = model(1, Convolution.CONVOLUTION_SAGE_SUM, DIMENSION, 2);
        var two = model(2, Convolution.CONVOLUTION_GCN, DIMENSION, 4);
        var task = task(1, AssertionMode.FULL, 100);
        task.begin(live(one));
        update(task, 1, node("a", 1));
        task.propagate();
        output.clear();
        task.models(live(one, two));
        assertThat(output.embeddings).extracting(Embedded::version).containsExactly(2L);
        output.clear();
        task.models(new LiveModels(List.of(two), Set.of(1L)));
        assertThat(output.embeddings)
                .singleElement()
                .satisfies(e -> assertThat(e.vector()).isNull())
                .satisfies(e -> assertThat(e.version()).isEqualTo(1));
    }

    @Test
    void aModelForOtherFeaturesIsLeftAlone() {
        var task = task(1, AssertionMode.FULL, 100);
        task.begin(live(model(1, Convolution.CONVOLUTION_SAGE_SUM, DIMENSION + 1, 2)));
        update(task, 1, node("a", 1));
        task.propagate();
        assertThat(output.embeddings).isEmpty();
        assertThat(output.coverage).isEmpty();
    }

    @Test
    void aFailedAssertionNamesVertexLayerValuesAndInputs() {
        var task = task(1, AssertionMode.FULL, 100, Fault.ADDS_AT_FIRST_LAYER_ONLY);
        task.begin(live(model(1, Convolution.CONVOLUTION_SAGE_SUM, DIMENSION, 4, 2)));
        update(task, 1, node("a", 1));
        update(task, 1, node("b", 1));
        task.propagate();
        update(task, 1, edge("a", "b", 2));
        assertThatThrownBy(task::propagate)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("vertex b, layer 2")
                .hasMessageContaining("kept:")
                .hasMessageContaining("recomputed:")
                .hasMessageContaining("UpsertEdge[edge=a->b");
    }

    @Test
    void samplesMeasureTheDrift() {
        var task = task(1, AssertionMode.SAMPLED, 1);
        task.begin(live(model(1, Convolution.CONVOLUTION_SAGE_MEAN, DIMENSION, 4, 2)));
        for (int i = 1; i < 200; i++) {
            update(task, 1, edge("v" + i % 7, "v" + i % 5, i));
        }
        assertThat(task.metrics().verticesCompared()).isPositive();
        assertThat(task.metrics().worstDrift()).isLessThan(1e-6);
    }

    @Test
    void manyDeltasDoNotAddUpTheirRounding() {
        var random = new SplittableRandom(5);
        var task = task(1, AssertionMode.OFF, 10);
        task.begin(live(model(1, Convolution.CONVOLUTION_SAGE_SUM, DIMENSION, 8, 4)));
        for (int i = 0; i < 20_000; i++) {
            float scale = random.nextInt(50) == 0 ? 1e5f : 1;
            var row = FeatureVector.dense(scale * (float) random.nextGaussian(), (float) random.nextGaussian(), (float)
                    random.nextGaussian());
            update(task, 1, new GraphMutation.UpsertNode("v" + random.nextInt(40), "", row, i));
            update(task, 1, edge("v" + random.nextInt(40), "v" + random.nextInt(3), i));
        }
        for (int v = 0; v < 40; v++) {
            update(task, 1, new GraphMutation.UpsertNode("v" + v, "", FeatureVector.dense(1, v, -1), 30_000));
        }
        task.propagate();
        assertThat(task.metrics().resums()).isPositive();
        var engine = java.util.Objects.requireNonNull(task.engine(1));
        var audit = new EngineAudit(engine, task.graph());
        task.graph()
                .forEachExisting(v -> assertThat(audit.compare(v).relative()).isLessThan(2e-6));
    }

    @Test
    void misuseIsNamed() {
        var task = task(2, AssertionMode.OFF, 10);
        assertThatThrownBy(() -> update(task, 1, node(id(0, 0), 1))).hasMessageContaining("has not begun");
        task.begin(LiveModels.NONE);
        assertThatThrownBy(() -> task.begin(LiveModels.NONE)).hasMessageContaining("has begun already");
        assertThatThrownBy(() -> update(task, 1, node(id(1, 0), 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hear(task, 2, 1, new HaloMessage.End(false)))
                .hasMessageContaining("(2) must be below");
        assertThatThrownBy(() -> new LiveModels(List.of(model(1, Convolution.CONVOLUTION_GCN, 3, 2)), Set.of(1L)))
                .hasMessageContaining("both live and retired");
    }

    private void hear(PartitionTask task, int from, long epoch, HaloMessage message) {
        task.onHalo(
                new HaloEnvelope(from, epoch, AcceptedTimes.direct(1), 1, message), new PartitionInput(1, 1, offset));
    }
}
