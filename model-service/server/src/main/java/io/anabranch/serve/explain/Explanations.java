package io.anabranch.serve.explain;

import io.anabranch.graph.snapshot.InNeighbourhood;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.explain.Contributions.EdgeAt;
import io.anabranch.serve.explain.Contributions.LeftOut;
import io.anabranch.serve.explain.Contributions.Place;
import io.anabranch.serve.explain.Explanation.Change;
import io.anabranch.serve.explain.Explanation.EdgeContribution;
import io.anabranch.serve.explain.Explanation.Score;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Prediction.ClassProbability;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.Readiness;
import io.anabranch.serve.predict.TaskKind;
import io.anabranch.serve.predict.TaskScorer;
import io.anabranch.serve.recompute.Attribution;
import io.anabranch.serve.recompute.CatchUp;
import io.anabranch.serve.recompute.EdgeRemoval;
import io.anabranch.serve.recompute.OnDemand;
import io.anabranch.serve.recompute.Recomputation;
import io.anabranch.serve.recompute.RelativeError;
import io.anabranch.serve.recompute.StoredGraph;
import io.anabranch.serve.recompute.TaskHead;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.serve.train.LiveGraph;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Explains predictions: the in-neighbourhood is read from the live replica of the graph, as it is at that moment, the embedding computed from
 * scratch in double precision, and the prediction followed back. Never blocks; any thread. Problems are thrown, or come with the future.
 */
public final class Explanations {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final LiveGraph graph;
    private final Readiness graphReadiness;
    private final CatchUp catchUp;
    private final OnDemand onDemand;
    private final Predictions predictions;
    private final Timer timer;

    /** @param graphReadiness what the replica still waits for */
    public Explanations(
            LiveGraph graph,
            Readiness graphReadiness,
            CatchUp catchUp,
            OnDemand onDemand,
            Predictions predictions,
            MeterRegistry meters) {
        this.graph = graph;
        this.graphReadiness = graphReadiness;
        this.catchUp = catchUp;
        this.onDemand = onDemand;
        this.predictions = predictions;
        this.timer = Timer.builder("anabranch.explain.latency")
                .description(
                        "From the request to explain a prediction, once it need not wait for events, to its answer")
                .publishPercentileHistogram()
                .register(meters);
    }

    /**
     * Explains one prediction; a call that is cancelled ends.
     *
     * @param fresh whether the replica must have read everything that is there now
     */
    public CompletableFuture<Explanation> explain(ExplainQuery query, boolean fresh, Duration patience) {
        long begin = System.nanoTime();
        predictions.requireReady();
        graphReadiness.require();
        ModelVersion version =
                predictions.version(query.choice().routedBy(query.subject().getFirst()), query.task(), query.kind());
        Recomputation.requirePossible(version.spec());
        TaskScorer scorer = predictions.scorer(version, query.task(), query.kind());
        checkClasses(query, scorer);
        return onDemand.submit(patience, check -> {
            if (fresh) {
                catchUp.graph(patience);
            }
            Explanation explanation = new Work(query, version, scorer, check).explain();
            timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            return explanation;
        });
    }

    private static void checkClasses(ExplainQuery query, TaskScorer scorer) {
        boolean classes = query.kind() == TaskKind.NODES && !scorer.regression();
        checkClass("class_name", query.className(), classes, scorer);
        checkClass("against_class_name", query.against(), classes, scorer);
    }

    private static void checkClass(String field, String name, boolean classes, TaskScorer scorer) {
        if (name.isEmpty()) {
            return;
        }
        if (!classes) {
            throw Problem.invalid(field, "Must be empty: %s has no classes.".formatted(scorer.task()));
        }
        if (!scorer.classNames().contains(name)) {
            throw Problem.invalid(field, "Must be one of %s, but is %s.".formatted(scorer.classNames(), name));
        }
    }

    /** One explanation under way. */
    private final class Work {

        private final ExplainQuery query;
        private final ModelVersion version;
        private final TaskScorer scorer;
        private final ModelSnapshot model;
        private final Runnable check;

        Work(ExplainQuery query, ModelVersion version, TaskScorer scorer, Runnable check) {
            this.query = query;
            this.version = version;
            this.scorer = scorer;
            this.check = check;
            ModelSnapshot snapshot = version.snapshot();
            if (snapshot == null) {
                throw new IllegalStateException(
                        "Version (%d) is live without a snapshot.".formatted(version.version()));
            }
            this.model = snapshot;
        }

        Explanation explain() {
            StoredGraph stored = stored();
            List<NodeVector> served = predictions.vectors(version, query.subject());
            requireStored(stored);
            Recomputation pass = new Recomputation(model, stored, onDemand.maxRows(), check);
            TaskHead head = TaskHead.of(pass, scorer.task());
            List<double[]> embeddings = embeddings(pass);
            String className = className(served.getFirst());
            Question question = question(className);
            Attribution attribution = new Attribution(
                    pass, slopes(stored, question.slopes(head, embeddings)), question.constant(head, embeddings));
            Contributions all = new Contributions(
                    stored,
                    attribution,
                    query.subject(),
                    model.getSpec().getFeatureDimension(),
                    query.limits().features());
            List<EdgeAt> greatest = all.greatestEdges(query.limits().edges());
            LeftOut leftOut = leftOut(greatest, stored, pass, head, question);
            List<EdgeContribution> edges =
                    greatest.stream().map(at -> all.edge(at, leftOut)).toList();
            List<Change> changes =
                    all.latestChanges(query.limits().changes(), query.limits().sinceMs(), leftOut);
            return new Explanation(
                    version.version(),
                    scorer.task(),
                    className,
                    query.against(),
                    servedScore(served, className),
                    question.score(head, embeddings),
                    error(served, embeddings),
                    freshness(served),
                    attribution.constants(),
                    attribution.hops(),
                    edges,
                    all.edgeCount(),
                    all.greatestNodes(query.limits().nodes()),
                    stored.size(),
                    changes,
                    all.changeCount(query.limits().sinceMs()));
        }

        private StoredGraph stored() {
            InNeighbourhood stored =
                    graph.inNeighbourhood(query.subject(), model.getSpec().getLayersCount(), onDemand.maxRows());
            if (stored == null) {
                throw Problem.unmet(
                        "NEIGHBOURHOOD_TOO_LARGE",
                        "The prediction depends on more than %d vertices and edges (anabranch.server.on-demand.max-rows)."
                                .formatted(onDemand.maxRows()));
            }
            return new StoredGraph(stored);
        }

        /** What is served and not in the replica has come or gone just now. */
        private void requireStored(StoredGraph stored) {
            for (String id : query.subject()) {
                if (stored.nodeOf(id) < 0) {
                    throw new Problem.Unready(
                                    "The node %s has an embedding, but is not in this server's replica of the graph."
                                            .formatted(id),
                                    SOON)
                            .exception();
                }
            }
        }

        private List<double[]> embeddings(Recomputation pass) {
            List<double[]> embeddings = new ArrayList<>();
            for (String id : query.subject()) {
                double[] embedding = pass.embedding(id);
                if (embedding == null) {
                    throw new IllegalStateException("The vertex (%s) got lost.".formatted(id));
                }
                embeddings.add(embedding);
            }
            return embeddings;
        }

        private String className(NodeVector served) {
            if (query.kind() == TaskKind.LINKS
                    || scorer.regression()
                    || !query.className().isEmpty()) {
                return query.className();
            }
            List<String> names = scorer.classNames();
            float[] logits = scorer.logits(served);
            int likeliest = -1;
            for (int i = 0; i < logits.length; i++) {
                boolean other = !names.get(i).equals(query.against());
                if (other && (likeliest < 0 || logits[i] > logits[likeliest])) {
                    likeliest = i;
                }
            }
            if (likeliest < 0) {
                throw Problem.invalid("against_class_name", "Is the only class of %s.".formatted(scorer.task()));
            }
            return names.get(likeliest);
        }

        private Question question(String className) {
            if (query.kind() == TaskKind.LINKS) {
                return new Question.OfPair();
            }
            List<String> names = scorer.classNames();
            return new Question.OfLogit(
                    scorer.kind(), Math.max(0, names.indexOf(className)), names.indexOf(query.against()));
        }

        /** Where both ends are one vertex, its slopes add up. */
        private Map<Integer, double[]> slopes(StoredGraph stored, List<double[]> byEnd) {
            Map<Integer, double[]> slopes = new HashMap<>();
            for (int i = 0; i < byEnd.size(); i++) {
                slopes.merge(stored.nodeOf(query.subject().get(i)), byEnd.get(i), (one, other) -> {
                    double[] both = one.clone();
                    for (int j = 0; j < both.length; j++) {
                        both[j] += other[j];
                    }
                    return both;
                });
            }
            return slopes;
        }

        private LeftOut leftOut(
                List<EdgeAt> greatest, StoredGraph stored, Recomputation pass, TaskHead head, Question question) {
            if (query.leaveOneOut() == 0) {
                return edge -> null;
            }
            Map<Place, Score> scores = new HashMap<>();
            EdgeRemoval removal = new EdgeRemoval(stored, pass);
            for (EdgeAt at : greatest.subList(0, Math.min(query.leaveOneOut(), greatest.size()))) {
                check.run();
                scores.put(at.place(), question.score(head, embeddings(removal.without(at.target(), at.edge()))));
            }
            return scores::get;
        }

        private Score servedScore(List<NodeVector> served, String className) {
            NodeVector first = served.getFirst();
            if (query.kind() == TaskKind.LINKS) {
                double probability = scorer.link(
                                new Pair(
                                        query.subject().getFirst(),
                                        query.subject().getLast()),
                                first,
                                served.getLast())
                        .probability();
                return new Score(scorer.score(first, served.getLast()), probability);
            }
            float[] logits = scorer.logits(first);
            if (scorer.regression()) {
                return new Score(logits[0], null);
            }
            List<ClassProbability> classes =
                    scorer.classes(query.subject().getFirst(), first).scores();
            int wanted = scorer.classNames().indexOf(className);
            int against = scorer.classNames().indexOf(query.against());
            return new Score((double) logits[wanted] - (against < 0 ? 0 : logits[against]), (double)
                    classes.get(wanted).probability());
        }

        private static double error(List<NodeVector> served, List<double[]> embeddings) {
            double error = 0;
            for (int i = 0; i < served.size(); i++) {
                float[] values = new float[served.get(i).width()];
                for (int column = 0; column < values.length; column++) {
                    values[column] = served.get(i).value(column);
                }
                error = Math.max(error, RelativeError.of(values, embeddings.get(i)));
            }
            return error;
        }

        private static NodeFreshness freshness(List<NodeVector> served) {
            return served.getFirst().freshness().staler(served.getLast().freshness());
        }
    }
}
