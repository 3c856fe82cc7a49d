package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.testkit.ReferenceGraph;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.InvalidModelException;
import io.anabranch.stream.wire.UpdateContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Many partition tasks in memory, the logs between them, and a seeded adversary that decides who reads what when, who commits, who
 * dies, what is left of it, and how late each learns of the models. Afterwards everything is compared with a graph and a forward pass that
 * share no code with the tasks.
 */
final class Simulation {
    private static final int MAX_STEPS = 200_000;

    private final Scenario scenario;
    private final Sightings sightings;
    private final SplittableRandom random;
    private final List<FrozenModel> frozen = new ArrayList<>();
    private final List<LiveModels> timeline = new ArrayList<>();
    private final List<SimulatedPartition> partitions = new ArrayList<>();
    private final EmbeddingsTopic embeddings;
    private final SimulatedIngest ingest;
    private final EventPositions[] progress;
    private int progressChecks;
    private final HaloLog haloLog = new HaloLog(this);
    private final Verdict verdict;
    /** What dead instances may still say, in order. */
    private final List<SimulatedPartition.Sent> zombies = new ArrayList<>();

    private boolean zombieSpeaks;
    private long nonces;
    private int published;
    private long now;

    Simulation(Scenario scenario, Sightings sightings) {
        this.scenario = scenario;
        this.sightings = sightings;
        random = new SplittableRandom(scenario.seed());
        ingest = new SimulatedIngest(scenario.partitions(), random);
        progress = new EventPositions[scenario.partitions()];
        Arrays.fill(progress, EventPositions.none(scenario.partitions()));
        embeddings = new EmbeddingsTopic(this, scenario.partitions());
        verdict = new Verdict(scenario, partitions, embeddings);
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
        for (int p = 0; p < scenario.partitions(); p++) {
            partitions.add(new SimulatedPartition(this, p, scenario, random));
        }
    }

    // ---- what partitions see

    Set<Fault> faults() {
        return scenario.faults();
    }

    long now() {
        return now;
    }

    long nonce() {
        return ++nonces;
    }

    LiveModels models(int upTo) {
        return timeline.get(upTo);
    }

    int modelsPublished() {
        return published;
    }

    void deliver(int toPartition, HaloEnvelope envelope) {
        haloLog.check(toPartition, envelope, !zombieSpeaks);
        partitions.get(toPartition).halo.add(envelope);
    }

    void embedding(int from, long version, String vertexId, float @Nullable [] vector, Freshness freshness) {
        assertThat(scenario.ownerOf(vertexId)).isEqualTo(from);
        assertThat(freshness.position())
                .isBetween(0L, (long) partitions.get(from).updates.size());
        assertThat(freshness.acceptedTimeMs()).isLessThanOrEqualTo(now);
        embeddings.put(version, vertexId, vector);
    }

    void coverage(int from, long version) {
        embeddings.cover(from, version);
    }

    void progress(int from, EventPositions positions) {
        progress[from] = positions;
        checkProgress(from);
    }

    /** A task has died and is about to begin anew. */
    void reborn(int partition) {
        if (scenario.mode().atLeastOnce()) {
            embeddings.uncover(partition);
        }
    }

    boolean everythingCovered() {
        return timeline.get(published).live().stream().allMatch(model -> embeddings.complete(model.version()));
    }

    void saw(Sight sight) {
        sightings.saw(sight);
    }

    /** A dead instance sent this and nobody has seen it yet. */
    void zombie(SimulatedPartition.Sent sent) {
        zombies.add(sent);
    }

    // ---- the run

    /** Runs the whole scenario and checks it. */
    void run() {
        int slow = random.nextInt(3) == 0 ? random.nextInt(partitions.size()) : -1;
        double propagates = pick(0.05, 0.3, 0.9);
        double commits = pick(0.02, 0.1, 0.3);
        double crashes = crashes() ? pick(0.005, 0.02, 0.05) : 0;
        int firstModelAt =
                random.nextBoolean() ? 0 : random.nextInt(scenario.trace().size() + 1);
        int secondModelAt = frozen.size() == 2 ? random.nextInt(scenario.trace().size() * 2 + 1) : Integer.MAX_VALUE;
        int routed = 0;
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
                    saw(Sight.DUPLICATE);
                    for (int i = Math.max(0, routed - random.nextInt(1, 6)); i < routed; i++) {
                        route(i);
                    }
                }
            }
            publish(routed >= firstModelAt, routed >= secondModelAt);
            var p = partitions.get(random.nextInt(partitions.size()));
            if (slow >= 0 && p == partitions.get(slow) && random.nextInt(5) > 0) {
                continue;
            }
            act(p, propagates, commits, crashes);
            if (random.nextInt(10) == 0) {
                raiseTheDead();
            }
        }
        ingest.tickAll(partitions);
        publish(true, false);
        for (int i = crashes() ? random.nextInt(60) : 0; i > 0; i--) {
            step();
            act(partitions.get(random.nextInt(partitions.size())), 0.3, 0.1, 0.08);
        }
        drain(false);
        check();
        if (frozen.size() == 2) {
            switchVersions();
        }
    }

    private boolean crashes() {
        return scenario.mode() != CrashMode.NONE;
    }

    void publishAll() {
        published = timeline.size() - 1;
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
        verdict.checkStep(p);
        if (random.nextDouble() < commits) {
            p.commit();
        }
        if (random.nextInt(6) == 0) {
            p.tellOfCommit();
        }
        if (random.nextInt(3) == 0) {
            p.leak(random);
        }
        if (random.nextDouble() < crashes) {
            if (random.nextInt(6) == 0) {
                p.commit();
            }
            p.crash(random.nextBoolean() ? published : random.nextInt(published + 1), random);
        }
    }

    /** A second version over a quiet graph: at the moment of its last coverage record it is exact. Then the first retires. */
    private void switchVersions() {
        published = 2;
        for (int i = random.nextInt(80); i > 0 && !embeddings.complete(2); i--) {
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
            if (crashes() && random.nextInt(12) == 0) {
                p.crash(random.nextInt(1, 3), random);
            }
        }
        drain(true);
        assertThat(embeddings.complete(2)).as("coverage of version 2").isTrue();
        verdict.compareEmbeddings(2, reference());
        drain(false);
        check();
        published = 3;
        if (crashes() && random.nextBoolean()) {
            partitions.get(random.nextInt(partitions.size())).crash(3, random);
        }
        drain(false);
        check();
        assertThat(embeddings.of(1)).as("embeddings of the retired version").isEmpty();
        for (var p : partitions) {
            for (int u : p.task.halo().vertices()) {
                assertThat(p.task.halo().value(u, 1))
                        .as("halo value of the retired version")
                        .isNull();
            }
        }
    }

    void drain(boolean untilSecondComplete) {
        if (scenario.mode().atLeastOnce()) {
            // What a dead life had read is not taken for read; the next clock says it again.
            ingest.tickAgain(partitions);
        }
        do {
            while (!zombies.isEmpty()) {
                raiseTheDead();
            }
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
                if (untilSecondComplete && embeddings.complete(2)) {
                    return;
                }
            }
        } while (!partitions.stream().allMatch(SimulatedPartition::drained)
                || partitions.stream().anyMatch(SimulatedPartition::learnModels));
    }

    private void raiseTheDead() {
        if (!zombies.isEmpty()) {
            saw(Sight.ZOMBIE);
            zombieSpeaks = true;
            zombies.removeFirst().delivery().run();
            zombieSpeaks = false;
        }
    }

    void route(int index) {
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
        partitions.get(scenario.ownerOf(key)).updates.add(new UpdateContent.Fact(mutation));
    }

    private void step() {
        if (++now > MAX_STEPS) {
            throw new AssertionError("No end after %d steps: the partitions keep each other busy.".formatted(now));
        }
    }

    private double pick(double... of) {
        return of[random.nextInt(of.length)];
    }

    SimulatedPartition partition(int p) {
        return partitions.get(p);
    }

    // ---- the verdict

    private ReferenceGraph reference() {
        var logs = partitions.stream()
                .map(p -> p.updates.stream().map(Simulation::entry).toList())
                .toList();
        return ReferenceGraph.ofLogs(logs, scenario.lateness());
    }

    private static ReferenceGraph.Entry entry(UpdateContent update) {
        return switch (update) {
            case UpdateContent.Fact(var mutation) -> new ReferenceGraph.Fact(mutation);
            case UpdateContent.Clock(var tick) -> new ReferenceGraph.Clock(tick.timeMs());
            case UpdateContent.Recompute(var vertexId) ->
                throw new IllegalStateException("No scenario asks for (%s).".formatted(vertexId));
        };
    }

    /** Whoever says that its embeddings reflect every event is held to it, whatever the others have still to do. */
    private void checkProgress(int p) {
        if (!progress[p].covers(ingest.end())) {
            return;
        }
        var reference = reference();
        for (var model : timeline.get(published).live()) {
            if (embeddings.complete(model.version())) {
                verdict.compareEmbeddings(model.version(), reference, id -> scenario.ownerOf(id) == p);
                progressChecks++;
            }
        }
    }

    void check() {
        for (var positions : progress) {
            assertThat(positions).as("progress").isEqualTo(ingest.end());
        }
        verdict.check(timeline.get(published), reference());
        for (var p : partitions) {
            var graph = p.task.graph();
            for (int v = 0; v < graph.vertexCapacity(); v++) {
                if (graph.inDegree(v) + graph.outCount(v) > 10) {
                    saw(Sight.HUB);
                }
            }
        }
        // Once nothing is pending, two commits later no mark of a gone vertex is left.
        for (var p : partitions) {
            for (int commit = 0; commit < 4; commit++) {
                p.commit();
            }
            assertThat(p.state().marks())
                    .as("marks of gone vertices are forgotten")
                    .doesNotContain(PublishedMark.GONE);
        }
    }

    double worstError() {
        return verdict.worstError();
    }

    /** How often a partition was found to reflect everything, in the midst of things. */
    int progressChecks() {
        return progressChecks;
    }

    int embeddingsCompared() {
        return verdict.embeddingsCompared();
    }
}
