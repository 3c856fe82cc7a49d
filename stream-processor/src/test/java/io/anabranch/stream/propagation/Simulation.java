package io.anabranch.stream.propagation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.testkit.ReferenceGraph;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.InvalidModelException;
import io.anabranch.stream.wire.UpdateContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Many partition tasks in memory, the logs between them, and a seeded adversary that decides who reads what when, who commits, who
 * crashes and how late each learns of the models. Afterwards everything is compared with a graph and a forward pass that share no
 * code with the tasks.
 */
final class Simulation {
    static final double TOLERANCE = 1e-5;
    /** Payloads that an earlier life sent may differ from those that a bulk pass gives by the order of a sum. */
    private static final double RESTART_TOLERANCE = 1e-5;

    private static final int MAX_STEPS = 200_000;

    private record EmbeddingKey(long modelVersion, String vertexId) {}

    private final Scenario scenario;
    private final SplittableRandom random;
    private final List<FrozenModel> frozen = new ArrayList<>();
    private final List<LiveModels> timeline = new ArrayList<>();
    private final List<SimulatedPartition> partitions = new ArrayList<>();
    private final Ownership ownership;
    private final Map<EmbeddingKey, float[]> embeddings = new HashMap<>();
    private final Map<Long, Set<Integer>> covered = new HashMap<>();
    private final SimulatedIngest ingest;
    private final EventPositions[] progress;
    private int progressChecks;
    private int published;
    private long now;
    private double worstError;
    private int compared;

    Simulation(Scenario scenario) {
        this.scenario = scenario;
        random = new SplittableRandom(scenario.seed());
        ownership = Ownership.byHash(scenario.partitions(), 0);
        ingest = new SimulatedIngest(scenario.partitions(), random);
        progress = new EventPositions[scenario.partitions()];
        Arrays.fill(progress, EventPositions.none(scenario.partitions()));
        for (ModelSnapshot model : scenario.models()) {
            try {
                frozen.add(FrozenModel.decode(model));
            } catch (InvalidModelException e) {
                throw new AssertionError(e);
            }
        }
        timeline.add(LiveModels.NONE);
        timeline.add(new LiveModels(List.of(frozen.getFirst()), Set.of()));
        if (frozen.size() == 2) {
            timeline.add(new LiveModels(frozen, Set.of()));
            timeline.add(new LiveModels(
                    List.of(frozen.get(1)), Set.of(frozen.getFirst().version())));
        }
        int[] batches = {1, 3, 256};
        int[] emissionLimits = {1, 4, 10_000};
        for (int p = 0; p < scenario.partitions(); p++) {
            partitions.add(new SimulatedPartition(
                    this,
                    p,
                    scenario,
                    batches[random.nextInt(batches.length)],
                    emissionLimits[random.nextInt(emissionLimits.length)]));
        }
    }

    // ---- what partitions see

    Set<Fault> faults() {
        return scenario.faults();
    }

    long now() {
        return now;
    }

    LiveModels models(int upTo) {
        return timeline.get(upTo);
    }

    int modelsPublished() {
        return published;
    }

    void deliver(int toPartition, HaloEnvelope envelope) {
        partitions.get(toPartition).halo.add(envelope);
    }

    void embedding(int from, long version, String vertexId, float @Nullable [] vector, Freshness freshness) {
        assertThat(ownership.ownerOf(vertexId)).isEqualTo(from);
        assertThat(freshness.position())
                .isBetween(0L, (long) partitions.get(from).updates.size());
        assertThat(freshness.acceptedTimeMs()).isLessThanOrEqualTo(now);
        if (vector == null) {
            embeddings.remove(new EmbeddingKey(version, vertexId));
        } else {
            embeddings.put(new EmbeddingKey(version, vertexId), vector);
        }
    }

    void coverage(int from, long version) {
        covered.computeIfAbsent(version, v -> new HashSet<>()).add(from);
    }

    void progress(int from, EventPositions positions) {
        progress[from] = positions;
        checkProgress(from);
    }

    // ---- the run

    /** Runs the whole scenario and checks it. */
    void run() {
        int slow = random.nextInt(3) == 0 ? random.nextInt(partitions.size()) : -1;
        double propagates = pick(0.05, 0.3, 0.9);
        double commits = pick(0.02, 0.1, 0.3);
        double crashes = scenario.crashes() ? pick(0.005, 0.02, 0.05) : 0;
        int firstModelAt =
                random.nextBoolean() ? 0 : random.nextInt(scenario.trace().size() + 1);
        int secondModelAt = frozen.size() == 2 ? random.nextInt(scenario.trace().size() * 2 + 1) : Integer.MAX_VALUE;
        int routed = 0;
        boolean ahead = true;
        int pause = 0;
        while (routed < scenario.trace().size() || random.nextInt(40) > 0) {
            step();
            if (random.nextInt(6) == 0) {
                ingest.maybeTick(partitions);
            }
            if (pause > 0) {
                pause--;
                checkProgress(random.nextInt(partitions.size()));
            } else if (random.nextInt(150) == 0) {
                // Long enough for some partitions to catch up, and for others not to.
                pause = random.nextInt(20, 60 * partitions.size());
            } else if (random.nextInt(4) == 0 && routed < scenario.trace().size()) {
                route(routed);
                ingest.routed(routed, scenario.trace().get(routed));
                routed++;
                if (random.nextInt(12) == 0) {
                    // Ingest was restarted: it sends a stretch again.
                    for (int i = Math.max(0, routed - random.nextInt(1, 6)); i < routed; i++) {
                        route(i);
                    }
                }
            }
            publish(routed >= firstModelAt, ahead && routed >= secondModelAt);
            var p = partitions.get(random.nextInt(partitions.size()));
            if (slow >= 0 && p == partitions.get(slow) && random.nextInt(5) > 0) {
                continue;
            }
            act(p, propagates, commits, crashes);
        }
        publish(true, false);
        for (int i = scenario.crashes() ? random.nextInt(60) : 0; i > 0; i--) {
            step();
            act(partitions.get(random.nextInt(partitions.size())), 0.3, 0.1, 0.08);
        }
        ingest.tickAll(partitions);
        drain(false);
        check();
        if (frozen.size() == 2) {
            switchVersions();
        }
    }

    private void publish(boolean first, boolean second) {
        if (first && published == 0) {
            published = 1;
        }
        if (second && published == 1) {
            published = 2;
        }
    }

    private void act(SimulatedPartition p, double propagates, double commits, double crashes) {
        for (int i = (int) pick(1, 1, 2, 5); i > 0; i--) {
            if (random.nextBoolean()) {
                p.stepUpdate();
            } else {
                p.stepHalo();
            }
        }
        if (random.nextDouble() < propagates) {
            p.task.propagate();
        }
        if (random.nextInt(10) == 0) {
            p.learnModels();
        }
        if (random.nextDouble() < commits) {
            p.commit();
        }
        if (random.nextDouble() < crashes) {
            if (random.nextInt(6) == 0) {
                p.commit();
            }
            p.crash(random.nextBoolean() ? published : random.nextInt(published + 1));
        }
    }

    /** A second version over a quiet graph: at the moment of its last coverage record it is exact. Then the first retires. */
    private void switchVersions() {
        published = 2;
        for (int i = random.nextInt(80); i > 0 && !complete(2); i--) {
            step();
            var p = partitions.get(random.nextInt(partitions.size()));
            p.stepHalo();
            if (random.nextInt(3) == 0) {
                p.learnModels();
            }
            if (random.nextBoolean()) {
                p.task.propagate();
            }
            if (random.nextInt(3) == 0) {
                p.commit();
            }
            if (scenario.crashes() && random.nextInt(12) == 0) {
                p.crash(random.nextInt(1, 3));
            }
        }
        drain(true);
        assertThat(complete(2)).as("coverage of version 2").isTrue();
        compareEmbeddings(2, reference());
        drain(false);
        check();
        published = 3;
        drain(false);
        check();
        assertThat(embeddings.keySet())
                .as("embeddings of the retired version")
                .noneMatch(key -> key.modelVersion() == 1);
        for (var p : partitions) {
            for (int u : p.task.halo().vertices()) {
                assertThat(p.task.halo().value(u, 1))
                        .as("halo value of the retired version")
                        .isNull();
            }
        }
    }

    private boolean complete(long version) {
        return covered.getOrDefault(version, Set.of()).size() == partitions.size();
    }

    private void drain(boolean untilSecondComplete) {
        while (!partitions.stream().allMatch(SimulatedPartition::drained)
                || partitions.stream().anyMatch(SimulatedPartition::learnModels)) {
            for (var p : partitions) {
                while (random.nextBoolean() ? p.stepUpdate() || p.stepHalo() : p.stepHalo() || p.stepUpdate()) {
                    step();
                    if (random.nextInt(5) == 0) {
                        break;
                    }
                }
                step();
                p.learnModels();
                if (random.nextInt(10) < 7) {
                    p.task.propagate();
                }
                if (random.nextInt(10) < 7) {
                    p.commit();
                }
                if (untilSecondComplete && complete(2)) {
                    return;
                }
            }
        }
    }

    private void route(int index) {
        var mutation = scenario.trace().get(index);
        String key = switch (mutation) {
            case GraphMutation.UpsertNode m -> m.id();
            case GraphMutation.PatchNode m -> m.id();
            case GraphMutation.RemoveNode m -> m.id();
            case GraphMutation.UpsertEdge m -> m.edge().target();
            case GraphMutation.RemoveEdge m -> m.edge().target();
            case GraphMutation.SetLabel m -> m.nodeId();
            case GraphMutation.RemoveLabel m -> m.nodeId();
        };
        partitions.get(ownership.ownerOf(key)).updates.add(new UpdateContent.Fact(mutation));
    }

    private void step() {
        if (++now > MAX_STEPS) {
            throw new AssertionError("No end after %d steps: the partitions keep each other busy.".formatted(now));
        }
    }

    private double pick(double... of) {
        return of[random.nextInt(of.length)];
    }

    // ---- the verdict

    private ReferenceGraph reference() {
        var logs = partitions.stream()
                .map(p -> p.updates.stream().map(Simulation::entry).toList())
                .toList();
        return ReferenceGraph.ofLogs(logs, ReferenceGraph.ANY_LATENESS);
    }

    private static ReferenceGraph.Entry entry(UpdateContent update) {
        return switch (update) {
            case UpdateContent.Fact(var mutation) -> new ReferenceGraph.Fact(mutation);
            case UpdateContent.Clock(var tick) -> new ReferenceGraph.Clock(tick.timeMs());
        };
    }

    /** Whoever says that its embeddings reflect every event is held to it, whatever the others have still to do. */
    private void checkProgress(int p) {
        if (!progress[p].covers(ingest.end())) {
            return;
        }
        var reference = reference();
        for (var model : timeline.get(published).live()) {
            if (complete(model.version())) {
                compareEmbeddings((int) model.version(), reference, id -> ownership.ownerOf(id) == p);
                progressChecks++;
            }
        }
    }

    private void check() {
        for (var positions : progress) {
            assertThat(positions).as("progress").isEqualTo(ingest.end());
        }
        var reference = reference();
        checkGraph(reference);
        checkSubscriptions();
        for (var model : timeline.get(published).live()) {
            checkHalo(model);
            compareEmbeddings((int) model.version(), reference);
            assertThat(complete(model.version()))
                    .as("coverage of version %d", model.version())
                    .isTrue();
        }
    }

    private void checkGraph(ReferenceGraph reference) {
        Map<String, Integer> expected = new HashMap<>();
        for (EdgeId edge : reference.edges().keySet()) {
            expected.merge(edge(edge.source(), edge.target(), reference.edges().get(edge)), 1, Integer::sum);
        }
        Map<String, Integer> held = new HashMap<>();
        for (var p : partitions) {
            var graph = p.task.graph();
            for (int v = 0; v < graph.vertexCapacity(); v++) {
                for (int e = 0; e < graph.inDegree(v); e++) {
                    String source = graph.vertexId(graph.inSource(v, e));
                    held.merge(edge(source, graph.vertexId(v), graph.inWeight(v, e)), 1, Integer::sum);
                }
            }
        }
        assertThat(held).as("live edges").isEqualTo(expected);
    }

    private static String edge(String source, String target, float weight) {
        return source + "->" + target + " " + weight;
    }

    private void checkSubscriptions() {
        var wanted = new TreeSet<String>();
        var subscribed = new TreeSet<String>();
        for (int p = 0; p < partitions.size(); p++) {
            var task = partitions.get(p).task;
            int here = p;
            task.graph().forEachWanted(u -> wanted.add(task.graph().vertexId(u) + " by " + here));
            for (int u : task.subscribers().vertices()) {
                var bits = task.subscribers().of(u);
                for (int q = 0; q < partitions.size(); q++) {
                    if (bits != null && bits.get(q)) {
                        subscribed.add(task.graph().vertexId(u) + " by " + q);
                    }
                }
            }
            assertThat(task.halo().vertices())
                    .as("halo entries of partition %d", p)
                    .satisfies(all -> assertThat(java.util.Arrays.stream(all)
                                    .allMatch(u -> task.graph().wanted(u)))
                            .isTrue());
        }
        assertThat(subscribed).as("subscriptions").isEqualTo(wanted);
    }

    private void checkHalo(FrozenModel model) {
        for (var p : partitions) {
            for (int u : p.task.halo().vertices()) {
                String id = p.task.graph().vertexId(u);
                var owner = partitions.get(ownership.ownerOf(id)).task;
                var engine = requireNonNull(owner.engine(model.version()));
                int v = owner.graph().ordinalOf(id);
                var value = p.task.halo().value(u, model.version());
                if (value == null) {
                    throw new AssertionError("Partition never got the value of %s.".formatted(id));
                }
                if (model.inDegreeMatters()) {
                    assertThat(value.inDegree())
                            .as("in-degree of %s", id)
                            .isEqualTo(owner.graph().inDegree(v));
                }
                var payload = engine.payload(v);
                for (int l = 0; l < model.layers(); l++) {
                    double error = difference(value.layers().row(l), widen(payload.row(l)));
                    assertThat(error)
                            .as("halo value of %s, layer %d", id, l)
                            .isLessThanOrEqualTo(scenario.crashes() && l > 0 ? RESTART_TOLERANCE : 0);
                }
            }
        }
    }

    private void compareEmbeddings(int version, ReferenceGraph reference) {
        compareEmbeddings(version, reference, id -> true);
    }

    private void compareEmbeddings(int version, ReferenceGraph reference, Predicate<String> which) {
        var expected = new NaiveForward(scenario.models().get(version - 1), reference).embeddings();
        var keys = embeddings.keySet().stream()
                .filter(key -> key.modelVersion() == version)
                .map(EmbeddingKey::vertexId)
                .filter(which)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(keys)
                .as("vertices with embeddings, version %d", version)
                .isEqualTo(reference.vertices().stream().filter(which).collect(Collectors.toSet()));
        int here = 0;
        for (String v : keys) {
            double error = difference(
                    requireNonNull(embeddings.get(new EmbeddingKey(version, v))), requireNonNull(expected.get(v)));
            worstError = Math.max(worstError, error);
            assertThat(error).as("error of %s, version %d", v, version).isLessThanOrEqualTo(TOLERANCE);
            here++;
        }
        assertThat(here).isEqualTo(keys.size());
        compared += here;
    }

    private static double difference(float[] a, double[] b) {
        assertThat(a).hasSameSizeAs(b);
        double scale = 1;
        double difference = 0;
        for (int i = 0; i < a.length; i++) {
            scale = Math.max(scale, 1 + Math.abs(b[i]));
            difference = Math.max(difference, Math.abs(a[i] - b[i]));
        }
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference / scale;
    }

    private static double[] widen(float[] row) {
        double[] wide = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            wide[i] = row[i];
        }
        return wide;
    }

    double worstError() {
        return worstError;
    }

    /** How often a partition was found to reflect everything, in the midst of things. */
    int progressChecks() {
        return progressChecks;
    }

    int embeddingsCompared() {
        return compared;
    }
}
