package io.anabranch.serve.predict;

import io.anabranch.serve.predict.Prediction.LinkProbability;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.Prediction.RankedLinks;
import io.anabranch.serve.predict.ScanPool.Scan;
import io.anabranch.serve.predict.TopK.Candidate;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** One ranking of targets: the head's score of every candidate, the best kept. */
final class LinkScan implements Scan<RankedLinks> {

    private static final int STEP = 64;
    private static final int SPARE = 16;

    private final long version;
    private final LinkQuery query;
    private final FrozenHead head;
    private final NodeVector source;
    private final float[] sourceLogits;
    private final float[] scratch;
    private final Map<String, NodeVector> embeddings;
    private final Iterator<Map.Entry<String, NodeVector>> candidates;
    private final Predicate<String> accept;
    private final TopK best;
    private long scored;

    LinkScan(
            long version,
            LinkQuery query,
            FrozenHead head,
            NodeVector source,
            Map<String, NodeVector> embeddings,
            Iterator<Map.Entry<String, NodeVector>> candidates,
            Predicate<String> accept) {
        this.version = version;
        this.query = query;
        this.head = head;
        this.source = source;
        this.sourceLogits = head.logits(source.values());
        this.scratch = new float[sourceLogits.length];
        this.embeddings = embeddings;
        this.candidates = candidates;
        this.accept = accept;
        this.best = new TopK(query.k() + SPARE);
    }

    @Override
    public boolean step() {
        for (int i = 0; i < STEP && candidates.hasNext(); i++) {
            Map.Entry<String, NodeVector> each = candidates.next();
            double score = score(each.getValue());
            best.offer(each.getKey(), each.getValue(), score, score, accept);
            scored++;
        }
        return candidates.hasNext();
    }

    private double score(NodeVector target) {
        return Scores.dot(sourceLogits, head.logits(target.values(), scratch));
    }

    @Override
    public RankedLinks result() {
        TopK current = new TopK(query.k());
        for (Candidate each : best.bestFirst()) {
            NodeVector now = embeddings.get(each.id());
            if (now != null) {
                double score = now == each.vector() ? each.score() : score(now);
                current.offer(each.id(), now, score, score, id -> true);
            }
        }
        List<LinkProbability> links = current.bestFirst().stream()
                .map(each -> new LinkProbability(
                        new Pair(query.source(), each.id()),
                        FrozenHead.sigmoid(each.score()),
                        source.freshness().staler(each.vector().freshness())))
                .toList();
        return new RankedLinks(version, head.task(), links, scored);
    }

    @Override
    public long seen() {
        return scored;
    }
}
