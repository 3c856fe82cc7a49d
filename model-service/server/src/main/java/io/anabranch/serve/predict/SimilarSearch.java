package io.anabranch.serve.predict;

import io.anabranch.learn.model.Levels;
import io.anabranch.serve.Problem;
import io.anabranch.serve.predict.Prediction.ExactReason;
import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Nearest neighbours among the embeddings at hand. Problems are thrown, or come with the future. Never blocks; any thread. */
public final class SimilarSearch {

    private static final Duration REPETITION_PATIENCE = Duration.ofSeconds(30);

    private final SimilarSettings settings;
    private final Predictions predictions;
    private final SimilarIndexes indexes;
    private final CandidateFilters filters;
    private final ScanPool pool;
    private final SharedPasses passes;
    private final RecallSamples recall;
    private final Timer approximate;
    private final Timer exact;

    public SimilarSearch(
            SimilarSettings settings,
            Predictions predictions,
            SimilarIndexes indexes,
            CandidateFilters filters,
            ScanPool pool,
            SharedPasses passes,
            MeterRegistry meters) {
        this.settings = settings;
        this.predictions = predictions;
        this.indexes = indexes;
        this.filters = filters;
        this.pool = pool;
        this.passes = passes;
        this.recall = new RecallSamples(settings.recallInterval(), meters);
        this.approximate = timer(meters, "approximate");
        this.exact = timer(meters, "exact");
    }

    private static Timer timer(MeterRegistry meters, String method) {
        return Timer.builder("anabranch.similar.latency")
                .description(
                        "From the request for nearest neighbours, once it need not wait for events, to their answer")
                .tag("method", method)
                .publishPercentileHistogram()
                .register(meters);
    }

    public CompletableFuture<Similar> find(SimilarQuery query, ScanLimit limit) {
        long begin = System.nanoTime();
        predictions.requireReady();
        ModelChoice choice =
                query.nodeId() == null ? query.choice() : query.choice().routedBy(query.nodeId());
        return predictions.answerLater(
                choice,
                version -> find(query, version, limit, begin),
                query.nodeId() == null ? null : version -> compareAll(query, version));
    }

    private CompletableFuture<Similar> find(SimilarQuery query, ModelVersion version, ScanLimit limit, long begin) {
        float[] vector = vector(version, query);
        Predicate<String> accept = filters.ofSimilar(query);
        ExactReason reason = reason(version.version(), query);
        return answer(version.version(), query, vector, accept, reason, limit).thenApply(similar -> {
            boolean sampled = similar.exactBecause() == null;
            (sampled ? approximate : exact).record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            if (sampled && recall.due()) {
                repeat(query, vector, accept, similar);
            }
            return similar;
        });
    }

    /** At once, on this thread. */
    private Similar compareAll(SimilarQuery query, ModelVersion version) {
        Map<String, NodeVector> embeddings = predictions.embeddingsOf(version.version());
        SimilarCandidates candidates = new SimilarCandidates(
                version.version(), query, vector(version, query), filters.ofSimilar(query), embeddings);
        return Pass.alone(
                new PassKind(version.version(), null, embeddings),
                embeddings.entrySet().iterator(),
                new SimilarScan(candidates, ExactReason.ASKED_FOR, 0));
    }

    private static float[] copyOf(ModelVersion version, float[] vector) {
        int width = version.spec().getLayersCount() == 0
                ? vector.length
                : Levels.of(version.spec()).embeddingWidth();
        if (vector.length != width) {
            throw Problem.invalid(
                    "vector.values",
                    "Must have %d entries, as the embeddings of version %d of model %s have columns, but has %d."
                            .formatted(width, version.version(), version.name(), vector.length));
        }
        return vector.clone();
    }

    private float[] vector(ModelVersion version, SimilarQuery query) {
        if (query.vector() != null) {
            return copyOf(version, query.vector());
        }
        String nodeId = query.nodeId();
        if (nodeId == null) {
            throw new IllegalStateException("The query (%s) is of nothing.".formatted(query));
        }
        return predictions.vectors(version, List.of(nodeId)).getFirst().values();
    }

    private @Nullable ExactReason reason(long version, SimilarQuery query) {
        if (query.exact()) {
            return ExactReason.ASKED_FOR;
        }
        if (query.metric() != settings.metric()) {
            return ExactReason.OTHER_METRIC;
        }
        return indexes.obstacle(version);
    }

    private CompletableFuture<Similar> answer(
            long version,
            SimilarQuery query,
            float[] vector,
            Predicate<String> accept,
            @Nullable ExactReason reason,
            ScanLimit limit) {
        Map<String, NodeVector> embeddings = predictions.embeddingsOf(version);
        SimilarCandidates candidates = new SimilarCandidates(version, query, vector, accept, embeddings);
        VersionIndex index = reason == null ? indexes.of(version) : null;
        PassKind kind = new PassKind(version, null, embeddings);
        if (index == null) {
            ExactReason why = reason == null ? ExactReason.INDEX_BEHIND : reason;
            return passes.ride(kind, new SimilarScan(candidates, why, 0), limit);
        }
        IndexScan scan = new IndexScan(index, query, vector, accept, embeddings, candidates, settings.searchBeam());
        return pool.run(scan, limit).thenCompose(found -> {
            if (found.enough()) {
                return CompletableFuture.completedFuture(found.candidates().result(null, found.pending()));
            }
            SimilarCandidates all = new SimilarCandidates(version, query, vector, accept, embeddings);
            return passes.ride(kind, new SimilarScan(all, ExactReason.TOO_FEW_FOUND, found.pending()), limit);
        });
    }

    /** Compares an answer of the index with what comparing all gives, after it went out. */
    private void repeat(SimilarQuery query, float[] vector, Predicate<String> accept, Similar answered) {
        if (pool.running() > 1) {
            // Others wait; the next answer will do.
            recall.postpone();
            return;
        }
        var unused = answer(
                        answered.modelVersion(),
                        query,
                        vector,
                        accept,
                        ExactReason.ASKED_FOR,
                        ScanLimit.of(REPETITION_PATIENCE, () -> false))
                .thenAccept(all -> recall.add(RecallSamples.recall(answered, all)));
    }

    /** Mean share of the nearest neighbours that sampled answers of indexes found; not a number before the first. */
    public double recall() {
        return recall.mean();
    }
}
