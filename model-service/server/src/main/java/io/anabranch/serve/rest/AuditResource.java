package io.anabranch.serve.rest;

import io.anabranch.serve.wire.AuditCalls;
import io.anabranch.v1.AuditRequest;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** AuditService as JSON. On the event loop: an audit works elsewhere. */
@Path("/v1")
@Tag(name = "service")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {

    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final AuditCalls calls;

    @Inject
    AuditResource(AuditCalls calls) {
        this.calls = calls;
    }

    @POST
    @Path("/audit")
    @NonBlocking
    @Operation(
            operationId = "audit",
            summary = "Recomputes embeddings from scratch and compares them with those served")
    @RequestBody(content = @Content(schema = @Schema(ref = "AuditRequest")))
    @APIResponse(
            responseCode = "200",
            description = "What was found",
            content = @Content(schema = @Schema(ref = "AuditResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public CompletionStage<Response> audit(@Nullable String body) {
        AuditRequest request = JsonCalls.read(AuditRequest.newBuilder(), body).build();
        return JsonCalls.answerLater(calls.audit(request, FOR_EVER));
    }
}
