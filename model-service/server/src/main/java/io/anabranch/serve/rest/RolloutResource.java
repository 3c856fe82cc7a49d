package io.anabranch.serve.rest;

import io.anabranch.serve.wire.RolloutCalls;
import io.anabranch.v1.DeleteModelAliasRequest;
import io.anabranch.v1.PromoteModelRequest;
import io.anabranch.v1.RetireModelRequest;
import io.anabranch.v1.RollbackModelRequest;
import io.anabranch.v1.SetCanaryRequest;
import io.anabranch.v1.SetModelAliasRequest;
import io.anabranch.v1.SetShadowRequest;
import io.anabranch.v1.StopCanaryRequest;
import io.anabranch.v1.StopShadowRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
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

/** Which versions of a model answer, as JSON. The path goes over what the body says of name and alias. */
@Path("/v1/models")
@Tag(name = "models")
@Produces(MediaType.APPLICATION_JSON)
public class RolloutResource {

    private final RolloutCalls calls;

    @Inject
    RolloutResource(RolloutCalls calls) {
        this.calls = calls;
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
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "rollbackModel", summary = "Goes back to the version that was active before")
    @RequestBody(required = false, content = @Content(schema = @Schema(ref = "RollbackModelRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The version, now active",
            content = @Content(schema = @Schema(ref = "RollbackModelResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response rollback(@PathParam("name") String name, @Nullable String body) {
        return JsonCalls.answer(
                RollbackModelRequest.newBuilder(),
                body,
                request -> calls.rollback(request.setName(name).build()));
    }

    @PUT
    @Path("/{name}/aliases/{alias}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "setModelAlias", summary = "Lets requests ask for a version by a name")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "SetModelAliasRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The version that bears it",
            content = @Content(schema = @Schema(ref = "SetModelAliasResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response setAlias(@PathParam("name") String name, @PathParam("alias") String alias, @Nullable String body) {
        return JsonCalls.answer(
                SetModelAliasRequest.newBuilder(),
                body,
                request -> calls.setAlias(request.setName(name).setAlias(alias).build()));
    }

    @DELETE
    @Path("/{name}/aliases/{alias}")
    @Operation(operationId = "deleteModelAlias", summary = "Takes an alias away")
    @APIResponse(
            responseCode = "200",
            description = "The version that bore it",
            content = @Content(schema = @Schema(ref = "DeleteModelAliasResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response deleteAlias(@PathParam("name") String name, @PathParam("alias") String alias) {
        return JsonCalls.json(calls.deleteAlias(DeleteModelAliasRequest.newBuilder()
                .setName(name)
                .setAlias(alias)
                .build()));
    }

    @PUT
    @Path("/{name}/canary")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "setCanary", summary = "Has a covered version answer a share of the requests")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "SetCanaryRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The canary",
            content = @Content(schema = @Schema(ref = "SetCanaryResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response setCanary(@PathParam("name") String name, @Nullable String body) {
        return JsonCalls.answer(
                SetCanaryRequest.newBuilder(),
                body,
                request -> calls.setCanary(request.setName(name).build()));
    }

    @DELETE
    @Path("/{name}/canary")
    @Operation(operationId = "stopCanary", summary = "Ends the canary")
    @APIResponse(
            responseCode = "200",
            description = "The version that was it",
            content = @Content(schema = @Schema(ref = "StopCanaryResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response stopCanary(@PathParam("name") String name) {
        return JsonCalls.json(
                calls.stopCanary(StopCanaryRequest.newBuilder().setName(name).build()));
    }

    @PUT
    @Path("/{name}/shadow")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "setShadow", summary = "Has a covered version answer copies of requests, to be compared")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "SetShadowRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The shadow",
            content = @Content(schema = @Schema(ref = "SetShadowResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response setShadow(@PathParam("name") String name, @Nullable String body) {
        return JsonCalls.answer(
                SetShadowRequest.newBuilder(),
                body,
                request -> calls.setShadow(request.setName(name).build()));
    }

    @DELETE
    @Path("/{name}/shadow")
    @Operation(operationId = "stopShadow", summary = "Ends the shadow")
    @APIResponse(
            responseCode = "200",
            description = "The version that was it",
            content = @Content(schema = @Schema(ref = "StopShadowResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response stopShadow(@PathParam("name") String name) {
        return JsonCalls.json(
                calls.stopShadow(StopShadowRequest.newBuilder().setName(name).build()));
    }

    @POST
    @Path("/{name}/retire")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "retireModel", summary = "Gives up a version for good")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "RetireModelRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The version, now retired",
            content = @Content(schema = @Schema(ref = "RetireModelResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response retire(@PathParam("name") String name, @Nullable String body) {
        return JsonCalls.answer(
                RetireModelRequest.newBuilder(),
                body,
                request -> calls.retire(request.setName(name).build()));
    }
}
