package io.anabranch.serve.rest;

import io.anabranch.serve.ProblemException;
import io.anabranch.serve.wire.IngestCalls;
import io.anabranch.serve.wire.StatusCalls;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.PublishRequest;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Events in, and how the service is, as JSON. */
@Path("/v1")
@Tag(name = "service")
@Produces(MediaType.APPLICATION_JSON)
public class ServiceResource {

    private final IngestCalls ingest;
    private final StatusCalls status;

    @Inject
    ServiceResource(IngestCalls ingest, StatusCalls status) {
        this.ingest = ingest;
        this.status = status;
    }

    /** One event; answered once Kafka has it. Many events go faster over gRPC. */
    @POST
    @Path("/events")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "publishEvent", summary = "Takes one event in; answers once Kafka has it")
    @RequestBody(required = true, content = @Content(schema = @Schema(ref = "PublishRequest")))
    @APIResponse(
            responseCode = "200",
            description = "Where the event lies",
            content = @Content(schema = @Schema(ref = "PublishResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response publish(@Context ContainerRequestContext context, @Nullable String body) {
        return JsonCalls.answer(PublishRequest.newBuilder(), body, request -> {
            try {
                return ingest.publish(request.build(), RestGuard.caller(context))
                        .join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof ProblemException problem ? problem : e;
            }
        });
    }

    @GET
    @Path("/status")
    @NonBlocking
    @Operation(operationId = "getStatus", summary = "Readiness, sizes, freshness, models and topics")
    @APIResponse(
            responseCode = "200",
            description = "The status",
            content = @Content(schema = @Schema(ref = "GetStatusResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Response status() {
        return JsonCalls.json(status.get(GetStatusRequest.getDefaultInstance()));
    }
}
