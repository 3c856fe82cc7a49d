package io.anabranch.serve.wire;

import io.anabranch.serve.Problem;
import io.anabranch.serve.predict.Consistency;
import io.anabranch.serve.predict.EventPosition;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Prediction.Classified;
import io.anabranch.serve.predict.Prediction.Embedded;
import io.anabranch.serve.predict.Prediction.LinkProbability;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.Prediction.NodeEmbedding;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.Prediction.ScoredLinks;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.TaskKind;
import io.anabranch.serve.predict.TaskScorer;
import io.anabranch.serve.recompute.UnseenNode;
import io.anabranch.serve.recompute.UnseenVertices;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.ScoreLinksRequest;
import io.anabranch.v1.ScoreLinksResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Stream;

/** The requests of PredictionService that bring unseen nodes: those are embedded first, elsewhere; the rest is as without. Never blocks. */
final class UnseenCalls {

    private final Predictions predictions;
    private final Consistency consistency;
    private final UnseenVertices vertices;
    private final UnseenReader reader;

    UnseenCalls(Predictions predictions, Consistency consistency, UnseenVertices vertices, UnseenReader reader) {
        this.predictions = predictions;
        this.consistency = consistency;
        this.vertices = vertices;
        this.reader = reader;
    }

    CompletableFuture<ClassifyResponse> classify(
            ClassifyRequest request, ReadMask mask, List<EventPosition> token, Duration patience) {
        List<String> ids = request.getNodeIdsList();
        List<UnseenNode> unseen = reader.read(request.getUnseenNodesList());
        checkBatch("node_ids", ids.size() + unseen.size());
        Predictions.checkIds(ids);
        predictions.requireReady();
        ModelVersion version =
                predictions.version(Mapping.choice(request.getModel()), request.getTask(), TaskKind.NODES);
        TaskScorer scorer = predictions.scorer(version, request.getTask(), TaskKind.NODES);
        return embedded(version, unseen, token, patience, embeddings -> {
            List<EventPosition> reflected = ids.isEmpty() ? List.of() : consistency.reflected(ids);
            List<NodeClasses> nodes = new ArrayList<>();
            List<NodeVector> served = predictions.vectors(version, ids);
            for (int i = 0; i < ids.size(); i++) {
                nodes.add(scorer.classes(ids.get(i), served.get(i)));
            }
            embeddings.forEach((id, vector) -> nodes.add(scorer.classes(id, vector)));
            return Mapping.response(new Classified(version.version(), scorer.task(), nodes), mask)
                    .addAllReflected(Mapping.positions(reflected))
                    .build();
        });
    }

    CompletableFuture<GetEmbeddingsResponse> getEmbeddings(
            GetEmbeddingsRequest request, ReadMask mask, List<EventPosition> token, Duration patience) {
        List<String> ids = request.getNodeIdsList();
        List<UnseenNode> unseen = reader.read(request.getUnseenNodesList());
        checkBatch("node_ids", ids.size() + unseen.size());
        Predictions.checkIds(ids);
        predictions.requireReady();
        ModelVersion version = predictions.version(Mapping.choice(request.getModel()));
        return embedded(version, unseen, token, patience, embeddings -> {
            List<EventPosition> reflected = ids.isEmpty() ? List.of() : consistency.reflected(ids);
            List<NodeEmbedding> nodes = new ArrayList<>();
            List<NodeVector> served = predictions.vectors(version, ids);
            for (int i = 0; i < ids.size(); i++) {
                nodes.add(new NodeEmbedding(ids.get(i), served.get(i)));
            }
            embeddings.forEach((id, vector) -> nodes.add(new NodeEmbedding(id, vector)));
            return Mapping.response(new Embedded(version.version(), nodes), mask)
                    .addAllReflected(Mapping.positions(reflected))
                    .build();
        });
    }

    CompletableFuture<ScoreLinksResponse> scoreLinks(
            ScoreLinksRequest request, ReadMask mask, List<Pair> pairs, List<EventPosition> token, Duration patience) {
        List<UnseenNode> unseen = reader.read(request.getUnseenNodesList());
        predictions.requireReady();
        ModelVersion version =
                predictions.version(Mapping.choice(request.getModel()), request.getTask(), TaskKind.LINKS);
        TaskScorer scorer = predictions.scorer(version, request.getTask(), TaskKind.LINKS);
        return embedded(version, unseen, token, patience, embeddings -> {
            List<String> ids = pairs.stream()
                    .flatMap(pair -> Stream.of(pair.source(), pair.target()))
                    .filter(id -> !embeddings.containsKey(id))
                    .distinct()
                    .toList();
            List<EventPosition> reflected = ids.isEmpty() ? List.of() : consistency.reflected(ids);
            Map<String, NodeVector> ends = new HashMap<>(embeddings);
            List<NodeVector> served = predictions.vectors(version, ids);
            for (int i = 0; i < ids.size(); i++) {
                ends.put(ids.get(i), served.get(i));
            }
            List<LinkProbability> links = new ArrayList<>();
            for (Pair pair : pairs) {
                links.add(scorer.link(pair, end(ends, pair.source()), end(ends, pair.target())));
            }
            return Mapping.response(new ScoredLinks(version.version(), links), mask)
                    .addAllReflected(Mapping.positions(reflected))
                    .build();
        });
    }

    private static NodeVector end(Map<String, NodeVector> ends, String id) {
        NodeVector vector = ends.get(id);
        if (vector == null) {
            throw new IllegalStateException("The end (%s) got lost.".formatted(id));
        }
        return vector;
    }

    private <T> CompletableFuture<T> embedded(
            ModelVersion version,
            List<UnseenNode> unseen,
            List<EventPosition> token,
            Duration patience,
            Function<Map<String, NodeVector>, T> answer) {
        long begin = System.nanoTime();
        CompletableFuture<T> result = new CompletableFuture<>();
        var unused = consistency
                .whenEverywhere(token, patience, () -> token)
                .thenCompose(reached -> {
                    CompletableFuture<Map<String, NodeVector>> work = vertices.embed(
                            version,
                            unseen,
                            !reached.isEmpty(),
                            patience.minusNanos(Math.min(System.nanoTime() - begin, patience.toNanos())));
                    // A client that has gone wants nothing computed.
                    var ignored = result.whenComplete((done, failure) -> work.cancel(false));
                    return work;
                })
                .thenApply(answer)
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        result.complete(done);
                    } else {
                        result.completeExceptionally(
                                failure instanceof CompletionException && failure.getCause() != null
                                        ? failure.getCause()
                                        : failure);
                    }
                });
        return result;
    }

    private static void checkBatch(String field, int size) {
        if (size > Predictions.MAX_BATCH) {
            throw Problem.invalid(
                    field,
                    "Must have at most %d entries, unseen nodes included, but has %d."
                            .formatted(Predictions.MAX_BATCH, size));
        }
    }
}
