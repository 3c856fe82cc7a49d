package io.anabranch.serve.rest;

import io.anabranch.inference.ModelRepositoryParameter;
import io.anabranch.inference.RepositoryIndexRequest;
import io.anabranch.inference.RepositoryModelLoadRequest;
import io.anabranch.inference.RepositoryModelUnloadRequest;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.inference.RepositoryCalls;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The model repository extension of the Open Inference Protocol over HTTP. On a worker: loading may write the models topic. */
@Path("/v2/repository")
@Tag(name = "open inference protocol")
public class RepositoryResource {

    private final RepositoryCalls repository;

    @Inject
    RepositoryResource(RepositoryCalls repository) {
        this.repository = repository;
    }

    @POST
    @Path("/index")
    @Operation(operationId = "repositoryIndex", summary = "Every live version of every model, by task")
    public Response index(@Nullable String body) {
        boolean ready = read(body, "ready", Boolean.class).getBoolean("ready", false);
        JsonArray models = new JsonArray();
        repository
                .index(RepositoryIndexRequest.newBuilder().setReady(ready).build())
                .getModelsList()
                .forEach(model -> models.add(InferenceJson.of(model)));
        return Response.ok(models.encode(), MediaType.APPLICATION_JSON_TYPE).build();
    }

    @POST
    @Path("/models/{name}/load")
    @Operation(operationId = "loadModel", summary = "Makes sure that a model answers")
    public Response load(@PathParam("name") String name, @Nullable String body) {
        repository.load(RepositoryModelLoadRequest.newBuilder()
                .setModelName(name)
                .putAllParameters(parameters(body))
                .build());
        return done();
    }

    @POST
    @Path("/models/{name}/unload")
    @Operation(operationId = "unloadModel", summary = "Not supported: models stay loaded")
    public Response unload(@PathParam("name") String name, @Nullable String body) {
        repository.unload(RepositoryModelUnloadRequest.newBuilder()
                .setModelName(name)
                .putAllParameters(parameters(body))
                .build());
        return done();
    }

    private static Response done() {
        return Response.ok("{}", MediaType.APPLICATION_JSON_TYPE).build();
    }

    private static JsonObject read(@Nullable String body, String field, Class<?> type) {
        if (body == null || body.isBlank()) {
            return new JsonObject();
        }
        JsonObject json = JsonFields.parse(body);
        List<Violation> violations = new ArrayList<>();
        new JsonFields("", json, violations).allow(Map.of(field, type));
        if (!violations.isEmpty()) {
            throw new Problem.Invalid(violations).exception();
        }
        return json;
    }

    /** Their values don't matter here: the names decide. */
    private static Map<String, ModelRepositoryParameter> parameters(@Nullable String body) {
        Map<String, ModelRepositoryParameter> parameters = new HashMap<>();
        JsonObject json = read(body, "parameters", JsonObject.class).getJsonObject("parameters", new JsonObject());
        json.fieldNames().forEach(name -> parameters.put(name, ModelRepositoryParameter.getDefaultInstance()));
        return parameters;
    }
}
