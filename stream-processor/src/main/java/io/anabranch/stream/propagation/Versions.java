package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.FrozenModel;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The model versions: one engine for each that is live, nothing of those that were retired. */
final class Versions {
    private static final System.Logger LOG = System.getLogger(Versions.class.getName());

    private final PartitionGraph graph;
    private final HistoryCheckpoints checkpoints;
    private final HaloTable halo;
    private final Obligations obligations;
    private final Emissions emissions;
    private final Coverage coverage;
    private final Assertions assertions;
    private final TaskLedger ledger;
    private final Commits commits;
    private final Guarantee guarantee;
    private final EngineTuning tuning;
    private final Set<Fault> faults;
    private final TreeMap<Long, Engine> engines = new TreeMap<>();
    private final Set<Long> withdrawing = new HashSet<>();
    private Set<Long> retired = Set.of();

    Versions(
            PartitionGraph graph,
            HistoryCheckpoints checkpoints,
            HaloTable halo,
            Obligations obligations,
            Emissions emissions,
            Coverage coverage,
            Assertions assertions,
            TaskLedger ledger,
            Commits commits,
            Guarantee guarantee,
            EngineTuning tuning,
            Set<Fault> faults) {
        this.graph = graph;
        this.checkpoints = checkpoints;
        this.halo = halo;
        this.obligations = obligations;
        this.emissions = emissions;
        this.coverage = coverage;
        this.assertions = assertions;
        this.ledger = ledger;
        this.commits = commits;
        this.guarantee = guarantee;
        this.tuning = tuning;
        this.faults = faults;
    }

    /** Engines by ascending version. */
    Collection<Engine> engines() {
        return engines.values();
    }

    Set<Long> live() {
        return engines.keySet();
    }

    @Nullable
    Engine engine(long modelVersion) {
        return engines.get(modelVersion);
    }

    boolean retired(long modelVersion) {
        return retired.contains(modelVersion);
    }

    /** The layers of the deepest live model; 1 when there is none. */
    int depth() {
        int layers = 1;
        for (var engine : engines.values()) {
            layers = Math.max(layers, engine.model().layers());
        }
        return layers;
    }

    /** Whether values of this version are stored; those of versions not known yet are, since they come once. */
    boolean keeps(long modelVersion) {
        return modelVersion != Outbox.STRUCTURE
                && !retired.contains(modelVersion)
                && (engines.containsKey(modelVersion) || !faults.contains(Fault.UNKNOWN_VERSIONS_DROPPED));
    }

    void requireFits(HaloMessage.Value value) {
        var engine = engines.get(value.modelVersion());
        if (engine != null && !fits(engine.model(), value.layers())) {
            throw misfit(value.vertexId(), engine.model());
        }
    }

    /**
     * Starts the engines of versions that are live and have none yet.
     *
     * @param again whether to emit everything even of versions that an earlier life has emitted
     */
    void start(LiveModels models, boolean again) {
        for (var model : models.live()) {
            if (!engines.containsKey(model.version())) {
                start(model, again);
            }
        }
    }

    private void start(FrozenModel model, boolean again) {
        if (model.featureDimension() != graph.featureDimension()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The model ({0}) takes features of {1} numbers, but this graph has {2}: no embeddings are made with it.",
                    model,
                    model.featureDimension(),
                    graph.featureDimension());
            return;
        }
        if (model.history() != null && !graph.keepsHistories()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The model ({0}) reads histories, but none are kept: no embeddings are made with it.",
                    model);
            return;
        }
        for (int u : halo.vertices()) {
            var value = halo.value(u, model.version());
            if (value != null && !fits(model, value.layers())) {
                throw misfit(graph.vertexId(u), model);
            }
        }
        var engine = new Engine(model, graph, halo, checkpoints, tuning, faults);
        engine.start();
        assertions.check(engine);
        engines.put(model.version(), engine);
        coverage.start(model.version());
        emissions.start(engine);
        var emission = ledger.emission(model.version());
        if (again || emission != TaskLedger.Emission.WHOLLY) {
            obligations.emitAll(
                    model.version(), mayBePublished(model.version()), emission != TaskLedger.Emission.NEVER);
            ledger.emission(model.version(), TaskLedger.Emission.WHOLLY);
        }
    }

    /** Drops these versions here, and takes back their embeddings. */
    void retire(Set<Long> modelVersions) {
        retired = modelVersions;
        checkpoints.retire(modelVersions);
        if (!faults.contains(Fault.RETIRED_VALUES_KEPT)) {
            halo.forgetVersions(modelVersions);
        }
        for (long version : modelVersions) {
            var engine = engines.remove(version);
            if (engine != null) {
                engine.retire();
            }
            coverage.retire(version);
            emissions.retire(version);
            if (mayBePublished(version) && withdrawing.add(version)) {
                obligations.withdraw(version);
                emissions.whenSent(() -> withdrawn(version));
            }
        }
    }

    /** Under at-least-once, embeddings may be out of which no life remembers that it sent them. */
    private boolean mayBePublished(long modelVersion) {
        return switch (ledger.emission(modelVersion)) {
            case WHOLLY, LAPSED -> true;
            case NEVER -> guarantee == Guarantee.AT_LEAST_ONCE;
            case WITHDRAWN -> false;
        };
    }

    private void withdrawn(long modelVersion) {
        Runnable done = () -> ledger.emission(modelVersion, TaskLedger.Emission.WITHDRAWN);
        if (guarantee == Guarantee.AT_LEAST_ONCE) {
            commits.afterNext(done);
        } else {
            done.run();
        }
    }

    private static IllegalStateException misfit(String vertexId, FrozenModel model) {
        return new IllegalStateException(
                "The value of vertex (%s) does not fit the layers of model (%s).".formatted(vertexId, model));
    }

    private static boolean fits(FrozenModel model, LayerValues layers) {
        boolean fits = layers.layers() == model.layers();
        for (int l = 0; fits && l < layers.layers(); l++) {
            fits = !layers.has(l) || layers.width(l) == model.width(l);
        }
        return fits;
    }
}
