package io.anabranch.serve.rest;

import io.anabranch.serve.wire.ExplainCalls;
import io.anabranch.serve.wire.HistoryCalls;
import io.anabranch.serve.wire.MapCalls;
import io.anabranch.serve.wire.NeighbourCalls;
import io.anabranch.serve.wire.PredictionCalls;
import io.anabranch.serve.wire.ReadMask;
import io.anabranch.v1.Classification;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ExplainRequest;
import io.anabranch.v1.FindSimilarRequest;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetPredictionHistoryRequest;
import io.anabranch.v1.LinkScore;
import io.anabranch.v1.MapEmbeddingsRequest;
import io.anabranch.v1.NodeEmbedding;
import io.anabranch.v1.RankLinksRequest;
import io.anabranch.v1.ScoreLinksRequest;
import io.anabranch.v1.SimilarNode;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * PredictionService as JSON. On the event loop: nothing here blocks. The query parameter {@code after}, as often as wanted, adds to
 * the body's min_positions, {@code readMask} (paths with commas between them) to its readMask; a call waits for at most {@code anabranch.server.max-wait}.
 */
@Path("/v1")
@Tag(name = "predictions")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class PredictionResource {

    /** A client of HTTP names no deadline; the service's longest wait is sooner. */
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final PredictionCalls calls;
    private final NeighbourCalls neighbours;
    private final ExplainCalls explanations;
    private final MapCalls maps;
    private final HistoryCalls histories;

    @Inject
    PredictionResource(
            PredictionCalls calls,
            NeighbourCalls neighbours,
            ExplainCalls explanations,
            MapCalls maps,
            HistoryCalls histories) {
        this.calls = calls;
        this.neighbours = neighbours;
        this.explanations = explanations;
        this.maps = maps;
        this.histories = histories;
    }

    @POST
    @Path("/classify")
    @NonBlocking
    @Operation(operationId = "classify", summary = "Classes or values of 1 to 1,000 nodes")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "ClassifyRequest")))
    @APIResponse(
            responseCode = "200",
            description = "In the order of the request",
            content = @Content(schema = @Schema(ref = "ClassifyResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public CompletionStage<Response> classify(
            @QueryParam("after") List<String> after,
            @QueryParam("readMask") @Nullable String readMask,
            @Nullable String body) {
        ClassifyRequest.Builder request =
                JsonCalls.read(ClassifyRequest.newBuilder(), body).addAllMinPositions(JsonCalls.positions(after));
        JsonCalls.readMask(readMask, request.getReadMaskBuilder());
        return JsonCalls.answerLater(
                calls.classify(request.build(), FOR_EVER),
                ReadMask.of(request.getReadMask(), Classification.getDescriptor()));
    }

    @POST
    @Path("/score-links")
    @NonBlocking
    @Operation(operationId = "scoreLinks", summary = "Probabilities of 1 to 1,000 edges")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "ScoreLinksRequest")))
    @APIResponse(
            responseCode = "200",
            description = "In the order of the request",
            content = @Content(schema = @Schema(ref = "ScoreLinksResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public CompletionStage<Response> scoreLinks(
            @QueryParam("after") List<String> after,
            @QueryParam("readMask") @Nullable String readMask,
            @Nullable String body) {
        ScoreLinksRequest.Builder request =
                JsonCalls.read(ScoreLinksRequest.newBuilder(), body).addAllMinPositions(JsonCalls.positions(after));
        JsonCalls.readMask(readMask, request.getReadMaskBuilder());
        return JsonCalls.answerLater(
                calls.scoreLinks(request.build(), FOR_EVER),
                ReadMask.of(request.getReadMask(), LinkScore.getDescriptor()));
    }

    @POST
    @Path("/embeddings")
    @NonBlocking
    @Operation(operationId = "getEmbeddings", summary = "Embeddings of 1 to 1,000 nodes")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "GetEmbeddingsRequest")))
    @APIResponse(
            responseCode = "200",
            description = "In the order of the request",
            content = @Content(schema = @Schema(ref = "GetEmbeddingsResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public CompletionStage<Response> embeddings(
            @QueryParam("after") List<String> after,
            @QueryParam("readMask") @Nullable String readMask,
            @Nullable String body) {
        GetEmbeddingsRequest.Builder request =
                JsonCalls.read(GetEmbeddingsRequest.newBuilder(), body).addAllMinPositions(JsonCalls.positions(after));
        JsonCalls.readMask(readMask, request.getReadMaskBuilder());
        return JsonCalls.answerLater(
                calls.getEmbeddings(request.build(), FOR_EVER),
                ReadMask.of(request.getReadMask(), NodeEmbedding.getDescriptor()));
    }

    @POST
    @Path("/similar")
    @NonBlocking
    @Operation(operationId = "findSimilar", summary = "Nearest neighbours of a node or of a vector")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "FindSimilarRequest")))
    @APIResponse(
            responseCode = "200",
            description = "Nearest first",
            content = @Content(schema = @Schema(ref = "FindSimilarResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public CompletionStage<Response> similar(
            @QueryParam("after") List<String> after,
            @QueryParam("readMask") @Nullable String readMask,
            @Nullable String body) {
        FindSimilarRequest.Builder request =
                JsonCalls.read(FindSimilarRequest.newBuilder(), body).addAllMinPositions(JsonCalls.positions(after));
        JsonCalls.readMask(readMask, request.getReadMaskBuilder());
        return JsonCalls.answerLater(
                neighbours.findSimilar(request.build(), FOR_EVER),
                ReadMask.of(request.getReadMask(), SimilarNode.getDescriptor()));
    }

    @POST
    @Path("/rank-links")
    @NonBlocking
    @Operation(operationId = "rankLinks", summary = "Likeliest targets of edges from a node")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "RankLinksRequest")))
    @APIResponse(
            responseCode = "200",
            description = "Likeliest first",
            content = @Content(schema = @Schema(ref = "RankLinksResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public CompletionStage<Response> rankLinks(
            @QueryParam("after") List<String> after,
            @QueryParam("readMask") @Nullable String readMask,
            @Nullable String body) {
        RankLinksRequest.Builder request =
                JsonCalls.read(RankLinksRequest.newBuilder(), body).addAllMinPositions(JsonCalls.positions(after));
        JsonCalls.readMask(readMask, request.getReadMaskBuilder());
        return JsonCalls.answerLater(
                neighbours.rankLinks(request.build(), FOR_EVER),
                ReadMask.of(request.getReadMask(), LinkScore.getDescriptor()));
    }

    @POST
    @Path("/explain")
    @NonBlocking
    @Operation(operationId = "explain", summary = "Which edges, features and changes moved a prediction")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "ExplainRequest")))
    @APIResponse(
            responseCode = "200",
            description = "Greatest contributions first",
            content = @Content(schema = @Schema(ref = "ExplainResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public CompletionStage<Response> explain(@QueryParam("after") List<String> after, @Nullable String body) {
        ExplainRequest request = JsonCalls.read(ExplainRequest.newBuilder(), body)
                .addAllMinPositions(JsonCalls.positions(after))
                .build();
        return JsonCalls.answerLater(explanations.explain(request, FOR_EVER));
    }

    /** On a worker: a map is large to write. */
    @POST
    @Path("/embedding-map")
    @Blocking
    @Operation(operationId = "mapEmbeddings", summary = "Embeddings as points of a plane, at most a second old")
    @RequestBody(content = @Content(schema = @Schema(ref = "MapEmbeddingsRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The points, in lists of equal length",
            content = @Content(schema = @Schema(ref = "MapEmbeddingsResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response map(@Nullable String body) {
        return JsonCalls.answer(
                MapEmbeddingsRequest.newBuilder(),
                body,
                request -> JsonCalls.await(maps.mapEmbeddings(request.build())));
    }

    @POST
    @Path("/prediction-history")
    @NonBlocking
    @Operation(operationId = "getPredictionHistory", summary = "What was predicted of a node, as far as it is known")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "GetPredictionHistoryRequest")))
    @APIResponse(
            responseCode = "200",
            description = "Oldest first",
            content = @Content(schema = @Schema(ref = "GetPredictionHistoryResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response history(@Nullable String body) {
        return JsonCalls.answer(
                GetPredictionHistoryRequest.newBuilder(), body, request -> histories.get(request.build()));
    }
}
