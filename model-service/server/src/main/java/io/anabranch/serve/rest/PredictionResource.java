package io.anabranch.serve.rest;

import io.anabranch.serve.wire.PredictionCalls;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.ScoreLinksRequest;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** PredictionService as JSON. On the event loop: nothing here blocks. */
@Path("/v1")
@Tag(name = "predictions")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class PredictionResource {

    private final PredictionCalls calls;

    @Inject
    PredictionResource(PredictionCalls calls) {
        this.calls = calls;
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
    public Response classify(@Nullable String body) {
        return JsonCalls.answer(ClassifyRequest.newBuilder(), body, request -> calls.classify(request.build()));
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
    public Response scoreLinks(@Nullable String body) {
        return JsonCalls.answer(ScoreLinksRequest.newBuilder(), body, request -> calls.scoreLinks(request.build()));
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
    public Response embeddings(@Nullable String body) {
        return JsonCalls.answer(
                GetEmbeddingsRequest.newBuilder(), body, request -> calls.getEmbeddings(request.build()));
    }
}
