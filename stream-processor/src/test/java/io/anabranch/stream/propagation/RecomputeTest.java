package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Layer;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.InvalidModelException;
import io.anabranch.stream.frozen.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Vertices computed from scratch on request. What is wrong with them comes from a rule that is switched off. */
class RecomputeTest {
    private static final int DIMENSION = 3;
    private static final int VERTICES = 12;
    private static final double EXACT = 2e-6;
    private static final double WRONG = 1e-2;

    private record Embedded(String vertexId, float @Nullable [] vector) {}

    private static final class Recorder implements PartitionOutput {
        final List<Embedded> embeddings = new ArrayList<>();
        final List<HaloMessage> halo = new ArrayList<>();

        @Override
        public void halo(int toPartition, HaloEnvelope envelope) {
            halo.add(envelope.message());
        }

        @Override
        public void embedding(long version, String vertexId, float @Nullable [] vector, Freshness freshness) {
            embeddings.add(new Embedded(vertexId, vector));
        }

        @Override
        public void coverage(long modelVersion) {}

        @Override
        public void progress(EventPositions positions) {}
    }

    private final Recorder output = new Recorder();
    private final SimulatedState state = new SimulatedState(1);
    private long offset;
    private long lives;

    private PartitionTask task(int partitions, long latenessMs, Fault... faults) {
        return new PartitionTask(
                new PartitionConfig(
                        Ownership.byHash(partitions, 0),
                        DIMENSION,
                        AssertionMode.OFF,
                        1000,
                        Guarantee.EXACTLY_ONCE,
                        PartitionConfig.DEFAULT_EMISSION_LIMIT,
                        latenessMs,
                        PartitionGraph.MOST_BURIALS_AT_ONCE,
                        false),
                state,
                output,
                ++lives,
                EngineTuning.DEFAULT,
                Set.of(faults));
    }

    private static FrozenModel model(Layer layer) {
        var snapshot = Snapshots.random(
                1, index -> layer, FeatureEncoding.FEATURE_ENCODING_IDENTITY, new SplittableRandom(3), DIMENSION, 4, 4);
        try {
            return FrozenModel.decode(snapshot);
        } catch (InvalidModelException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Layer kind(Convolution convolution, String... relations) {
        return Layer.newBuilder()
                .setConvolution(convolution)
                .addAllRelations(List.of(relations))
                .build();
    }

    private static LiveModels live(Layer layer) {
        return new LiveModels(List.of(model(layer)), Set.of());
    }

    private void update(PartitionTask task, GraphMutation mutation) {
        assertThat(task.onUpdate(mutation, new PartitionInput(1, mutation.time(), ++offset)))
                .isTrue();
    }

    private void recompute(PartitionTask task, String id) {
        task.onRecompute(id, new PartitionInput(1, ClockTick.NO_TIME, ++offset));
    }

    private static GraphMutation node(String id, SplittableRandom random, long time) {
        return new GraphMutation.UpsertNode(
                id,
                "",
                FeatureVector.dense(
                        (float) random.nextGaussian(), (float) random.nextGaussian(), (float) random.nextGaussian()),
                time);
    }

    private static GraphMutation edge(int source, int target, float weight, long time) {
        return new GraphMutation.UpsertEdge(
                new EdgeId("v" + source, "v" + target, target % 2 == 0 ? "a" : "b"), weight, Provenance.OBSERVED, time);
    }

    private static double worst(PartitionTask task) {
        var audit = new EngineAudit(Objects.requireNonNull(task.engine(1)), task.graph());
        double[] worst = {0};
        task.graph()
                .forEachExisting(
                        v -> worst[0] = Math.max(worst[0], audit.compare(v).relative()));
        return worst[0];
    }

    static Stream<Arguments> wrongs() {
        return Stream.of(
                Arguments.of(kind(Convolution.CONVOLUTION_SAGE_SUM), Fault.REWEIGHTS_IGNORED),
                Arguments.of(kind(Convolution.CONVOLUTION_SAGE_SUM), Fault.ADDS_COUNTED_TWICE),
                Arguments.of(kind(Convolution.CONVOLUTION_SAGE_MEAN), Fault.REWEIGHTS_IGNORED),
                Arguments.of(kind(Convolution.CONVOLUTION_SAGE_MEAN), Fault.SELF_TERM_MISSING),
                Arguments.of(kind(Convolution.CONVOLUTION_GCN), Fault.REWEIGHTS_IGNORED),
                Arguments.of(kind(Convolution.CONVOLUTION_SAGE_MEAN, "a", "b"), Fault.REWEIGHTS_IGNORED),
                Arguments.of(kind(Convolution.CONVOLUTION_SAGE_SUM, "a"), Fault.SELF_TERM_MISSING),
                Arguments.of(kind(Convolution.CONVOLUTION_SAGE_MAX), Fault.WITNESS_KEPT),
                Arguments.of(kind(Convolution.CONVOLUTION_SAGE_MIN, "b", "a"), Fault.WITNESS_KEPT),
                Arguments.of(kind(Convolution.CONVOLUTION_GAT), Fault.REWEIGHTS_IGNORED),
                Arguments.of(kind(Convolution.CONVOLUTION_GAT), Fault.SINK_NOT_RESORTED));
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void whatWentWrongIsExactAgain(Layer layer, Fault fault) {
        var random = new SplittableRandom(11);
        var task = task(1, LogClock.ANY_LATENESS, fault);
        task.begin(live(layer));
        long time = 0;
        for (int round = 0; round < 4; round++) {
            for (int v = 0; v < VERTICES; v++) {
                update(task, node("v" + v, random, ++time));
                update(task, edge(v, (v * 5 + 1) % VERTICES, random.nextFloat() * 3, ++time));
                update(task, edge(v, (v * 7 + round) % VERTICES, random.nextFloat() * 3, ++time));
            }
            task.propagate();
        }
        assertThat(worst(task)).as("without a repair").isGreaterThan(WRONG);
        output.embeddings.clear();
        for (int v = 0; v < VERTICES; v++) {
            recompute(task, "v" + v);
        }
        task.propagate();
        assertThat(worst(task)).as("after it").isLessThan(EXACT);
        assertThat(output.embeddings)
                .extracting(Embedded::vertexId)
                .doesNotHaveDuplicates()
                .hasSize(VERTICES);
        var engine = Objects.requireNonNull(task.engine(1));
        assertThat(output.embeddings)
                .allSatisfy(sent -> assertThat(sent.vector())
                        .isEqualTo(engine.embedding(task.graph().ordinalOf(sent.vertexId()))));
    }

    @Test
    void aMessageThatWasWrongIsPutRightInAllSinks() {
        var task = task(1, LogClock.ANY_LATENESS, Fault.DEGREE_MOVERS_IGNORED);
        task.begin(live(kind(Convolution.CONVOLUTION_GCN)));
        var random = new SplittableRandom(2);
        for (int v = 0; v < 4; v++) {
            update(task, node("v" + v, random, 1));
        }
        update(task, edge(0, 1, 1, 2));
        update(task, edge(0, 2, 1, 2));
        task.propagate();
        update(task, edge(3, 0, 1, 3));
        task.propagate();
        assertThat(worst(task)).isGreaterThan(WRONG);
        recompute(task, "v0");
        task.propagate();
        assertThat(worst(task)).as("v1 and v2 hang on the message of v0").isLessThan(EXACT);
    }

    @Test
    void whatIsRightIsSentAgainWithTheSameBits() {
        var task = task(1, LogClock.ANY_LATENESS);
        task.begin(live(kind(Convolution.CONVOLUTION_SAGE_SUM)));
        update(task, node("v0", new SplittableRandom(1), 1));
        update(task, edge(1, 0, 2, 1));
        task.propagate();
        var before = output.embeddings.stream()
                .filter(sent -> sent.vertexId().equals("v0"))
                .findFirst()
                .orElseThrow();
        output.embeddings.clear();
        recompute(task, "v0");
        assertThat(task.pending()).isTrue();
        task.propagate();
        assertThat(output.embeddings)
                .singleElement()
                .satisfies(sent -> assertThat(sent.vertexId()).isEqualTo("v0"))
                .satisfies(sent -> assertThat(sent.vector()).isEqualTo(before.vector()));
    }

    @Test
    void subscribersGetTheWholeValue() {
        var task = task(2, LogClock.ANY_LATENESS);
        task.begin(live(kind(Convolution.CONVOLUTION_SAGE_MEAN)));
        String mine = owned(0);
        update(task, node(mine, new SplittableRandom(1), 1));
        task.onHalo(
                new HaloEnvelope(1, 1, AcceptedTimes.direct(1), 1, new HaloMessage.Subscribe(mine)),
                new PartitionInput(1, 1, offset, 0));
        task.propagate();
        output.halo.clear();
        recompute(task, mine);
        task.propagate();
        var engine = Objects.requireNonNull(task.engine(1));
        int v = task.graph().ordinalOf(mine);
        assertThat(output.halo).singleElement().isInstanceOfSatisfying(HaloMessage.Value.class, value -> {
            assertThat(value.vertexId()).isEqualTo(mine);
            for (int l = 0; l < 2; l++) {
                assertThat(value.layers().row(l)).isEqualTo(engine.valueRow(v, l));
            }
        });
    }

    @Test
    void aVertexThatIsNotThereGetsItsTombstoneInThisLifeOrTheNext() {
        var models = live(kind(Convolution.CONVOLUTION_GCN));
        var task = task(1, LogClock.ANY_LATENESS);
        task.begin(models);
        recompute(task, "ghost");
        task.propagate();
        assertThat(output.embeddings).containsExactly(new Embedded("ghost", null));
        output.embeddings.clear();
        recompute(task, "other ghost");
        // It stops before the batch.
        task(1, LogClock.ANY_LATENESS).begin(models);
        assertThat(output.embeddings).contains(new Embedded("other ghost", null));
    }

    @Test
    void itMovesNoClock() {
        var task = task(1, 100);
        task.begin(live(kind(Convolution.CONVOLUTION_GCN)));
        recompute(task, "v0");
        assertThat(task.clock()).isEqualTo(LogClock.NO_TIME);
        update(task, node("v0", new SplittableRandom(1), 50));
        recompute(task, "v0");
        assertThat(task.clock()).isEqualTo(50);
    }

    @Test
    void onlyTheOwnerIsAsked() {
        var task = task(2, LogClock.ANY_LATENESS);
        task.begin(LiveModels.NONE);
        assertThatThrownBy(() -> recompute(task, owned(1))).isInstanceOf(IllegalArgumentException.class);
    }

    private static String owned(int partition) {
        var ownership = Ownership.byHash(2, partition);
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "v" + i)
                .filter(ownership::owns)
                .findFirst()
                .orElseThrow();
    }
}
