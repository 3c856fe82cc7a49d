package io.anabranch.serve.predict;

import io.anabranch.serve.predict.Prediction.RankedLinks;
import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The likeliest targets of edges from a vertex, by the score that {@link Predictions#scoreLinks} gives. Every candidate is scored.
 * Problems are thrown, or come with the future. Never blocks; any thread.
 */
public final class LinkRanking {

    private final Predictions predictions;
    private final CandidateFilters filters;
    private final SharedPasses passes;
    private final Timer timer;

    public LinkRanking(Predictions predictions, CandidateFilters filters, SharedPasses passes, MeterRegistry meters) {
        this.predictions = predictions;
        this.filters = filters;
        this.passes = passes;
        this.timer = Timer.builder("anabranch.rank.latency")
                .description("From the request to rank links, once it need not wait for events, to its answer")
                .publishPercentileHistogram()
                .register(meters);
    }

    public CompletableFuture<RankedLinks> rank(LinkQuery query, ScanLimit limit) {
        long begin = System.nanoTime();
        predictions.requireReady();
        return predictions
                .answerLater(
                        query.choice().routedBy(query.source()),
                        query.task(),
                        TaskKind.LINKS,
                        version -> rank(query, version, limit),
                        version -> rank(query, version))
                .thenApply(ranked -> {
                    timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
                    return ranked;
                });
    }

    private CompletableFuture<RankedLinks> rank(LinkQuery query, ModelVersion version, ScanLimit limit) {
        LinkScan scan = scan(query, version);
        return query.candidates().isEmpty()
                ? passes.ride(scan.kind(), scan, limit)
                : passes.alone(scan.kind(), candidates(query, version), scan, limit);
    }

    /** At once, on this thread. */
    private RankedLinks rank(LinkQuery query, ModelVersion version) {
        LinkScan scan = scan(query, version);
        return Pass.alone(
                scan.kind(),
                query.candidates().isEmpty()
                        ? scan.kind().embeddings().entrySet().iterator()
                        : candidates(query, version),
                scan);
    }

    private LinkScan scan(LinkQuery query, ModelVersion version) {
        FrozenHead head =
                predictions.scorer(version, query.task(), TaskKind.LINKS).head();
        NodeVector source =
                predictions.vectors(version, List.of(query.source())).getFirst();
        PassKind kind = new PassKind(version.version(), head, predictions.embeddingsOf(version.version()));
        return new LinkScan(kind, head, query, source, filters.ofTargets(query.filter(), query.source()));
    }

    private Iterator<Map.Entry<String, NodeVector>> candidates(LinkQuery query, ModelVersion version) {
        List<String> ids = List.copyOf(new LinkedHashSet<>(query.candidates()));
        List<NodeVector> vectors = predictions.vectors(version, ids);
        List<Map.Entry<String, NodeVector>> named = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            named.add(Map.entry(ids.get(i), vectors.get(i)));
        }
        return named.iterator();
    }
}
