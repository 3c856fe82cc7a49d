package io.anabranch.serve.wire;

import io.anabranch.serve.Problem;
import io.anabranch.serve.predict.CandidateFilter;
import io.anabranch.serve.predict.LinkQuery;
import io.anabranch.serve.predict.Prediction;
import io.anabranch.serve.predict.Prediction.RankedLinks;
import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.predict.SimilarQuery;
import io.anabranch.v1.ExactReason;
import io.anabranch.v1.FindSimilarRequest;
import io.anabranch.v1.FindSimilarResponse;
import io.anabranch.v1.QueryVector;
import io.anabranch.v1.RankLinksRequest;
import io.anabranch.v1.RankLinksResponse;
import io.anabranch.v1.SimilarNode;
import io.anabranch.v1.SimilarityMetric;

/** Nearest neighbours and rankings of links, from and to service messages. */
final class NeighbourMapping {

    private NeighbourMapping() {}

    static SimilarQuery query(FindSimilarRequest request) {
        return new SimilarQuery(
                Mapping.choice(request.getModel()),
                request.hasNodeId() ? request.getNodeId() : null,
                request.hasVector() ? values(request.getVector()) : null,
                request.getK(),
                metric(request.getMetric()),
                filter(request.getFilter()),
                request.getExact());
    }

    static LinkQuery query(RankLinksRequest request) {
        return new LinkQuery(
                Mapping.choice(request.getModel()),
                request.getTask(),
                request.getSource(),
                request.getK(),
                request.getCandidatesList(),
                filter(request.getFilter()));
    }

    private static float[] values(QueryVector vector) {
        float[] values = new float[vector.getValuesCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = vector.getValues(i);
        }
        return values;
    }

    private static CandidateFilter filter(io.anabranch.v1.CandidateFilter filter) {
        return new CandidateFilter(
                filter.hasNodeType() ? filter.getNodeType() : null, filter.getExcludeLinked(), filter.getIncludeSelf());
    }

    private static io.anabranch.serve.predict.SimilarityMetric metric(SimilarityMetric metric) {
        return switch (metric) {
            case SIMILARITY_METRIC_UNSPECIFIED, SIMILARITY_METRIC_COSINE ->
                io.anabranch.serve.predict.SimilarityMetric.COSINE;
            case SIMILARITY_METRIC_DOT -> io.anabranch.serve.predict.SimilarityMetric.DOT;
            case SIMILARITY_METRIC_EUCLIDEAN -> io.anabranch.serve.predict.SimilarityMetric.EUCLIDEAN;
            case UNRECOGNIZED -> throw Problem.invalid("metric", "Must be one of the values of SimilarityMetric.");
        };
    }

    private static SimilarityMetric metric(io.anabranch.serve.predict.SimilarityMetric metric) {
        return switch (metric) {
            case COSINE -> SimilarityMetric.SIMILARITY_METRIC_COSINE;
            case DOT -> SimilarityMetric.SIMILARITY_METRIC_DOT;
            case EUCLIDEAN -> SimilarityMetric.SIMILARITY_METRIC_EUCLIDEAN;
        };
    }

    static FindSimilarResponse.Builder response(Similar answer, ReadMask mask) {
        FindSimilarResponse.Builder response = FindSimilarResponse.newBuilder()
                .setModelVersion(answer.modelVersion())
                .setMetric(metric(answer.metric()))
                .setExact(answer.exactBecause() != null)
                .setCompared(answer.compared())
                .setPending(answer.pending());
        if (answer.exactBecause() != null) {
            response.setExactBecause(reason(answer.exactBecause()));
        }
        answer.nodes()
                .forEach(node -> response.addNodes(mask.trim(SimilarNode.newBuilder()
                        .setNodeId(node.nodeId())
                        .setScore(node.score())
                        .setFreshness(Mapping.freshness(node.freshness()))
                        .build())));
        return response;
    }

    private static ExactReason reason(Prediction.ExactReason reason) {
        return switch (reason) {
            case ASKED_FOR -> ExactReason.EXACT_REASON_ASKED_FOR;
            case FEW_EMBEDDINGS -> ExactReason.EXACT_REASON_FEW_EMBEDDINGS;
            case OTHER_METRIC -> ExactReason.EXACT_REASON_OTHER_METRIC;
            case INDEX_OFF -> ExactReason.EXACT_REASON_INDEX_OFF;
            case INDEX_BEHIND -> ExactReason.EXACT_REASON_INDEX_BEHIND;
            case INDEX_FAILED -> ExactReason.EXACT_REASON_INDEX_FAILED;
            case TOO_FEW_FOUND -> ExactReason.EXACT_REASON_TOO_FEW_FOUND;
        };
    }

    static RankLinksResponse.Builder response(RankedLinks answer, ReadMask mask) {
        RankLinksResponse.Builder response = RankLinksResponse.newBuilder()
                .setModelVersion(answer.modelVersion())
                .setTask(answer.task())
                .setScored(answer.scored());
        answer.links().forEach(link -> response.addScores(mask.trim(Mapping.score(link))));
        return response;
    }
}
