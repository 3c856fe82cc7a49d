package io.anabranch.serve.rest;

import com.google.protobuf.Message;
import io.anabranch.inference.ModelInferRequest;
import io.anabranch.inference.ModelMetadataRequest;
import io.anabranch.inference.ModelReadyRequest;
import io.anabranch.inference.ModelStatisticsRequest;
import io.anabranch.serve.inference.InferenceCalls;
import io.anabranch.serve.inference.RepositoryCalls;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * The Open Inference Protocol over HTTP; docs/inference-protocol.md. On the event loop: nothing here blocks. What is not live or not ready is
 * answered with 503, so that a probe sees it. Bodies are taken whatever their content type: the protocol's clients send none.
 */
@Path("/v2")
@Tag(name = "open inference protocol")
@NonBlocking
public class InferenceResource {

    /** A client of HTTP names no deadline; the service's longest wait is sooner. */
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final InferenceCalls inference;
    private final RepositoryCalls repository;

    @Inject
    InferenceResource(InferenceCalls inference, RepositoryCalls repository) {
        this.inference = inference;
        this.repository = repository;
    }

    @GET
    @Operation(operationId = "serverMetadata", summary = "Name, version and extensions of the server")
    public Response metadata() {
        return json(repository.metadata());
    }

    @GET
    @Path("/health/live")
    @Operation(operationId = "serverLive", summary = "Whether the server is live")
    public Response live() {
        boolean live = repository.live().getLive();
        return probe(live, new JsonObject().put("live", live));
    }

    @GET
    @Path("/health/ready")
    @Operation(operationId = "serverReady", summary = "Whether the server is ready")
    public Response ready() {
        boolean ready = repository.ready().getReady();
        return probe(ready, new JsonObject().put("ready", ready));
    }

    @GET
    @Path("/models/{name}")
    @Operation(operationId = "modelMetadata", summary = "Inputs and outputs of a model")
    public Response model(@PathParam("name") String name) {
        return model(name, "");
    }

    @GET
    @Path("/models/{name}/versions/{version}")
    @Operation(operationId = "versionMetadata", summary = "Inputs and outputs of a version of a model")
    public Response model(@PathParam("name") String name, @PathParam("version") String version) {
        return json(repository.metadata(ModelMetadataRequest.newBuilder()
                .setName(name)
                .setVersion(version)
                .build()));
    }

    @GET
    @Path("/models/{name}/ready")
    @Operation(operationId = "modelReady", summary = "Whether a model can be asked")
    public Response modelReady(@PathParam("name") String name) {
        return modelReady(name, "");
    }

    @GET
    @Path("/models/{name}/versions/{version}/ready")
    @Operation(operationId = "versionReady", summary = "Whether a version of a model can be asked")
    public Response modelReady(@PathParam("name") String name, @PathParam("version") String version) {
        boolean ready = repository
                .ready(ModelReadyRequest.newBuilder()
                        .setName(name)
                        .setVersion(version)
                        .build())
                .getReady();
        return probe(ready, new JsonObject().put("name", name).put("ready", ready));
    }

    @POST
    @Path("/models/{name}/infer")
    @Operation(operationId = "modelInfer", summary = "A prediction by the active version")
    public CompletionStage<Response> infer(
            @PathParam("name") String name,
            @HeaderParam(InferenceBody.HEADER_LENGTH) @Nullable String headerLength,
            byte @Nullable [] body) {
        return infer(name, "", headerLength, body);
    }

    @POST
    @Path("/models/{name}/versions/{version}/infer")
    @Operation(operationId = "versionInfer", summary = "A prediction by a version")
    public CompletionStage<Response> infer(
            @PathParam("name") String name,
            @PathParam("version") String version,
            @HeaderParam(InferenceBody.HEADER_LENGTH) @Nullable String headerLength,
            byte @Nullable [] body) {
        InferenceBody read = InferenceBody.read(
                ModelInferRequest.newBuilder().setModelName(name).setModelVersion(version),
                body == null ? new byte[0] : body,
                headerLength);
        return JsonCalls.respondLater(inference.infer(read.request(), FOR_EVER), read::response);
    }

    @GET
    @Path("/models/stats")
    @Operation(operationId = "allStatistics", summary = "Counts and times of every model")
    public Response statistics() {
        return statistics("", "");
    }

    @GET
    @Path("/models/{name}/stats")
    @Operation(operationId = "modelStatistics", summary = "Counts and times of a model")
    public Response statistics(@PathParam("name") String name) {
        return statistics(name, "");
    }

    @GET
    @Path("/models/{name}/versions/{version}/stats")
    @Operation(operationId = "versionStatistics", summary = "Counts and times of a version of a model")
    public Response statistics(@PathParam("name") String name, @PathParam("version") String version) {
        return json(repository.statistics(ModelStatisticsRequest.newBuilder()
                .setName(name)
                .setVersion(version)
                .build()));
    }

    private static Response probe(boolean well, JsonObject json) {
        return Response.status(well ? Response.Status.OK : Response.Status.SERVICE_UNAVAILABLE)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(json.encode())
                .build();
    }

    private static Response json(Message message) {
        return Response.ok(InferenceJson.of(message).encode(), MediaType.APPLICATION_JSON_TYPE)
                .build();
    }
}
