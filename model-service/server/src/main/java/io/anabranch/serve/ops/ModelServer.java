package io.anabranch.serve.ops;

import io.anabranch.serve.audit.Audits;
import io.anabranch.serve.explain.Explanations;
import io.anabranch.serve.feed.FreshnessMeter;
import io.anabranch.serve.feed.Links;
import io.anabranch.serve.guard.TenantQuotas;
import io.anabranch.serve.history.EmbeddingHistory;
import io.anabranch.serve.inference.OpenInference;
import io.anabranch.serve.ingest.EventDoor;
import io.anabranch.serve.ingest.UnseenCheck;
import io.anabranch.serve.map.EmbeddingMaps;
import io.anabranch.serve.predict.CandidateFilters;
import io.anabranch.serve.predict.Consistency;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.Neighbours;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.predict.ServedVectors;
import io.anabranch.serve.predict.Traffic;
import io.anabranch.serve.recompute.OnDemand;
import io.anabranch.serve.recompute.UnseenVertices;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelRollout;
import io.anabranch.serve.registry.ModelSteward;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.serve.train.ModelTrainer;
import io.anabranch.serve.train.TrainingJobs;
import io.anabranch.serve.watch.Watches;
import io.anabranch.serve.wire.AuditCalls;
import io.anabranch.serve.wire.ExplainCalls;
import io.anabranch.serve.wire.GraphCalls;
import io.anabranch.serve.wire.HistoryCalls;
import io.anabranch.serve.wire.IngestCalls;
import io.anabranch.serve.wire.MapCalls;
import io.anabranch.serve.wire.ModelCalls;
import io.anabranch.serve.wire.ModelMessages;
import io.anabranch.serve.wire.NeighbourCalls;
import io.anabranch.serve.wire.PredictionCalls;
import io.anabranch.serve.wire.RolloutCalls;
import io.anabranch.serve.wire.ServerStatus;
import io.anabranch.serve.wire.ServerStatus.FreshnessFigures;
import io.anabranch.serve.wire.ServerStatus.GraphSize;
import io.anabranch.serve.wire.ServerStatus.TopicFigures;
import io.anabranch.serve.wire.StatusCalls;
import io.anabranch.serve.wire.WatchCalls;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The server without transports and without a container: everything put together. */
public final class ModelServer implements AutoCloseable {

    private final ServerConfig config;
    private final Links links;
    private final MeterRegistry meters;
    private final ModelRegistry registry;
    private final EmbeddingView view = new EmbeddingView();
    private final FreshnessMeter freshness;
    private final ModelPublisher publisher;
    private final ModelRollout rollout;
    private final ModelSteward steward;
    private final Traffic traffic;
    private final Predictions predictions;
    private final Neighbours neighbours;
    private final ProgressView progress;
    private final OnDemand onDemand;
    private final UnseenVertices unseen;
    private final Explanations explanations;
    private final EmbeddingMaps maps;
    private final EmbeddingHistory history;
    private final Watches watches;
    private final WarmUp warmUp;
    private final Audits audits;
    private final TrainingJobs jobs;
    private final EventDoor door;
    private final String codeVersion;
    private final Clock clock;
    private volatile boolean stopping;

    public ModelServer(
            ServerConfig config,
            Links links,
            ModelTrainer trainer,
            String codeVersion,
            MeterRegistry meters,
            Clock clock) {
        this.config = config;
        this.links = links;
        this.meters = meters;
        this.codeVersion = codeVersion;
        this.clock = clock;
        this.registry = new ModelRegistry(new CoverageTable(config.partitions()));
        this.freshness = new FreshnessMeter(meters);
        this.publisher = new ModelPublisher(
                registry,
                links.models(),
                config.models().retention(),
                config.writeTimeout(),
                links::modelsCaughtUp,
                clock);
        this.rollout = new ModelRollout(registry, publisher, clock);
        this.steward = new ModelSteward(
                registry,
                publisher,
                config.models().activation(),
                () -> links.servingPending().isEmpty());
        this.traffic = new Traffic(config.models().shadowQueue(), meters);
        this.predictions = new Predictions(registry, view, links::servingPending, traffic);
        this.neighbours = new Neighbours(
                config.similar(),
                config.batching(),
                registry,
                view,
                predictions,
                new CandidateFilters(links.graph(), links::trainingPending),
                meters);
        this.progress = new ProgressView(config.partitions());
        Consistency consistency = consistency();
        this.maps = new EmbeddingMaps(
                predictions, view, config.partitions(), consistency::reflectedEverywhere, clock, meters);
        this.history = new EmbeddingHistory(config.historyChanges(), predictions, view, registry, clock, meters);
        this.watches = new Watches(registry, view, predictions, progress, config.watch(), meters);
        this.jobs = new TrainingJobs(
                trainer, publisher, registry, config.models().activation(), links::trainingPending, meters);
        this.door = new EventDoor(config.ingest(), links.events(), clock);
        BarrierViews barrier = new BarrierViews(links, progress);
        this.audits = new Audits(new ServedVectors(registry, view), barrier, new EventRepairs(door));
        this.onDemand = new OnDemand(config.onDemand());
        this.unseen = new UnseenVertices(links.graph(), barrier::catchUp, onDemand);
        this.explanations = new Explanations(
                links.graph(), links::trainingPending, barrier::catchUp, onDemand, predictions, meters);
        Traffic unheard = new Traffic(config.models().shadowQueue(), new SimpleMeterRegistry());
        this.warmUp = new WarmUp(
                config.warmUp(),
                links::servingPending,
                registry,
                view,
                calls(new Predictions(registry, view, links::servingPending, unheard)),
                unheard::close);
    }

    /** Opens the links and starts the background threads. Once. */
    public void start() {
        registry.onChange(this::dropRetired);
        Gauge.builder(
                        "anabranch.models.versions",
                        () -> registry.catalog().versions().stream()
                                .filter(version -> !version.retired())
                                .count())
                .description("Live model versions")
                .register(meters);
        Gauge.builder("anabranch.server.ready", () -> pending().isEmpty() ? 1 : 0)
                .description("1 once the feeds have caught up")
                .register(meters);
        neighbours.start();
        maps.start();
        history.start();
        jobs.start();
        watches.start();
        links.open(registry, view, progress, freshness);
        steward.start();
        warmUp.start();
    }

    private void dropRetired() {
        for (ModelVersion version : registry.catalog().versions()) {
            if (version.retired()) {
                view.drop(version.version());
                predictions.forget(version.version());
            }
        }
    }

    /** Why not ready, one line each; empty: ready. */
    public List<String> pending() {
        LinkedHashSet<String> lines = new LinkedHashSet<>(servingPending());
        lines.addAll(links.trainingPending());
        lines.addAll(warmUp.pending());
        return List.copyOf(lines);
    }

    private List<String> servingPending() {
        return stopping ? List.of("the server is stopping") : links.servingPending();
    }

    /** What has died and will not come back. */
    public List<String> dead() {
        return links.dead();
    }

    public PredictionCalls predictionCalls() {
        return calls(predictions);
    }

    private PredictionCalls calls(Predictions of) {
        return new PredictionCalls(of, consistency(), unseen, new UnseenCheck(config.ingest()));
    }

    public NeighbourCalls neighbourCalls() {
        return new NeighbourCalls(neighbours.similar(), neighbours.ranking(), consistency());
    }

    public ExplainCalls explainCalls() {
        return new ExplainCalls(explanations, consistency());
    }

    private Consistency consistency() {
        return new Consistency(progress, links::eventEnds, config.maxWait());
    }

    /** The Open Inference Protocol over the same use cases. Once: its counts are its own. */
    public OpenInference openInference() {
        return OpenInference.over(
                predictionCalls(), registry, publisher, links::dead, this::servingPending, codeVersion, clock);
    }

    public WatchCalls watchCalls() {
        return new WatchCalls(watches);
    }

    public GraphCalls graphCalls() {
        return new GraphCalls(links.graph(), links::trainingPending, config.partitions());
    }

    public MapCalls mapCalls() {
        return new MapCalls(maps);
    }

    public HistoryCalls historyCalls() {
        return new HistoryCalls(history);
    }

    public AuditCalls auditCalls() {
        return new AuditCalls(audits);
    }

    public ModelCalls modelCalls() {
        return new ModelCalls(
                registry,
                publisher,
                messages(),
                jobs,
                config.aggregation(),
                config.histories(),
                config.ingest().featureDimension(),
                codeVersion,
                clock);
    }

    public RolloutCalls rolloutCalls() {
        return new RolloutCalls(publisher, rollout, messages());
    }

    private ModelMessages messages() {
        return new ModelMessages(registry, view, traffic);
    }

    public IngestCalls ingestCalls(TenantQuotas quotas) {
        return new IngestCalls(door, quotas);
    }

    public StatusCalls statusCalls() {
        return new StatusCalls(this::status, registry, view);
    }

    private ServerStatus status() {
        FreshnessMeter.Summary fresh = freshness.summary();
        List<TopicFigures> topics = new ArrayList<>();
        long events = 0;
        for (Links.TopicSize size : links.topics()) {
            topics.add(new TopicFigures(size.topic(), size.partitions(), size.records(), size.lag()));
            if (size.topic().equals(config.topics().events())) {
                events = size.records();
            }
        }
        return new ServerStatus(
                pending(),
                config.ingest().featureDimension(),
                config.partitions(),
                new GraphSize(
                        links.graph().vertices(),
                        links.graph().edges(),
                        links.graph().learnedEdges(),
                        links.graph().labels()),
                links.graph().sharing(),
                links.deadLetters(),
                events,
                new FreshnessFigures(fresh.count(), fresh.p50Ms(), fresh.p99Ms(), fresh.maxMs()),
                stages(),
                topics,
                IntStream.range(0, progress.partitions())
                        .mapToObj(progress::positions)
                        .toList(),
                links.processors());
    }

    private Map<String, FreshnessFigures> stages() {
        Map<String, FreshnessFigures> stages = new LinkedHashMap<>();
        for (FreshnessMeter.Stage stage : FreshnessMeter.Stage.values()) {
            FreshnessMeter.Summary summary = freshness.summary(stage);
            stages.put(
                    stage.label(),
                    new FreshnessFigures(summary.count(), summary.p50Ms(), summary.p99Ms(), summary.maxMs()));
        }
        return stages;
    }

    public ModelRegistry registry() {
        return registry;
    }

    public ModelPublisher publisher() {
        return publisher;
    }

    /** It is no longer ready from now on, but answers as before. */
    public void announceStop() {
        stopping = true;
    }

    /** Watches would never end by themselves. */
    public void endWatches() {
        watches.close();
    }

    /** What still waits is told that the server stops. */
    @Override
    public void close() {
        warmUp.close();
        watches.close();
        jobs.close();
        audits.close();
        traffic.close();
        onDemand.close();
        progress.close();
        steward.close();
        links.close();
        neighbours.close();
        maps.close();
    }
}
