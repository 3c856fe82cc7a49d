package io.anabranch.serve.rest;

import com.google.protobuf.ByteString;
import io.anabranch.serve.Problem;
import io.anabranch.serve.wire.WatchCalls;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.NodePair;
import io.anabranch.v1.ThresholdCrossing;
import io.anabranch.v1.WatchCondition;
import io.anabranch.v1.WatchRequest;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Base64;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Watch as server-sent events: an event's name is the kind, its data the response as JSON, its id the resume token, so that a browser's
 * EventSource, which sends the last id when it connects again, goes on where it was.
 */
@Path("/v1")
@Tag(name = "predictions")
public class WatchResource {

    private final WatchCalls calls;

    @Inject
    WatchResource(WatchCalls calls) {
        this.calls = calls;
    }

    @GET
    @Path("/watch")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @NonBlocking
    @Operation(
            operationId = "watch",
            summary = "Follows predictions: of nodes (node), of pairs (source and target, as often), or of every node")
    @APIResponse(
            responseCode = "200",
            description = "Server-sent events",
            content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(ref = "WatchResponse")))
    @APIResponse(responseCode = "default", ref = "Problem")
    public Multi<OutboundSseEvent> watch(
            @QueryParam("model") @DefaultValue("") String model,
            @QueryParam("version") @DefaultValue("0") long version,
            @QueryParam("task") @DefaultValue("") String task,
            @QueryParam("node") List<String> nodes,
            @QueryParam("source") List<String> sources,
            @QueryParam("target") List<String> targets,
            @QueryParam("flip") @DefaultValue("false") boolean flip,
            @QueryParam("class") @DefaultValue("") String className,
            @QueryParam("threshold") @Nullable Float threshold,
            @QueryParam("state") @DefaultValue("false") boolean state,
            @HeaderParam("Last-Event-ID") @DefaultValue("") String last,
            @Context Sse sse) {
        WatchRequest.Builder request = WatchRequest.newBuilder()
                .setModel(ModelSelector.newBuilder().setName(model).setVersion(version))
                .setTask(task)
                .addAllNodeIds(nodes)
                .setInitialState(state)
                .setResumeToken(token(last));
        if (sources.size() != targets.size()) {
            throw Problem.invalid(
                    "target",
                    "Must be there as often as source (%d), but is %d times."
                            .formatted(sources.size(), targets.size()));
        }
        for (int i = 0; i < sources.size(); i++) {
            request.addPairs(NodePair.newBuilder().setSource(sources.get(i)).setTarget(targets.get(i)));
        }
        if (flip && threshold != null) {
            throw Problem.invalid("flip", "Must be absent where a threshold is given.");
        }
        if (flip) {
            request.setCondition(WatchCondition.newBuilder().setClassFlip(true));
        } else if (threshold != null) {
            request.setCondition(WatchCondition.newBuilder()
                    .setCrossing(ThresholdCrossing.newBuilder()
                            .setClassName(className)
                            .setThreshold(threshold)));
        }
        return SseWatch.open(calls, request.build(), sse);
    }

    private static ByteString token(String last) {
        try {
            return ByteString.copyFrom(Base64.getUrlDecoder().decode(last));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("Last-Event-ID", "Is no id that a watch gave.");
        }
    }
}
