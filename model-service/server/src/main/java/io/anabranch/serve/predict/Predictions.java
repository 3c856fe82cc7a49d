package io.anabranch.serve.predict;

import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.predict.Prediction.Classified;
import io.anabranch.serve.predict.Prediction.Embedded;
import io.anabranch.serve.predict.Prediction.LinkProbability;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.Prediction.NodeEmbedding;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.Prediction.ScoredLinks;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Predictions from the embeddings at hand. Each answer takes one version once and reads only its vectors; where a canary runs, the choice's
 * routing key, or else the first vertex, decides which. Never
 * blocks; any thread. Problems are thrown as {@link io.anabranch.serve.ProblemException}.
 */
public final class Predictions {

    public static final int MAX_BATCH = 1000;
    public static final int MAX_ID_BYTES = 256;

    private final ModelRegistry registry;
    private final ModelChooser chooser;
    private final EmbeddingView view;
    private final Readiness readiness;
    private final Traffic traffic;
    // Dropped with the version; a version's heads never change.
    private final Map<Long, Map<String, FrozenHead>> heads = new ConcurrentHashMap<>();

    /** With a traffic of its own, of which nobody hears: for tests. */
    public Predictions(ModelRegistry registry, EmbeddingView view, Readiness readiness) {
        this(registry, view, readiness, new Traffic(MAX_BATCH, new SimpleMeterRegistry()));
    }

    public Predictions(ModelRegistry registry, EmbeddingView view, Readiness readiness, Traffic traffic) {
        this.registry = registry;
        this.chooser = new ModelChooser(registry);
        this.view = view;
        this.readiness = readiness;
        this.traffic = traffic;
    }

    /** Refuses what no state of the service would answer. */
    public static void checkNodes(List<String> nodeIds) {
        checkBatch("node_ids", nodeIds.size());
        checkIds(nodeIds);
    }

    /** Refuses what no state of the service would answer. */
    public static void checkPairs(List<Pair> pairs) {
        checkBatch("pairs", pairs.size());
        checkEnds(pairs);
    }

    /** Refuses ids that no vertex can have, whatever their number. */
    public static void checkEnds(List<Pair> pairs) {
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            checkId("pairs[%d].source", i, pairs.get(i).source(), violations);
            checkId("pairs[%d].target", i, pairs.get(i).target(), violations);
        }
        throwIfAny(violations);
    }

    public Classified classify(ModelChoice choice, String task, List<String> nodeIds) {
        checkNodes(nodeIds);
        readiness.require();
        return answer(choice.routedBy(nodeIds.getFirst()), task, TaskKind.NODES, version -> {
            TaskScorer scorer = scorer(version, task, TaskKind.NODES);
            List<NodeClasses> nodes = new ArrayList<>(nodeIds.size());
            List<NodeVector> vectors = vectors(version, nodeIds);
            for (int i = 0; i < vectors.size(); i++) {
                nodes.add(scorer.classes(nodeIds.get(i), vectors.get(i)));
            }
            return new Classified(version.version(), scorer.task(), nodes);
        });
    }

    public ScoredLinks scoreLinks(ModelChoice choice, String task, List<Pair> pairs) {
        checkPairs(pairs);
        readiness.require();
        return answer(
                choice.routedBy(pairs.getFirst().source()),
                task,
                TaskKind.LINKS,
                version -> scoredLinks(version, scorer(version, task, TaskKind.LINKS), pairs));
    }

    private ScoredLinks scoredLinks(ModelVersion version, TaskScorer scorer, List<Pair> pairs) {
        List<String> ends = new ArrayList<>(2 * pairs.size());
        for (Pair pair : pairs) {
            ends.add(pair.source());
            ends.add(pair.target());
        }
        List<NodeVector> vectors = vectors(version, ends);
        List<LinkProbability> links = new ArrayList<>(pairs.size());
        for (int i = 0; i < pairs.size(); i++) {
            links.add(scorer.link(pairs.get(i), vectors.get(2 * i), vectors.get(2 * i + 1)));
        }
        return new ScoredLinks(version.version(), links);
    }

    public Embedded embeddings(ModelChoice choice, List<String> nodeIds) {
        checkNodes(nodeIds);
        readiness.require();
        return answer(choice.routedBy(nodeIds.getFirst()), v -> true, "", version -> {
            List<NodeVector> vectors = vectors(version, nodeIds);
            List<NodeEmbedding> nodes = new ArrayList<>(nodeIds.size());
            for (int i = 0; i < nodeIds.size(); i++) {
                nodes.add(new NodeEmbedding(nodeIds.get(i), vectors.get(i)));
            }
            return new Embedded(version.version(), nodes);
        });
    }

    private <T extends Prediction> T answer(
            ModelChoice choice, String task, TaskKind kind, Function<ModelVersion, T> compute) {
        return answer(choice, suits(kind, task), "a " + kind.label(), compute);
    }

    /** Chooses the version once, and has it give the whole answer. */
    private <T extends Prediction> T answer(
            ModelChoice choice, Predicate<ModelVersion> suits, String wanted, Function<ModelVersion, T> compute) {
        while (true) {
            Route route = chooser.route(choice, suits, wanted);
            try {
                return traffic.answer(route, compute);
            } catch (ProblemException e) {
                ModelVersion now = registry.catalog().version(route.version().version());
                if (now != null && !now.retired()) {
                    throw e;
                }
                // Retired meanwhile, and its vectors gone. Chosen anew it is another version, or the answer says that
                // it is retired.
            }
        }
    }

    /** Chooses the version for a task, and has it give the whole answer; see {@link Traffic#answerLater}. */
    <T extends Prediction> CompletableFuture<T> answerLater(
            ModelChoice choice,
            String task,
            TaskKind kind,
            Function<ModelVersion, CompletableFuture<T>> compute,
            Function<ModelVersion, T> copied) {
        Route route = chooser.route(choice, suits(kind, task), "a " + kind.label());
        return traffic.answerLater(route, compute, copied);
    }

    /** The same without a task. */
    <T extends Prediction> CompletableFuture<T> answerLater(
            ModelChoice choice,
            Function<ModelVersion, CompletableFuture<T>> compute,
            @Nullable Function<ModelVersion, T> copied) {
        return traffic.answerLater(chooser.route(choice, version -> true, ""), compute, copied);
    }

    /** The version's embeddings, as they are now and later. */
    Map<String, NodeVector> embeddingsOf(long version) {
        return view.of(version);
    }

    /** The version that a request for a task means; its embeddings are exact. */
    public ModelVersion version(ModelChoice choice, String task, TaskKind kind) {
        return chooser.readable(choice, suits(kind, task), "a " + kind.label());
    }

    /** The version that a request without a task means; its embeddings are exact. */
    public ModelVersion version(ModelChoice choice) {
        return chooser.readable(choice, v -> true, "");
    }

    /** Scores of a task of this version; an empty task means its only one of the kind. */
    public TaskScorer scorer(ModelVersion version, String task, TaskKind kind) {
        return new TaskScorer(
                version.version(), frozen(version, ModelChooser.head(version, task, kind::of, kind.label())));
    }

    /** Forgets what was made of a version that is retired. */
    public void forget(long version) {
        heads.remove(version);
        traffic.forget(version);
    }

    private FrozenHead frozen(ModelVersion version, Head head) {
        ModelSnapshot snapshot = version.snapshot();
        if (snapshot == null) {
            throw new IllegalStateException("Version (%d) is live without a snapshot.".formatted(version.version()));
        }
        return heads.computeIfAbsent(version.version(), v -> new ConcurrentHashMap<>())
                .computeIfAbsent(head.getTask(), task -> FrozenHead.of(snapshot, head));
    }

    /** The embeddings of these nodes, in this order. */
    public List<NodeVector> vectors(ModelVersion version, List<String> nodeIds) {
        Map<String, NodeVector> embeddings = view.of(version.version());
        List<NodeVector> found = new ArrayList<>(nodeIds.size());
        Set<String> unknown = new LinkedHashSet<>();
        for (String id : nodeIds) {
            NodeVector vector = embeddings.get(id);
            if (vector == null) {
                unknown.add(id);
            } else {
                found.add(vector);
            }
        }
        if (!unknown.isEmpty()) {
            throw new Problem.Missing(
                            ResourceKind.NODE,
                            List.copyOf(unknown),
                            "%d of %d nodes are not in the graph, the first is %s."
                                    .formatted(
                                            unknown.size(),
                                            nodeIds.size(),
                                            unknown.iterator().next()))
                    .exception();
        }
        return found;
    }

    private static Predicate<ModelVersion> suits(TaskKind kind, String task) {
        return version -> version.spec().getHeadsList().stream()
                .anyMatch(head ->
                        kind.of(head) && (task.isEmpty() || head.getTask().equals(task)));
    }

    /** Refuses until what is read from topics has caught up. */
    public void requireReady() {
        readiness.require();
    }

    private static void checkBatch(String field, int size) {
        if (size < 1 || size > MAX_BATCH) {
            throw Problem.invalid(field, "Must have 1 to %d entries, but has %d.".formatted(MAX_BATCH, size));
        }
    }

    /** Refuses ids that no vertex can have, whatever their number. */
    public static void checkIds(List<String> nodeIds) {
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < nodeIds.size(); i++) {
            checkId("node_ids[%d]", i, nodeIds.get(i), violations);
        }
        throwIfAny(violations);
    }

    /** The field is put into words only where it is wrong: that takes longer than all the rest of an answer. */
    public static void checkId(String field, int index, String id, List<Violation> violations) {
        // A string of at most 85 chars has at most 255 bytes.
        int bytes = id.length() <= MAX_ID_BYTES / 3 ? id.length() : id.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MAX_ID_BYTES) {
            violations.add(new Violation(
                    field.formatted(index), "Must have 1 to %d bytes, but has %d.".formatted(MAX_ID_BYTES, bytes)));
        }
    }

    /** Refuses with all of them, if there are any. */
    public static void throwIfAny(List<Violation> violations) {
        if (!violations.isEmpty()) {
            throw new Problem.Invalid(violations).exception();
        }
    }

    /** The version that a request means, whatever its state. */
    public ModelVersion model(ModelChoice choice) {
        return chooser.any(choice);
    }

    public ModelRegistry registry() {
        return registry;
    }
}
