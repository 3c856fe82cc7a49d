package io.anabranch.serve.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.Part;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.graph.hag.choice.PlanSettings;
import io.anabranch.graph.hag.pass.DirectPlan;
import io.anabranch.graph.hag.pass.HagPlan;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.Randomized;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.learn.train.ProgressListener;
import io.anabranch.learn.train.Trainer;
import io.anabranch.learn.train.TrainingOptions;
import io.anabranch.learn.train.TrainingReport;
import io.anabranch.learn.train.TrainingTask;
import io.anabranch.model.v1.Convolution;
import io.anabranch.serve.train.LiveGraph;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the feed keeps of its graph's sums is of the very graph that a training sees. */
class KeptSumsTest {

    private static final int DIMENSION = 4;
    private static final int CLIQUES = 12;
    private static final int SIZE = 9;
    private static final PlanSettings SHARED = PlanSettings.of(PlanPolicy.SHARED, 1);

    /** Searches wait here until the test runs them. */
    private final Queue<Runnable> searches = new ArrayDeque<>();

    private final GraphFeed feed = new GraphFeed(DIMENSION, searches::add);
    private final PartitionGraph graph = PartitionGraph.open(Ownership.byHash(1, 0), DIMENSION, new FactBytes(feed));
    private long time = 1;

    private void runSearches() {
        while (!searches.isEmpty()) {
            searches.remove().run();
        }
    }

    private void edge(int source, int target, boolean there) {
        EdgeId edge = new EdgeId("v" + source, "v" + target, "");
        time++;
        graph.apply(
                there
                        ? new GraphMutation.UpsertEdge(edge, 1, Provenance.OBSERVED, time)
                        : new GraphMutation.RemoveEdge(edge, time));
    }

    /** Complete graphs, each of one class, and a few edges between them. */
    private void cliques(RandomGenerator random) {
        int nodes = CLIQUES * SIZE;
        for (int v = 0; v < nodes; v++) {
            vertex(v, random);
        }
        for (int v = 0; v < nodes; v++) {
            for (int u = v / SIZE * SIZE; u < (v / SIZE + 1) * SIZE; u++) {
                if (u != v) {
                    edge(u, v, true);
                }
            }
            edge((v + SIZE + random.nextInt(nodes - 2 * SIZE)) % nodes, v, true);
        }
    }

    private void vertex(int v, RandomGenerator random) {
        float[] row = new float[DIMENSION];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextGaussian() + (i == v / SIZE % 3 ? 0.5f : 0);
        }
        graph.apply(new GraphMutation.UpsertNode("v" + v, "", FeatureVector.dense(row), ++time));
        Label label = new Label("class", new LabelValue.OneClass("c" + v / SIZE % 3), Part.byHash("v" + v, "class"));
        graph.apply(new GraphMutation.SetLabel("v" + v, label, ++time));
    }

    /** Sums of whole numbers along both plans are the same to the bit. */
    private static void requireSums(Hag hag, GraphSnapshot snapshot, Mode mode) {
        int n = snapshot.nodeCount();
        float[] in = new float[n];
        for (int v = 0; v < n; v++) {
            in[v] = 1 + v * 37 % 101;
        }
        float[] expected = new float[n];
        DirectPlan direct =
                DirectPlan.of(n, snapshot.in().offsets(), snapshot.in().neighbours(), null);
        (mode == Mode.CLOSED ? direct.closed() : direct).sum(in, 1, expected);
        float[] sums = new float[n];
        HagPlan.of(hag, mode).sum(in, 1, sums);
        assertThat(sums).containsExactly(expected);
    }

    @Randomized(runs = 10)
    void plansOfMomentsSumTheirSnapshots(RandomGenerator random) {
        TraceShape shape = new TraceShape(30, 4_000, DIMENSION, 3, 2, 0.15, 0.3, 0.1, 0.2, 0.2, 0.2, 0.1);
        int moments = 0;
        for (GraphMutation mutation : EventTraces.of(random, shape)) {
            graph.advance(mutation.time());
            graph.apply(
                    mutation instanceof GraphMutation.UpsertEdge edge
                            ? new GraphMutation.UpsertEdge(
                                    edge.edge(), 1, edge.provenance(), edge.time(), edge.expiry())
                            : mutation);
            if (random.nextInt(200) == 0) {
                Mode mode = random.nextBoolean() ? Mode.OPEN : Mode.CLOSED;
                LiveGraph.Moment moment = feed.moment(mode, SHARED);
                runSearches();
                requireSums(Objects.requireNonNull(moment.hags().find(mode)), moment.graph(), mode);
                moments++;
            }
        }
        assertThat(moments).isGreaterThan(5);
        assertThat(feed.sharing()).hasSize(2);
        assertThat(feed.sharing())
                .allSatisfy(sharing -> assertThat(sharing.counts().edits()).isGreaterThan(500));
    }

    @ParameterizedTest
    @EnumSource(
            value = Convolution.class,
            names = {"CONVOLUTION_GCN", "CONVOLUTION_SAGE_MEAN", "CONVOLUTION_SAGE_SUM"})
    void trainingAlongAKeptGraphTakesTheDirectCurve(Convolution convolution) {
        SplittableRandom random = new SplittableRandom(5);
        cliques(random);
        TrainingOptions options = TrainingOptions.builder()
                .convolution(convolution)
                .hiddenWidth(8)
                .maxEpochs(40)
                .patience(40)
                .aggregation(PlanPolicy.SHARED)
                .build();
        LiveGraph.Moment first = feed.moment(options.summedRows(), options.planSettings());
        runSearches();
        assertThat(first.hags().find(options.summedRows())).isNotNull();
        churn(random);
        int before = searches.size();
        LiveGraph.Moment moment = feed.moment(options.summedRows(), options.planSettings());
        assertThat(searches).as("a later moment begins no search of its own").hasSize(before);

        TrainingReport kept = train(moment, moment.hags(), options);
        TrainingReport direct = train(
                moment,
                KnownHags.NONE,
                options.toBuilder().aggregation(PlanPolicy.DIRECT).build());
        assertThat(kept.notes()).anySatisfy(note -> assertThat(note).contains("SHARED plan"));
        assertThat(kept.trainLoss()).hasSize(40);
        for (int epoch = 0; epoch < 40; epoch++) {
            assertThat(kept.trainLoss().get(epoch)).isCloseTo(direct.trainLoss().get(epoch), within(1e-4));
        }
    }

    private void churn(SplittableRandom random) {
        int nodes = CLIQUES * SIZE;
        for (int i = 0; i < 1_500; i++) {
            int v = random.nextInt(nodes);
            int u = random.nextInt(10) == 0 ? random.nextInt(nodes) : v / SIZE * SIZE + random.nextInt(SIZE);
            if (random.nextInt(100) == 0) {
                graph.apply(new GraphMutation.RemoveNode("v" + v, ++time));
                vertex(v, random);
            } else if (u != v) {
                edge(u, v, random.nextInt(3) > 0);
            }
        }
    }

    private static TrainingReport train(LiveGraph.Moment moment, KnownHags hags, TrainingOptions options) {
        return new Trainer(Clock.systemUTC(), "test")
                .train(
                        moment.graph(),
                        hags,
                        TrainingTask.named(moment.graph(), "class"),
                        options,
                        ProgressListener.NONE,
                        () -> false)
                .report();
    }

    @Test
    void nothingIsKeptForDirectSumsOrSmallGraphs() {
        cliques(new SplittableRandom(5));
        assertThat(feed.moment(Mode.OPEN, PlanSettings.DIRECT).hags()).isSameAs(KnownHags.NONE);
        assertThat(feed.moment(Mode.OPEN, PlanSettings.of(PlanPolicy.AUTO, 10_000))
                        .hags())
                .as("a graph of %d edges", feed.edges())
                .isSameAs(KnownHags.NONE);
        assertThat(feed.sharing()).isEmpty();
        assertThat(searches).isEmpty();
    }

    @Test
    void figuresAreThoseOfTheKeptGraph() {
        MeterRegistry meters = new SimpleMeterRegistry();
        SharingMeters.register(meters, feed.kept());
        assertThat(gauge(meters, "transfers.saved", "closed")).isZero();
        assertThat(gauge(meters, "transfers.factor", "closed")).isOne();
        for (int v = 0; v < 30; v++) {
            for (int u = 0; u < 30; u++) {
                if (u != v) {
                    edge(u, v, true);
                }
            }
        }
        LiveGraph.Moment unused = feed.moment(Mode.CLOSED, SHARED);
        runSearches();
        edge(0, 1, false);
        LiveGraph.Moment searched = feed.moment(Mode.CLOSED, SHARED);
        assertThat(searched.graph().edgeCount()).isEqualTo(869);
        // A node of 30, which 29 targets read; the other reads 29.
        double direct = 899;
        double shared = 30 + 29 + 29;
        assertThat(gauge(meters, "transfers.saved", "closed")).isEqualTo(direct - shared);
        assertThat(gauge(meters, "transfers.factor", "closed")).isEqualTo(direct / shared);
        assertThat(gauge(meters, "aggregations.saved", "closed")).isEqualTo(899 - 30 - (29 + 28));
        assertThat(gauge(meters, "aggregations.factor", "closed")).isEqualTo(869.0 / 57);
        assertThat(count(meters, "edits", "rows", "closed")).isOne();
        assertThat(count(meters, "rebuilds", "rows", "closed", "outcome", "done"))
                .isOne();
        assertThat(count(meters, "rebuilds", "rows", "closed", "outcome", "failed"))
                .isZero();
        assertThat(gauge(meters, "transfers.saved", "open")).isZero();
        assertThat(Arrays.asList(Mode.CLOSED))
                .isEqualTo(feed.sharing().stream().map(LiveGraph.Sharing::rows).toList());
    }

    private static double gauge(MeterRegistry meters, String name, String rows) {
        return meters.get("anabranch.sharing." + name).tag("rows", rows).gauge().value();
    }

    private static double count(MeterRegistry meters, String name, String... tags) {
        return meters.get("anabranch.sharing." + name)
                .tags(tags)
                .functionCounter()
                .count();
    }
}
