package io.anabranch.serve.rest;

import io.anabranch.serve.wire.ModelCalls;
import io.anabranch.v1.CancelTrainingRequest;
import io.anabranch.v1.GetTrainingRequest;
import io.anabranch.v1.StartTrainingRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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

/** Training jobs as JSON. */
@Path("/v1/training")
@Tag(name = "training")
@Produces(MediaType.APPLICATION_JSON)
public class TrainingResource {

    private final ModelCalls calls;

    @Inject
    TrainingResource(ModelCalls calls) {
        this.calls = calls;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "startTraining", summary = "Starts a training job in the background")
    @RequestBody(content = @Content(schema = @Schema(ref = "StartTrainingRequest")))
    @APIResponse(
            responseCode = "200",
            description = "The job",
            content = @Content(schema = @Schema(ref = "StartTrainingResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response start(@Nullable String body) {
        return JsonCalls.answer(
                StartTrainingRequest.newBuilder(), body, request -> calls.startTraining(request.build()));
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getTraining", summary = "How far a job is")
    @APIResponse(
            responseCode = "200",
            description = "The job",
            content = @Content(schema = @Schema(ref = "GetTrainingResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response get(@PathParam("id") String id) {
        return JsonCalls.json(
                calls.getTraining(GetTrainingRequest.newBuilder().setJobId(id).build()));
    }

    @DELETE
    @Path("/{id}")
    @Operation(operationId = "cancelTraining", summary = "Stops a job that has not published yet")
    @APIResponse(
            responseCode = "200",
            description = "The job",
            content = @Content(schema = @Schema(ref = "CancelTrainingResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response cancel(@PathParam("id") String id) {
        return JsonCalls.json(calls.cancelTraining(
                CancelTrainingRequest.newBuilder().setJobId(id).build()));
    }
}
