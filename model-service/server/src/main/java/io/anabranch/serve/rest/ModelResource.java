package io.anabranch.serve.rest;

import io.anabranch.serve.Problem;
import io.anabranch.serve.wire.ModelCalls;
import io.anabranch.serve.wire.ReadMask;
import io.anabranch.v1.GetModelRequest;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.ModelState;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Models and their versions as JSON. Whole models come and go over gRPC. */
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
    @Operation(operationId = "listModels", summary = "The versions of all models, oldest first, in pages")
    @APIResponse(
            responseCode = "200",
            description = "A page of versions",
            content = @Content(schema = @Schema(ref = "ListModelsResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response list(
            @QueryParam("name") @Nullable String name,
            @QueryParam("states") List<String> states,
            @QueryParam("pageSize") @Nullable String pageSize,
            @QueryParam("pageToken") @Nullable String pageToken,
            @QueryParam("readMask") @Nullable String readMask) {
        ListModelsRequest.Builder request = ListModelsRequest.newBuilder();
        if (name != null) {
            request.setName(name);
        }
        states.forEach(state -> request.addStates(state(state)));
        if (pageSize != null) {
            request.setPageSize((int) JsonCalls.number("pageSize", pageSize, Integer.MAX_VALUE));
        }
        if (pageToken != null) {
            request.setPageToken(pageToken);
        }
        JsonCalls.readMask(readMask, request.getReadMaskBuilder());
        return JsonCalls.json(calls.list(request.build()), ReadMask.of(request.getReadMask(), Model.getDescriptor()));
    }

    private static ModelState state(String text) {
        for (ModelState state : ModelState.values()) {
            if (state.name().equals(text)) {
                return state;
            }
        }
        throw Problem.invalid("states", "Must be one of %s, but is %s.".formatted(List.of(ModelState.values()), text));
    }

    @GET
    @Path("/{name}")
    @Operation(operationId = "getModel", summary = "A version of a model; the active one if none is named")
    @APIResponse(
            responseCode = "200",
            description = "The version",
            content = @Content(schema = @Schema(ref = "GetModelResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response get(
            @PathParam("name") String name,
            @QueryParam("version") @Nullable String version,
            @QueryParam("alias") @Nullable String alias,
            @QueryParam("readMask") @Nullable String readMask) {
        ModelSelector.Builder model = ModelSelector.newBuilder().setName(name);
        if (version != null) {
            model.setVersion(JsonCalls.number("version", version, Long.MAX_VALUE));
        }
        if (alias != null) {
            model.setAlias(alias);
        }
        GetModelRequest.Builder request = GetModelRequest.newBuilder().setModel(model);
        JsonCalls.readMask(readMask, request.getReadMaskBuilder());
        return JsonCalls.json(calls.get(request.build()), ReadMask.of(request.getReadMask(), Model.getDescriptor()));
    }
}
