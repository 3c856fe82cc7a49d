package io.anabranch.stream.propagation;

import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.PartitionGraph;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One partition: its graph, its halo, an engine per live model version, and the protocol with the other partitions.
 *
 * <p>Records change registers at once, and with them go SUBSCRIBE and UNSUBSCRIBE, in the transaction of the record. Values follow in
 * batches ({@link #propagate()}), which may run after a commit. What a new life does about it depends on the {@link Guarantee}, see {@link
 * Restart}.
 *
 * <p>Life: {@link #open}, {@link #begin} once, then records, {@link #models} and {@link #propagate} in any order. Single-threaded and
 * deterministic.
 */
public final class PartitionTask {
    private final PartitionConfig config;
    private final Set<Fault> faults;
    private final PartitionGraph graph;
    private final LogClock clock;
    private final HaloTable halo;
    private final Subscribers subscribers;
    private final FreshnessTracker freshness;
    private final TaskLedger ledger;
    private final Outbox outbox;
    private final Emissions emissions;
    private final Subscriptions subscriptions;
    private final Obligations obligations;
    private final Assertions assertions;
    private final HistoryCheckpoints checkpoints;
    private final Versions versions;
    private final Levels levels;
    private final Progress progress;
    private final Batch batch;
    private final UpdateIntake updateIntake;
    private final HaloIntake haloIntake;
    private final Epochs epochs;
    private final Newcomers newcomers;
    private final Commits commits;
    private final Restart restart;

    private LiveModels known = LiveModels.NONE;
    private boolean begun;
    /** Next offset of the updates topic. */
    private long position;

    private long updates;
    private long haloReceived;

    /** @param nonce a random number, other than those of all lives before */
    PartitionTask(
            PartitionConfig config,
            PartitionState state,
            PartitionOutput output,
            long nonce,
            EngineTuning tuning,
            Set<Fault> faults) {
        this.config = config;
        this.faults = faults;
        var ownership = config.ownership();
        graph = PartitionGraph.open(
                ownership, config.featureDimension(), state, config.burialLimit(), config.histories());
        clock = new LogClock(
                state,
                config.latenessMs(),
                config.guarantee() == Guarantee.AT_LEAST_ONCE && !faults.contains(Fault.CLOCK_NOT_BY_OFFSET));
        halo = new HaloTable(graph, state);
        subscribers = new Subscribers(graph, state);
        var publications = new Publications(graph, state, faults);
        freshness = new FreshnessTracker(state);
        ledger = new TaskLedger(state);
        epochs = new Epochs(ledger, config, nonce, faults);
        outbox = new Outbox(config, output, epochs, freshness);
        var served = new ServedCopies();
        emissions = new Emissions(graph, subscribers, publications, freshness, outbox, served, faults);
        subscriptions = new Subscriptions(ownership, graph, halo, subscribers, served, epochs, outbox, faults);
        obligations = new Obligations(graph, subscribers, publications, emissions, config.guarantee(), faults);
        assertions = new Assertions(config.assertionMode(), graph);
        var coverage = new Coverage(ownership.partitions(), ownership.partition());
        var peerClocks = new PeerClocks(ownership.partitions(), ownership.partition());
        commits = new Commits(graph, publications, ledger, clock, peerClocks, outbox, faults);
        checkpoints = new HistoryCheckpoints(state);
        versions = new Versions(
                graph,
                checkpoints,
                halo,
                obligations,
                emissions,
                coverage,
                assertions,
                ledger,
                commits,
                config.guarantee(),
                tuning,
                faults);
        levels = new Levels(coverage, versions, emissions, outbox, faults);
        batch = new Batch(
                graph, subscriptions, versions, obligations, assertions, freshness, ledger, config.burialLimit());
        updateIntake = new UpdateIntake(graph, clock, obligations, batch);
        progress = new Progress(
                new Frontier(ownership.partitions(), ownership.partition()),
                versions,
                ledger,
                emissions,
                outbox,
                config.guarantee(),
                faults);
        newcomers = new Newcomers(levels, progress, emissions, faults);
        haloIntake = new HaloIntake(
                graph,
                halo,
                subscriptions,
                obligations,
                subscribers,
                peerClocks,
                versions,
                levels,
                progress,
                batch,
                newcomers,
                faults);
        restart = new Restart(graph, subscriptions, obligations, versions, batch, ledger, epochs, outbox, faults);
        restore(state, publications);
    }

    /** Rebuilds the partition from its state. Sends nothing. */
    public static PartitionTask open(PartitionConfig config, PartitionState state, PartitionOutput output) {
        return new PartitionTask(
                config, state, output, ThreadLocalRandom.current().nextLong(), EngineTuning.of(config), Set.of());
    }

    private void restore(PartitionState state, Publications publications) {
        state.restore(new PartitionState.RestoreVisitor() {
            @Override
            public void fact(FactJournal.Fact fact) {
                graph.restore(fact);
            }

            @Override
            public void haloEntry(String vertexId, HaloEntry entry) {
                int u = graph.intern(vertexId);
                halo.restore(u, entry);
                if (entry.deleteTime() > HaloEntry.NEVER_DELETED) {
                    graph.raiseDeleteTime(u, entry.deleteTime());
                }
            }

            @Override
            public void subscriber(String vertexId, int partition, long epoch) {
                subscriptions.restore(graph.intern(vertexId), partition, epoch);
            }

            @Override
            public void published(String vertexId, PublishedMark mark) {
                publications.restore(graph.intern(vertexId), mark);
            }

            @Override
            public void history(long modelVersion, String vertexId, HistoryCheckpoint checkpoint) {
                checkpoints.restore(modelVersion, vertexId, checkpoint);
            }

            @Override
            public void clock(long offset, long time) {
                clock.restore(offset, time);
            }

            @Override
            public void meta(String name, long value) {
                clock.restore(name, value);
                ledger.restore(name, value);
                freshness.restore(name, value);
            }
        });
        graph.advance(clock.finishRestore(graph.latestRestored()));
        graph.finishRestore();
        epochs.restored();
    }

    /**
     * Starts a new life: asks peers for marks, starts the engines, and emits what no earlier life has emitted. Under at-least-once most of
     * it waits for a record that this call sends to the task's own partition.
     *
     * @throws IllegalStateException if called twice
     */
    public void begin(LiveModels models) {
        if (begun) {
            throw new IllegalStateException("The task of partition (%d) has begun already."
                    .formatted(config.ownership().partition()));
        }
        begun = true;
        known = models;
        switch (config.guarantee()) {
            case EXACTLY_ONCE -> {
                restart.fromOneCommit(models);
                lifeBegun();
            }
            case AT_LEAST_ONCE -> restart.askForEpoch();
        }
    }

    /** Takes up versions that became live and drops those that were retired. */
    public void models(LiveModels models) {
        requireBegun();
        known = models;
        if (!epochs.known()) {
            return;
        }
        if (batch.isOpen()) {
            propagate();
        }
        versions.retire(models.retired());
        versions.start(models, true);
        versionsChanged();
    }

    /**
     * One record of the updates topic.
     *
     * @return whether the update was taken; false: it is too late
     * @throws IllegalArgumentException if this partition doesn't own the node, or the edge's target
     */
    public boolean onUpdate(GraphMutation mutation, PartitionInput input) {
        requireBegun();
        updates++;
        assertions.input(mutation);
        reach(input);
        boolean taken = updateIntake.take(mutation, input);
        runIfFull();
        return taken;
    }

    /**
     * One record of the updates topic that holds an edge event of which this partition owns the source and not the target: a step of the source's
     * history.
     *
     * @return whether the step was taken; false: it is too late
     * @throws IllegalArgumentException if this partition doesn't own the edge's source, or it is no edge event
     */
    public boolean onSourceStep(GraphMutation mutation, PartitionInput input) {
        requireBegun();
        updates++;
        assertions.input("step of the source " + mutation);
        reach(input);
        boolean taken = updateIntake.takeSourceStep(mutation, input);
        runIfFull();
        return taken;
    }

    /**
     * One record of the updates topic that holds registers of a snapshot. They are merged: what is later wins, and at equal times what is here
     * stays. None is late, and the clock stays where it is.
     *
     * @param latestMs the latest time of any of them; {@code Long.MIN_VALUE} if there is none
     * @param expiredToMs event time by which edges had expired where they come from; {@code Long.MIN_VALUE} if none had
     * @throws IllegalArgumentException if this partition doesn't own a node or an edge's target
     */
    public void onSnapshot(List<FactJournal.Fact> registers, long latestMs, long expiredToMs, PartitionInput input) {
        requireBegun();
        updates += registers.size();
        assertions.input("%d registers of a snapshot".formatted(registers.size()));
        reach(input);
        updateIntake.take(registers, latestMs, expiredToMs, input);
        runIfFull();
    }

    /** One record of the updates topic that says how far the ingest of a partition of the events topic has come. */
    public void onClock(ClockTick tick, PartitionInput input) {
        requireBegun();
        assertions.input(tick);
        reach(input);
        updateIntake.take(tick, input);
        progress.clock(tick);
    }

    /**
     * One record of the updates topic that asks for a vertex to be computed from scratch at every layer of every live version, and for its
     * values and its embedding (the tombstone, if there is no such vertex) to be sent whether or not they changed.
     *
     * @throws IllegalArgumentException if this partition doesn't own the vertex
     */
    public void onRecompute(String vertexId, PartitionInput input) {
        requireBegun();
        if (!config.ownership().owns(vertexId)) {
            throw new IllegalArgumentException("The partition (%d) does not own the vertex (%s)."
                    .formatted(config.ownership().partition(), vertexId));
        }
        updates++;
        assertions.input("recompute " + vertexId);
        freshness.reach(input.position());
        updateIntake.recompute(vertexId, input);
        runIfFull();
    }

    /** One record of the halo topic, addressed to this partition. */
    public void onHalo(HaloEnvelope envelope, PartitionInput input) {
        requireBegun();
        haloReceived++;
        assertions.input(envelope);
        reach(input);
        if (envelope.message() instanceof HaloMessage.Hello hello) {
            if (envelope.from() == config.ownership().partition() && epochs.found(hello, input.haloOffset())) {
                restart.fromAnyPrefix(known);
                lifeBegun();
            }
            return;
        }
        var incarnation = epochs.see(envelope.from(), envelope.epoch());
        if (incarnation == Epochs.Incarnation.NEW) {
            progress.renewed(envelope.from());
        }
        if (incarnation != Epochs.Incarnation.DEAD || faults.contains(Fault.EPOCHS_IGNORED)) {
            haloIntake.take(envelope);
            runIfFull();
        }
    }

    /**
     * A commit has succeeded that covers at least everything that this task had read, stored and sent when this was called the last time. To be
     * called before anything else happens after the commit; a commit that nobody is told of does no harm.
     */
    public void committed() {
        requireBegun();
        if (epochs.known()) {
            commits.committed(position, !pending());
        }
    }

    private void reach(PartitionInput input) {
        position = Math.max(position, input.position());
        freshness.reach(input.position());
    }

    private void runIfFull() {
        if (batch.records() >= config.maxBatch()) {
            propagate();
        }
    }

    /** Whether {@link #propagate()} has something to do. */
    public boolean pending() {
        return epochs.known() && (batch.isOpen() || levels.pending() || progress.pending() || !emissions.isEmpty());
    }

    /**
     * Runs the batch: brings every engine up to the registers, and sends what changed, at most about {@link
     * PartitionConfig#emissionLimit()} records of it; then {@link #pending()} remains. Cheap when nothing is pending.
     */
    public void propagate() {
        requireBegun();
        if (!epochs.known()) {
            return;
        }
        if (batch.isOpen()) {
            batch.run();
            newcomers.batchHasRun();
        }
        if (!batch.isOpen() && (levels.pending() || faults.contains(Fault.NO_MARKS))) {
            levels.raise();
        }
        if (!batch.isOpen() && progress.pending()) {
            progress.raise();
        }
        emit();
        if (!pending()) {
            commits.idle();
        }
    }

    /** Sends a slice; until all is sent, a next life has to assume that nothing was. */
    private void emit() {
        emissions.send(config.emissionLimit());
        ledger.pending(batch.isOpen() || !emissions.isEmpty());
    }

    private void lifeBegun() {
        progress.begin();
        versionsChanged();
    }

    /** To be called after every change of the live versions. */
    private void versionsChanged() {
        freshness.depth(versions.depth());
        levels.versionsChanged();
        if (!batch.isOpen()) {
            levels.raise();
        }
        progress.versionsChanged();
        emit();
    }

    /** The greatest event time of the updates read so far; {@code Long.MIN_VALUE} if there was none. */
    public long clock() {
        return clock.time();
    }

    public PartitionMetrics metrics() {
        return new PartitionMetrics(
                updates,
                haloReceived,
                outbox.haloSent(),
                outbox.embeddingsSent(),
                batch.runs(),
                graph.edgeCount(),
                halo.size(),
                subscribers.size(),
                versions.engines().stream().mapToLong(Engine::rowAdds).sum(),
                versions.engines().stream().mapToLong(Engine::resums).sum(),
                graph.stepCount(),
                histories(HistoryStates::advanced),
                histories(HistoryStates::undone),
                histories(HistoryStates::restarts),
                degreesOfFreedom(),
                assertions.compared(),
                assertions.worst());
    }

    private long histories(ToLongFunction<HistoryStates> count) {
        long sum = 0;
        for (var engine : versions.engines()) {
            var histories = engine.histories();
            sum += histories == null ? 0 : count.applyAsLong(histories);
        }
        return sum;
    }

    private double degreesOfFreedom() {
        double newest = 0;
        for (var engine : versions.engines()) {
            var histories = engine.histories();
            newest = histories == null ? newest : histories.degreesOfFreedom();
        }
        return newest;
    }

    private void requireBegun() {
        if (!begun) {
            throw new IllegalStateException("The task of partition (%d) has not begun."
                    .formatted(config.ownership().partition()));
        }
    }

    // ---- for tests

    boolean begunWithEpoch() {
        return epochs.known();
    }

    boolean batchOpen() {
        return batch.isOpen();
    }

    boolean forgets() {
        return commits.forgets();
    }

    PartitionGraph graph() {
        return graph;
    }

    HaloTable halo() {
        return halo;
    }

    Subscribers subscribers() {
        return subscribers;
    }

    @Nullable
    Engine engine(long version) {
        return versions.engine(version);
    }
}
