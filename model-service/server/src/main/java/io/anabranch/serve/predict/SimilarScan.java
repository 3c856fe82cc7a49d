package io.anabranch.serve.predict;

import io.anabranch.serve.predict.Prediction.ExactReason;
import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.predict.Prediction.SimilarNode;
import io.anabranch.serve.predict.ScanPool.Scan;
import io.anabranch.serve.predict.TopK.Candidate;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One search for nearest neighbours: through the index where it can be, else, or where that finds too few, by comparing all. Scores
 * are always of the vectors that are served when the answer is made.
 */
final class SimilarScan implements Scan<Similar> {

    private static final int STEP = 256;
    /** Kept beyond what is asked for: some may vanish, or move away, while the rest is compared. */
    private static final int SPARE = 16;

    private final long version;
    private final SimilarQuery query;
    private final float[] vector;
    private final double norm;
    private final Predicate<String> accept;
    private final Map<String, NodeVector> embeddings;
    private final int beam;
    private final Iterator<Map.Entry<String, NodeVector>> all;

    private @Nullable VersionIndex index;
    private @Nullable ExactReason reason;
    private TopK best;
    private long compared;
    private int pending;

    /**
     * @param index null: compare all, for this reason
     * @param beam least number of candidates to ask the index for
     */
    SimilarScan(
            long version,
            SimilarQuery query,
            float[] vector,
            Predicate<String> accept,
            Map<String, NodeVector> embeddings,
            @Nullable VersionIndex index,
            @Nullable ExactReason reason,
            int beam) {
        this.version = version;
        this.query = query;
        this.vector = vector;
        this.norm = SimilarityMetric.norm(vector);
        this.accept = accept;
        this.embeddings = embeddings;
        this.index = index;
        this.reason = reason;
        this.beam = beam;
        this.all = embeddings.entrySet().iterator();
        this.best = new TopK(query.k() + SPARE);
    }

    @Override
    public boolean step() {
        VersionIndex from = index;
        if (from == null) {
            return compareSome();
        }
        index = null;
        VersionIndex.Candidates found = from.search(vector, Math.max(beam, query.k() + SPARE), accept);
        for (String id : found.ids()) {
            NodeVector now = embeddings.get(id);
            if (now != null) {
                offer(id, now);
            }
        }
        pending = found.pending();
        if (found.complete() && best.size() >= query.k()) {
            return false;
        }
        reason = ExactReason.TOO_FEW_FOUND;
        best = new TopK(query.k() + SPARE);
        compared = 0;
        return true;
    }

    private boolean compareSome() {
        for (int i = 0; i < STEP && all.hasNext(); i++) {
            Map.Entry<String, NodeVector> each = all.next();
            offer(each.getKey(), each.getValue());
        }
        return all.hasNext();
    }

    private void offer(String id, NodeVector candidate) {
        compared++;
        double score = score(candidate);
        best.offer(id, candidate, score, query.metric().rank(score), accept);
    }

    private double score(NodeVector candidate) {
        if (candidate.width() != vector.length) {
            throw new IllegalStateException("Version (%d) has embeddings of widths (%d) and (%d)."
                    .formatted(version, vector.length, candidate.width()));
        }
        return query.metric().score(vector, norm, candidate.values());
    }

    @Override
    public Similar result() {
        TopK current = new TopK(query.k());
        for (Candidate each : best.bestFirst()) {
            NodeVector now = embeddings.get(each.id());
            if (now != null) {
                double score = now == each.vector() ? each.score() : score(now);
                current.offer(each.id(), now, score, query.metric().rank(score), id -> true);
            }
        }
        List<SimilarNode> nodes = current.bestFirst().stream()
                .map(each ->
                        new SimilarNode(each.id(), each.score(), each.vector().freshness()))
                .toList();
        return new Similar(version, query.metric(), nodes, reason, compared, pending);
    }

    @Override
    public long seen() {
        return compared;
    }
}
