package io.anabranch.serve.predict;

import io.anabranch.serve.predict.Prediction.RankedLinks;
import io.anabranch.serve.predict.Prediction.Similar;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which share of two versions' answers to one request they have both found: 1 is the same vertices, in whatever order. */
final class Overlap {

    private Overlap() {}

    static double of(RankedLinks one, RankedLinks other) {
        return of(targets(one), targets(other));
    }

    static double of(Similar one, Similar other) {
        return of(nodes(one), nodes(other));
    }

    /** The common part of the longer one; of nothing and nothing, 1. */
    private static double of(Collection<String> one, Collection<String> other) {
        int longer = Math.max(one.size(), other.size());
        Set<String> common = new HashSet<>(one);
        common.retainAll(new HashSet<>(other));
        return longer == 0 ? 1 : common.size() / (double) longer;
    }

    private static List<String> targets(RankedLinks ranked) {
        return ranked.links().stream().map(link -> link.pair().target()).toList();
    }

    private static List<String> nodes(Similar similar) {
        return similar.nodes().stream().map(Prediction.SimilarNode::nodeId).toList();
    }
}
