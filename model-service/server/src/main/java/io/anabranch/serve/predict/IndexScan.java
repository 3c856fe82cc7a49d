package io.anabranch.serve.predict;

import java.util.Map;
import java.util.function.Predicate;

/** Nearest neighbours through an index. It takes tens to hundreds of microseconds, and none of it could be shared. */
final class IndexScan implements ScanPool.Scan<IndexScan.Found> {

    /**
     * What the index led to.
     *
     * @param enough whether these answer the query
     * @param pending those among them that the index had not taken in
     */
    record Found(SimilarCandidates candidates, boolean enough, int pending) {}

    private final VersionIndex index;
    private final SimilarQuery query;
    private final float[] vector;
    private final Predicate<String> accept;
    private final Map<String, NodeVector> embeddings;
    private final SimilarCandidates candidates;
    private final int beam;
    private boolean complete;
    private int pending;
    private long seen;

    /** @param beam least number of candidates to ask the index for */
    IndexScan(
            VersionIndex index,
            SimilarQuery query,
            float[] vector,
            Predicate<String> accept,
            Map<String, NodeVector> embeddings,
            SimilarCandidates candidates,
            int beam) {
        this.index = index;
        this.query = query;
        this.vector = vector;
        this.accept = accept;
        this.embeddings = embeddings;
        this.candidates = candidates;
        this.beam = beam;
    }

    @Override
    public boolean step() {
        VersionIndex.Candidates found =
                index.search(vector, Math.max(beam, query.k() + SimilarCandidates.SPARE), accept);
        for (String id : found.ids()) {
            NodeVector now = embeddings.get(id);
            if (now != null) {
                candidates.offer(id, now);
                seen++;
            }
        }
        complete = found.complete();
        pending = found.pending();
        return false;
    }

    @Override
    public Found result() {
        return new Found(candidates, complete && candidates.size() >= query.k(), pending);
    }

    @Override
    public long seen() {
        return seen;
    }
}
