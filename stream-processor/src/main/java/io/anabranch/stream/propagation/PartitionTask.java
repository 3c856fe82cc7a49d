package io.anabranch.stream.propagation;

import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.FrozenModel;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
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
    private static final System.Logger LOG = System.getLogger(PartitionTask.class.getName());

    private final PartitionConfig config;
    private final Set<Fault> faults;
    private final PartitionGraph graph;
    private final HaloTable halo;
    private final Subscribers subscribers;
    private final Publications publications;
    private final FreshnessTracker freshness;
    private final Outbox outbox;
    private final Coverage coverage;
    private final Assertions assertions;
    private final TreeMap<Long, Engine> engines = new TreeMap<>();
    private final TaskLedger ledger;
    private final Subscriptions subscriptions;
    private final Obligations obligations;
    private final long[] peerEpochs;

    private final VertexSet haloTouched = new VertexSet();

    private final IntArrayList sources = new IntArrayList();
    private Set<Long> retired = Set.of();
    private boolean begun;
    private boolean workPending;
    private boolean marksPending;
    private int inputsPending;
    private long updates;
    private long haloReceived;
    private long batches;

    PartitionTask(PartitionConfig config, PartitionState state, PartitionOutput output, Set<Fault> faults) {
        this.config = config;
        this.faults = faults;
        var ownership = config.ownership();
        graph = PartitionGraph.open(ownership, config.featureDimension(), state);
        halo = new HaloTable(graph, state);
        subscribers = new Subscribers(graph, state);
        publications = new Publications(graph, state);
        freshness = new FreshnessTracker(state);
        ledger = new TaskLedger(state);
        outbox = new Outbox(config, output, graph, publications, freshness, faults);
        subscriptions = new Subscriptions(ownership, graph, halo, subscribers, outbox, faults);
        obligations = new Obligations(graph, subscribers, publications, outbox);
        coverage = new Coverage(ownership.partitions(), ownership.partition());
        assertions = new Assertions(config.assertionMode(), graph);
        peerEpochs = new long[ownership.partitions()];
        Arrays.fill(peerEpochs, Long.MIN_VALUE);
        restore(state);
    }

    /** Rebuilds the partition from its state. Sends nothing. */
    public static PartitionTask open(PartitionConfig config, PartitionState state, PartitionOutput output) {
        return new PartitionTask(config, state, output, Set.of());
    }

    private void restore(PartitionState state) {
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
            public void meta(String name, long value) {
                ledger.restore(name, value);
                freshness.restore(name, value);
            }
        });
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
        retire(models.retired());
        ledger.lapseAllBut(models);
        for (var model : models.live()) {
            start(model, deferred);
        }
        if (deferred && engines.isEmpty()) {
            obligations.emitStructure();
        }
        ledger.pending(false);
        haloTouched.clear();
        versionsChanged();
    }

    /** Takes up versions that became live and drops those that were retired. */
    public void models(LiveModels models) {
        requireBegun();
        if (workPending) {
            propagate();
        }
        retire(models.retired());
        for (var model : models.live()) {
            if (!engines.containsKey(model.version())) {
                start(model, true);
            }
        }
        versionsChanged();
    }

    /**
     * One record of the updates topic.
     *
     * @throws IllegalArgumentException if this partition doesn't own the node, or the edge's target
     */
    public void onUpdate(GraphMutation mutation, PartitionInput input) {
        requireBegun();
        updates++;
        assertions.input(mutation);
        freshness.reach(input.position());
        switch (mutation) {
            case GraphMutation.UpsertNode node -> {
                include(input);
                graph.apply(node);
                obligations.touch(graph.ordinalOf(node.id()));
                afterInput();
            }
            case GraphMutation.RemoveNode node -> {
                include(input);
                removeNode(node);
                obligations.touch(graph.ordinalOf(node.id()));
                afterInput();
            }
            case GraphMutation.UpsertEdge edge -> {
                include(input);
                graph.apply(edge);
                touchEnds(edge.edge().source(), edge.edge().target());
                afterInput();
            }
            case GraphMutation.RemoveEdge edge -> {
                include(input);
                graph.apply(edge);
                touchEnds(edge.edge().source(), edge.edge().target());
                afterInput();
            }
            case GraphMutation.SetLabel label -> graph.apply(label);
            case GraphMutation.RemoveLabel label -> graph.apply(label);
        }
    }

    /** One record of the updates topic that says how far the ingest of a partition of the events topic has come. */
    public void onClock(ClockTick tick, PartitionInput input) {
        requireBegun();
        assertions.input(tick);
        freshness.reach(input.position());
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
        if (envelope.epoch() < peerEpochs[from]) {
            return;
        }
        peerEpochs[from] = envelope.epoch();
        switch (envelope.message()) {
            case HaloMessage.Value value -> {
                // Without an entry it is the tail of a subscription that has ended.
                int u = graph.ordinalOf(value.vertexId());
                var entry = u == PartitionGraph.NO_VERTEX ? null : halo.get(u);
                if (entry != null) {
                    include(envelope);
                    onValue(u, entry, value);
                    afterInput();
                }
            }
            case HaloMessage.Subscribe subscribe -> {
                include(envelope);
                int u = graph.intern(subscribe.vertexId());
                subscriptions.subscribe(u, from);
                obligations.touch(u);
                obligations.answer(u, from);
                afterInput();
            }
            case HaloMessage.Unsubscribe unsubscribe -> {
                include(envelope);
                int u = graph.intern(unsubscribe.vertexId());
                subscriptions.unsubscribe(u, from);
                obligations.touch(u);
                obligations.cancelAnswer(u, from);
                afterInput();
            }
            case HaloMessage.End ignored -> {
                for (long version : engines.keySet()) {
                    if (coverage.level(version) > Coverage.NONE) {
                        outbox.send(from, new HaloMessage.Mark(version, coverage.level(version)));
                    }
                }
            }
            case HaloMessage.Mark mark -> {
                if (!retired.contains(mark.modelVersion())) {
                    coverage.mark(from, mark.modelVersion(), mark.level());
                    marksPending = true;
                }
            }
        }
    }

    /** Whether {@link #propagate()} has something to do. */
    public boolean pending() {
        return workPending || marksPending;
    }

    /** Runs the batch: brings every engine up to the registers and sends what changed. Cheap when nothing is pending. */
    public void propagate() {
        requireBegun();
        if (workPending) {
            batches++;
            GraphDelta delta = graph.drainDelta();
            for (var engine : engines.values()) {
                engine.apply(delta, haloTouched);
                assertions.check(engine);
                obligations.sendChanges(engine, delta);
            }
            if (engines.isEmpty()) {
                obligations.sendStructure(delta);
            }
            obligations.bury(delta, engines.keySet());
            obligations.clear();
            haloTouched.clear();
            inputsPending = 0;
            workPending = false;
            ledger.pending(false);
            freshness.closeBatch();
        }
        if (marksPending || faults.contains(Fault.NO_MARKS)) {
            marksPending = false;
            raiseLevels();
        }
    }

    public PartitionMetrics metrics() {
        return new PartitionMetrics(
                updates,
                haloReceived,
                outbox.haloSent(),
                outbox.embeddingsSent(),
                batches,
                graph.edgeCount(),
                halo.size(),
                subscribers.size(),
                engines.values().stream().mapToLong(Engine::rowAdds).sum(),
                engines.values().stream().mapToLong(Engine::resums).sum(),
                assertions.compared(),
                assertions.worst());
    }

    // ---- records

    private void removeNode(GraphMutation.RemoveNode node) {
        sources.clear();
        int v = graph.ordinalOf(node.id());
        if (v != PartitionGraph.NO_VERTEX) {
            for (int e = 0; e < graph.inDegree(v); e++) {
                sources.add(graph.inSource(v, e));
            }
        }
        graph.apply(node);
        for (int i = 0; i < sources.size(); i++) {
            adjustSubscription(sources.getInt(i));
        }
    }

    private void touchEnds(String source, String target) {
        int u = graph.ordinalOf(source);
        obligations.touch(graph.ordinalOf(target));
        if (graph.owned(u)) {
            obligations.touch(u);
        } else {
            adjustSubscription(u);
        }
    }

    private void adjustSubscription(int u) {
        if (subscriptions.adjust(u)) {
            haloTouched.add(u);
        }
    }

    private void onValue(int u, HaloEntry entry, HaloMessage.Value value) {
        var next = entry.deletedAt(value.deleteTime());
        if (keeps(value.modelVersion())) {
            requireFits(value);
            next = next.with(value.modelVersion(), new HaloValue(value.inDegree(), value.layers()));
        }
        halo.put(u, next);
        haloTouched.add(u);
        if (!faults.contains(Fault.DEAD_EDGES_NOT_BURIED)) {
            graph.raiseDeleteTime(u, value.deleteTime());
            adjustSubscription(u);
        }
    }

    private boolean keeps(long modelVersion) {
        return modelVersion != Outbox.STRUCTURE
                && !retired.contains(modelVersion)
                && (engines.containsKey(modelVersion) || !faults.contains(Fault.UNKNOWN_VERSIONS_DROPPED));
    }

    private void requireFits(HaloMessage.Value value) {
        var engine = engines.get(value.modelVersion());
        if (engine != null && !fits(engine.model(), value.layers())) {
            throw new IllegalStateException("The value of vertex (%s) does not fit the layers of model (%s)."
                    .formatted(value.vertexId(), engine.model()));
        }
    }

    private static boolean fits(FrozenModel model, LayerValues layers) {
        boolean fits = layers.layers() == model.layers();
        for (int l = 0; fits && l < layers.layers(); l++) {
            fits = layers.width(l) == model.width(l);
        }
        return fits;
    }

    /** Opens the batch, before anything is sent on behalf of its input. */
    private void include(PartitionInput input) {
        freshness.include(input.acceptedTimeMs(), input.eventTimeMs());
        openBatch();
    }

    private void include(HaloEnvelope envelope) {
        freshness.include(envelope.accepted(), envelope.eventTimeMs());
        openBatch();
    }

    private void openBatch() {
        if (!workPending) {
            workPending = true;
            ledger.pending(true);
        }
    }

    private void afterInput() {
        if (++inputsPending >= config.maxBatch()) {
            propagate();
        }
    }

    // ---- batches

    /** To be called after every change of the live versions. */
    private void versionsChanged() {
        int layers = 1;
        for (var engine : engines.values()) {
            layers = Math.max(layers, engine.model().layers());
        }
        freshness.depth(layers);
        raiseLevels();
    }

    private void raiseLevels() {
        for (var engine : engines.values()) {
            long version = engine.model().version();
            coverage.raise(version, engine.model().layers(), !faults.contains(Fault.NO_MARKS), outbox::raised);
        }
    }

    // ---- versions

    private void start(FrozenModel model, boolean again) {
        if (model.featureDimension() != config.featureDimension()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The model ({0}) takes features of {1} numbers, but this graph has {2}: no embeddings are made with it.",
                    model,
                    model.featureDimension(),
                    config.featureDimension());
            return;
        }
        for (int u : halo.vertices()) {
            var value = halo.value(u, model.version());
            if (value != null && !fits(model, value.layers())) {
                throw new IllegalStateException("The value of vertex (%s) does not fit the layers of model (%s)."
                        .formatted(graph.vertexId(u), model));
            }
        }
        var engine = new Engine(model, graph, halo, faults);
        engine.start();
        assertions.check(engine);
        engines.put(model.version(), engine);
        coverage.start(model.version());
        var emission = ledger.emission(model.version());
        if (again || emission != TaskLedger.Emission.WHOLLY) {
            obligations.emitAll(engine, emission != TaskLedger.Emission.NEVER);
            ledger.emission(model.version(), TaskLedger.Emission.WHOLLY);
        }
    }

    private void retire(Set<Long> versions) {
        retired = versions;
        halo.forgetVersions(versions);
        for (long version : versions) {
            engines.remove(version);
            coverage.retire(version);
            if (ledger.emission(version) != TaskLedger.Emission.NEVER) {
                obligations.retire(version);
                ledger.emission(version, TaskLedger.Emission.NEVER);
            }
        }
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
        return engines.get(version);
    }
}
