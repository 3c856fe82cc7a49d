package io.anabranch.serve.rest;

import io.anabranch.serve.wire.ModelCalls;
import io.anabranch.v1.ListTrainingsRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** All training jobs as JSON. */
@Path("/v1/trainings")
@Tag(name = "training")
@Produces(MediaType.APPLICATION_JSON)
public class TrainingsResource {

    private final ModelCalls calls;

    @Inject
    TrainingsResource(ModelCalls calls) {
        this.calls = calls;
    }

    @GET
    @Operation(operationId = "listTrainings", summary = "The jobs that this process remembers, newest first")
    @APIResponse(
            responseCode = "200",
            description = "The jobs",
            content = @Content(schema = @Schema(ref = "ListTrainingsResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response list() {
        return JsonCalls.json(calls.listTrainings(ListTrainingsRequest.getDefaultInstance()));
    }
}
