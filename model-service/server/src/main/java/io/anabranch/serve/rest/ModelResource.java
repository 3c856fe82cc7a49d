package io.anabranch.serve.rest;

import io.anabranch.serve.wire.ModelCalls;
import io.anabranch.v1.GetModelRequest;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.PromoteModelRequest;
import io.anabranch.v1.RollbackModelRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
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

/** Models and their active versions as JSON. Whole models come and go over gRPC. */
@Path("/v1/models")
@Tag(name = "models")
@Produces(MediaType.APPLICATION_JSON)
public class ModelResource {

    private final ModelCalls calls;

    @Inject
    ModelResource(ModelCalls calls) {
        this.calls = calls;
    }

    @GET
    @Operation(operationId = "listModels", summary = "Every version of every model, oldest first")
    @APIResponse(
            responseCode = "200",
            description = "All versions",
            content = @Content(schema = @Schema(ref = "ListModelsResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response list() {
        return JsonCalls.json(calls.list(ListModelsRequest.getDefaultInstance()));
    }

    @GET
    @Path("/{name}")
    @Operation(operationId = "getModel", summary = "The active version of a model")
    @APIResponse(
            responseCode = "200",
            description = "The active version",
            content = @Content(schema = @Schema(ref = "GetModelResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response get(@PathParam("name") String name) {
        ModelSelector model = ModelSelector.newBuilder().setName(name).build();
        return JsonCalls.json(
                calls.get(GetModelRequest.newBuilder().setModel(model).build()));
    }

    @POST
    @Path("/{name}/promote")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "promoteModel", summary = "Makes a covered version the active one")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "PromoteModelRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The version, now active",
            content = @Content(schema = @Schema(ref = "PromoteModelResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response promote(@PathParam("name") String name, @Nullable String body) {
        return JsonCalls.answer(
                PromoteModelRequest.newBuilder(),
                body,
                request -> calls.promote(request.setName(name).build()));
    }

    @POST
    @Path("/{name}/rollback")
    @Operation(operationId = "rollbackModel", summary = "Goes back to the version that was active before")
    @APIResponse(
            responseCode = "200",
            description = "The version, now active",
            content = @Content(schema = @Schema(ref = "RollbackModelResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response rollback(@PathParam("name") String name) {
        return JsonCalls.json(
                calls.rollback(RollbackModelRequest.newBuilder().setName(name).build()));
    }
}
