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
 * Many partition tasks in memory, the logs between them, and a {@link Schedule} that an adversary has drawn. Afterwards everything is
 * compared with a graph and a forward pass that share no code with the tasks.
 */
final class Simulation {
    private static final int MAX_STEPS = 400_000;
    private static final long SECOND = 2;

    /** Places of the timeline: so many changes of the models have been published. */
    private static final int FIRST = 1;

    private static final int SWITCHED = 2;
    private static final int RETIRED = 3;

    private final Scenario scenario;
    private final Sightings sightings;
    /** Of all that is no part of the schedule: how partitions are set up, and how they come to rest. */
    private final SplittableRandom random;

    private final List<FrozenModel> frozen = new ArrayList<>();
    private final List<LiveModels> timeline = new ArrayList<>();
    private final List<SimulatedPartition> partitions = new ArrayList<>();
    private final EmbeddingsTopic embeddings;
    private final SimulatedIngest ingest;
    private final EventPositions[] progress;
    private int progressChecks;
    /** A snapshot has come in the midst of the events, and not all has been read since. */
    private boolean unsettledSnapshot;

    private final HaloLog haloLog = new HaloLog(this);
    private final Verdict verdict;
    /** What dead instances may still say, in order. */
    private final List<SimulatedPartition.Sent> zombies = new ArrayList<>();

    private boolean zombieSpeaks;
    private boolean switching;
    private long nonces;
    private int published;
    private long now;

    Simulation(Scenario scenario, Sightings sightings) {
        this.scenario = scenario;
        this.sightings = sightings;
        random = new SplittableRandom(scenario.seed() + 1);
        ingest = new SimulatedIngest(scenario.partitions());
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

    /** Plays the scenario's schedule and checks what comes of it. */
    void run() {
        var schedule = scenario.schedule();
        (schedule == null ? Schedule.draw(scenario) : schedule).forEach(this::play);
        settle();
        if (published == RETIRED) {
            checkRetired();
        }
    }

    private void play(Action action) {
        step();
        int number = action.number();
        switch (action.kind()) {
            case ROUTE -> {
                route(number);
                ingest.routed(number, scenario.trace().get(number));
            }
            case ROUTE_AGAIN -> {
                saw(Sight.DUPLICATE);
                route(number);
            }
            case IMPORT -> importSnapshot(number, action.seed());
            case TICK -> ingest.tick(number, partitions);
            case RECOMPUTE ->
                recompute(number < 0 ? "nobody" : key(scenario.trace().get(number)));
            case PUBLISH -> published = Math.max(published, number);
            case CHECK -> checkProgress(number);
            case ZOMBIE -> raiseTheDead();
            case SWITCH -> {
                settle();
                published = Math.max(published, SWITCHED);
                switching = true;
            }
            case RETIRE -> retire();
            case UPDATE, HALO, PROPAGATE, LEARN, COMMIT, TELL, LEAK, CRASH -> {
                // At the moment of its last coverage record, a version is exact.
                if (!switching || !embeddings.complete(SECOND)) {
                    play(action, partitions.get(number));
                }
            }
        }
    }

    private void play(Action action, SimulatedPartition p) {
        var chance = new SplittableRandom(action.seed());
        switch (action.kind()) {
            case UPDATE -> p.stepUpdate();
            case HALO -> p.stepHalo();
            case PROPAGATE -> p.task.propagate();
            case LEARN -> p.learnModels();
            case COMMIT -> p.commit();
            case TELL -> p.tellOfCommit();
            case LEAK -> p.leak(chance);
            case CRASH -> p.crash(chance.nextBoolean() ? published : chance.nextInt(published + 1), chance);
            default -> throw new IllegalArgumentException(action.toString());
        }
        if (action.kind() != Action.Kind.UPDATE && action.kind() != Action.Kind.HALO) {
            verdict.checkStep(p);
        }
    }

    /** All is read, and everything agrees. */
    private void settle() {
        ingest.tickAll(partitions);
        published = Math.max(published, FIRST);
        drain(false);
        unsettledSnapshot = false;
        check();
    }

    private void retire() {
        if (!switching) {
            // What is left of a schedule has no second version.
            return;
        }
        drain(true);
        assertThat(embeddings.complete(SECOND)).as("coverage of version 2").isTrue();
        verdict.compareEmbeddings(SECOND, reference());
        switching = false;
        drain(false);
        check();
        published = RETIRED;
    }

    private void checkRetired() {
        assertThat(embeddings.of(1)).as("embeddings of the retired version").isEmpty();
        for (var p : partitions) {
            for (int u : p.task.halo().vertices()) {
                assertThat(p.task.halo().value(u, 1))
                        .as("halo value of the retired version")
                        .isNull();
            }
        }
    }

    void publishAll() {
        published = timeline.size() - 1;
    }

    /** Positions in the events say nothing of it until events follow it in every log, or all comes to rest. */
    private void importSnapshot(int events, long seed) {
        var records = SimulatedSnapshot.records(
                scenario.trace().subList(0, events), scenario.partitions(), scenario.featureDimension(), seed);
        for (int p = 0; p < records.size(); p++) {
            partitions.get(p).updates.addAll(records.get(p));
        }
        unsettledSnapshot = !ingest.end().equals(EventPositions.none(scenario.partitions()));
    }

    private void recompute(String vertexId) {
        saw(Sight.RECOMPUTE);
        partitions.get(scenario.ownerOf(vertexId)).updates.add(new UpdateContent.Recompute(vertexId));
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
                if (untilSecondComplete && embeddings.complete(SECOND)) {
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
        int owner = scenario.ownerOf(key(mutation));
        partitions.get(owner).updates.add(new UpdateContent.Fact(mutation));
        String source = source(mutation);
        if (scenario.histories() && source != null && scenario.ownerOf(source) != owner) {
            partitions.get(scenario.ownerOf(source)).updates.add(new UpdateContent.SourceStep(mutation));
        }
    }

    private static @Nullable String source(GraphMutation mutation) {
        return switch (mutation) {
            case GraphMutation.UpsertEdge m -> m.edge().source();
            case GraphMutation.EraseEdge m -> m.edge().source();
            default -> null;
        };
    }

    private static String key(GraphMutation mutation) {
        return switch (mutation) {
            case GraphMutation.UpsertNode m -> m.id();
            case GraphMutation.PatchNode m -> m.id();
            case GraphMutation.RemoveNode m -> m.id();
            case GraphMutation.UpsertEdge m -> m.edge().target();
            case GraphMutation.RemoveEdge m -> m.edge().target();
            case GraphMutation.EraseEdge m -> m.edge().target();
            case GraphMutation.SetLabel m -> m.nodeId();
            case GraphMutation.RemoveLabel m -> m.nodeId();
        };
    }

    private void step() {
        if (++now > MAX_STEPS) {
            throw new AssertionError("No end after %d steps: the partitions keep each other busy.".formatted(now));
        }
    }

    SimulatedPartition partition(int p) {
        return partitions.get(p);
    }

    // ---- the verdict

    private ReferenceGraph reference() {
        var logs = partitions.stream()
                .map(p -> p.updates.stream()
                        .filter(update -> !(update instanceof UpdateContent.Recompute))
                        .map(Simulation::entry)
                        .toList())
                .toList();
        return ReferenceGraph.ofLogs(logs, scenario.lateness(), (a, b) -> scenario.ownerOf(a) == scenario.ownerOf(b));
    }

    private static ReferenceGraph.Entry entry(UpdateContent update) {
        return switch (update) {
            case UpdateContent.Fact(var mutation) -> new ReferenceGraph.Fact(mutation);
            case UpdateContent.SourceStep(var mutation) -> new ReferenceGraph.SourceStep(mutation);
            case UpdateContent.Clock(var tick) -> new ReferenceGraph.Clock(tick.timeMs());
            case UpdateContent.Snapshot snapshot -> SimulatedSnapshot.entry(snapshot);
            case UpdateContent.Recompute(var vertexId) ->
                throw new IllegalArgumentException("(%s) is asked for, which is no fact.".formatted(vertexId));
        };
    }

    /** Whoever says that its embeddings reflect every event is held to it, whatever the others have still to do. */
    private void checkProgress(int p) {
        if (unsettledSnapshot
                || ingest.end().equals(EventPositions.none(scenario.partitions()))
                || !progress[p].covers(ingest.end())) {
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
        for (var model : timeline.get(published).live()) {
            var spec = scenario.models().get((int) model.version() - 1).getSpec();
            Sight.of(spec).forEach(this::saw);
        }
        partitions.forEach(SimulatedPartition::reportHistories);
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
