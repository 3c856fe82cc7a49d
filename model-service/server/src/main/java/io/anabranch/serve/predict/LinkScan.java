package io.anabranch.serve.predict;

import io.anabranch.serve.predict.Prediction.LinkProbability;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.Prediction.RankedLinks;
import io.anabranch.serve.predict.TopK.Candidate;
import java.util.List;
import java.util.function.Predicate;

/** One ranking of targets: the head's score of every candidate, the best kept. A row of its pass is the candidate's logits. */
final class LinkScan implements PassQuery<RankedLinks> {

    private static final int SPARE = 16;

    private final PassKind kind;
    private final LinkQuery query;
    private final FrozenHead head;
    private final NodeVector source;
    private final float[] sourceLogits;
    private final Predicate<String> accept;
    private final TopK best;
    private long scored;

    /** @param kind with this head */
    LinkScan(PassKind kind, FrozenHead head, LinkQuery query, NodeVector source, Predicate<String> accept) {
        this.kind = kind;
        this.query = query;
        this.head = head;
        this.source = source;
        this.sourceLogits = head.logits(source.values());
        this.accept = accept;
        this.best = new TopK(query.k() + SPARE);
    }

    PassKind kind() {
        return kind;
    }

    @Override
    public void see(String id, NodeVector vector, float[] row) {
        double score = Scores.dot(sourceLogits, row);
        best.offer(id, vector, score, score, accept);
        scored++;
    }

    @Override
    public RankedLinks result() {
        TopK current = new TopK(query.k());
        for (Candidate each : best.bestFirst()) {
            NodeVector now = kind.embeddings().get(each.id());
            if (now != null) {
                double score = now == each.vector()
                        ? each.score()
                        : Scores.dot(sourceLogits, head.logits(now.values(), new float[head.outputs()]));
                current.offer(each.id(), now, score, score, id -> true);
            }
        }
        List<LinkProbability> links = current.bestFirst().stream()
                .map(each -> new LinkProbability(
                        new Pair(query.source(), each.id()),
                        FrozenHead.sigmoid(each.score()),
                        source.freshness().staler(each.vector().freshness())))
                .toList();
        return new RankedLinks(kind.version(), head.task(), links, scored);
    }
}
