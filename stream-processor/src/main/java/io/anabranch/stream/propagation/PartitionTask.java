package io.anabranch.stream.propagation;

import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.PartitionGraph;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One partition: its graph, its halo, an engine per live model version, and the protocol with the other partitions.
 *
 * <p>Records change registers at once, and with them go SUBSCRIBE and UNSUBSCRIBE, in the transaction of the record. Values follow in
 * batches ({@link #propagate()}), which may run after a commit; a stored flag says so to the next life, which then emits
 * everything again. State and outputs must commit together (exactly once).
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
    private final Versions versions;
    private final Levels levels;
    private final Progress progress;
    private final Batch batch;
    private final UpdateIntake updateIntake;
    private final HaloIntake haloIntake;
    private final long[] peerEpochs;

    private boolean begun;
    private long updates;
    private long haloReceived;

    PartitionTask(PartitionConfig config, PartitionState state, PartitionOutput output, Set<Fault> faults) {
        this.config = config;
        this.faults = faults;
        var ownership = config.ownership();
        graph = PartitionGraph.open(ownership, config.featureDimension(), state, config.burialLimit());
        clock = new LogClock(state, config.latenessMs(), config.guarantee() == Guarantee.AT_LEAST_ONCE);
        halo = new HaloTable(graph, state);
        subscribers = new Subscribers(graph, state);
        var publications = new Publications(graph, state);
        freshness = new FreshnessTracker(state);
        ledger = new TaskLedger(state);
        outbox = new Outbox(config, output, freshness);
        var served = new ServedCopies();
        emissions = new Emissions(graph, subscribers, publications, freshness, outbox, served, faults);
        subscriptions = new Subscriptions(ownership, graph, halo, subscribers, served, outbox, faults);
        obligations = new Obligations(graph, subscribers, publications, emissions);
        assertions = new Assertions(config.assertionMode(), graph);
        var coverage = new Coverage(ownership.partitions(), ownership.partition());
        versions = new Versions(graph, halo, obligations, emissions, coverage, assertions, ledger, faults);
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
        haloIntake = new HaloIntake(graph, halo, subscriptions, obligations, versions, levels, progress, batch, faults);
        peerEpochs = new long[ownership.partitions()];
        Arrays.fill(peerEpochs, Long.MIN_VALUE);
        restore(state, publications);
    }

    /** Rebuilds the partition from its state. Sends nothing. */
    public static PartitionTask open(PartitionConfig config, PartitionState state, PartitionOutput output) {
        return new PartitionTask(config, state, output, Set.of());
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
            public void subscriber(String vertexId, int partition) {
                subscriptions.restore(graph.intern(vertexId), partition);
            }

            @Override
            public void published(String vertexId, PublishedMark mark) {
                publications.restore(graph.intern(vertexId), mark);
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
    }

    /**
     * Starts a new life: asks peers for marks, starts the engines, and emits what no earlier life has emitted.
     *
     * @throws IllegalStateException if called twice
     */
    public void begin(LiveModels models) {
        if (begun) {
            throw new IllegalStateException("The task of partition (%d) has begun already."
                    .formatted(config.ownership().partition()));
        }
        begun = true;
        outbox.epoch(ledger.nextEpoch());
        boolean deferred = ledger.pending() && !faults.contains(Fault.NO_REEMISSION);
        outbox.sendToPeers(new HaloMessage.End());
        subscriptions.sweep();
        // The restored graph is no change, unless a stored edge had to be buried.
        deferred |= !graph.drainDelta().removedEdges().isEmpty();
        versions.retire(models.retired());
        ledger.lapseAllBut(models);
        versions.start(models, deferred);
        if (deferred && versions.engines().isEmpty()) {
            obligations.emitStructure();
        }
        batch.forgetChanges();
        progress.begin();
        versionsChanged();
    }

    /** Takes up versions that became live and drops those that were retired. */
    public void models(LiveModels models) {
        requireBegun();
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
        freshness.reach(input.position());
        boolean taken = updateIntake.take(mutation, input);
        runIfFull();
        return taken;
    }

    /** One record of the updates topic that says how far the ingest of a partition of the events topic has come. */
    public void onClock(ClockTick tick, PartitionInput input) {
        requireBegun();
        assertions.input(tick);
        freshness.reach(input.position());
        updateIntake.take(tick, input);
        progress.clock(tick);
    }

    /** One record of the halo topic, addressed to this partition. */
    public void onHalo(HaloEnvelope envelope, PartitionInput input) {
        requireBegun();
        haloReceived++;
        assertions.input(envelope);
        freshness.reach(input.position());
        int from = envelope.from();
        if (from >= peerEpochs.length) {
            throw new IllegalArgumentException("The sending partition (%d) must be below the number of partitions (%d)."
                    .formatted(from, peerEpochs.length));
        }
        if (envelope.epoch() >= peerEpochs[from]) {
            if (envelope.epoch() > peerEpochs[from]) {
                peerEpochs[from] = envelope.epoch();
                progress.renewed(from);
            }
            haloIntake.take(envelope);
            runIfFull();
        }
    }

    private void runIfFull() {
        if (batch.records() >= config.maxBatch()) {
            propagate();
        }
    }

    /** Whether {@link #propagate()} has something to do. */
    public boolean pending() {
        return batch.isOpen() || levels.pending() || progress.pending() || !emissions.isEmpty();
    }

    /**
     * Runs the batch: brings every engine up to the registers, and sends what changed, at most about {@link
     * PartitionConfig#emissionLimit()} records of it; then {@link #pending()} remains. Cheap when nothing is pending.
     */
    public void propagate() {
        requireBegun();
        if (batch.isOpen()) {
            batch.run();
        }
        if (!batch.isOpen() && (levels.pending() || faults.contains(Fault.NO_MARKS))) {
            levels.raise();
        }
        if (!batch.isOpen() && progress.pending()) {
            progress.raise();
        }
        emit();
    }

    /** Sends a slice; until all is sent, a next life has to assume that nothing was. */
    private void emit() {
        emissions.send(config.emissionLimit());
        ledger.pending(batch.isOpen() || !emissions.isEmpty());
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
                assertions.compared(),
                assertions.worst());
    }

    private void requireBegun() {
        if (!begun) {
            throw new IllegalStateException("The task of partition (%d) has not begun."
                    .formatted(config.ownership().partition()));
        }
    }

    // ---- for tests

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
