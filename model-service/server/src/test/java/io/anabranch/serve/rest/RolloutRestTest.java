package io.anabranch.serve.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import io.anabranch.serve.FreeGrpcPort;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.feed.MemoryLinks;
import io.anabranch.serve.ops.ModelServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@NullUnmarked
class RolloutRestTest {

    @Inject
    MemoryLinks links;

    @Inject
    ModelServer server;

    private long covered(String name) {
        long version = server.publisher().publish(TestModels.imported(name)).version();
        links.vertex(version, "a", version, 0);
        links.cover(version);
        return version;
    }

    private static ValidatableResponse put(String path, String body) {
        return given().contentType("application/json").body(body).put(path).then();
    }

    private static ValidatableResponse post(String path, String body) {
        return given().contentType("application/json").body(body).post(path).then();
    }

    private static ValidatableResponse delete(String path) {
        return given().delete(path).then();
    }

    @Test
    void aRolloutOverRest() {
        long first = covered("rollout");
        server.publisher().promote("rollout", first);
        long second = covered("rollout");
        long third = covered("rollout");
        String models = "/v1/models/rollout";
        String version = "{\"version\": \"%d\"}".formatted(second);

        put(models + "/aliases/next", version).statusCode(200).body("model.aliases", contains("next"));
        given().queryParam("alias", "next")
                .get(models)
                .then()
                .statusCode(200)
                .body("model.version", equalTo(Long.toString(second)));
        put(models + "/aliases/Next", version).statusCode(400).body("errors[0].field", equalTo("alias"));

        String share = "{\"version\": \"%d\", \"percent\": 100}".formatted(second);
        put(models + "/canary", share).statusCode(200).body("model.canaryPercent", equalTo(100f));
        post("/v1/classify", "{\"model\": {\"name\": \"rollout\"}, \"nodeIds\": [\"a\"]}")
                .statusCode(200)
                .body("modelVersion", equalTo(Long.toString(second)));
        put(models + "/canary", "{\"version\": \"%d\", \"percent\": 200}".formatted(second))
                .statusCode(400)
                .body("errors[0].field", equalTo("percent"));
        delete(models + "/canary").statusCode(200).body("model", not(hasKey("canaryPercent")));
        delete(models + "/canary").statusCode(400).body("reason", equalTo("NO_CANARY"));

        put(models + "/shadow", share).statusCode(200).body("model.shadowPercent", equalTo(100f));
        post(models + "/retire", version)
                .statusCode(400)
                .body("reason", equalTo("VERSION_IN_USE"))
                .body("detail", containsString("the shadow"));
        delete(models + "/shadow").statusCode(200);
        delete(models + "/shadow").statusCode(400).body("reason", equalTo("NO_SHADOW"));
        delete(models + "/aliases/next").statusCode(200).body("model.aliases", empty());
        delete(models + "/aliases/next").statusCode(404).body("reason", equalTo("ALIAS_NOT_FOUND"));

        post(models + "/promote", "{\"version\": \"%d\"}".formatted(third))
                .statusCode(200)
                .body("model.state", equalTo("MODEL_STATE_ACTIVE"));
        String id = "{\"requestId\": \"3f2504e0-4f89-41d3-9a0c-0305e82c3301\"}";
        post(models + "/rollback", id).statusCode(200).body("model.version", equalTo(Long.toString(first)));
        post(models + "/rollback", id).statusCode(200).body("model.version", equalTo(Long.toString(first)));
        post(models + "/retire", version).statusCode(200).body("model.state", equalTo("MODEL_STATE_RETIRED"));
    }

    @Test
    void versionsComeInPages() {
        long first = covered("paged");
        long second = covered("paged");
        String next = given().queryParam("name", "paged")
                .queryParam("pageSize", 1)
                .get("/v1/models")
                .then()
                .statusCode(200)
                .body("models.version", contains(Long.toString(first)))
                .extract()
                .path("nextPageToken");
        given().queryParam("name", "paged")
                .queryParam("pageSize", 1)
                .queryParam("pageToken", next)
                .get("/v1/models")
                .then()
                .statusCode(200)
                .body("models.version", contains(Long.toString(second)))
                .body("nextPageToken", equalTo(""));
        given().queryParam("name", "paged")
                .queryParam("states", "MODEL_STATE_RETIRED")
                .get("/v1/models")
                .then()
                .statusCode(200)
                .body("models", empty());
        given().queryParam("states", "GONE")
                .get("/v1/models")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("states"));
        given().queryParam("pageSize", "many")
                .get("/v1/models")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("pageSize"));
        given().queryParam("pageToken", "wrong")
                .get("/v1/models")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("page_token"));
    }

    @Test
    void theDocumentHasTheRollout() {
        ValidatableResponse document =
                given().accept("application/json").get("/q/openapi").then().statusCode(200);
        for (String path : List.of("aliases/{alias}", "canary", "shadow", "retire", "promote", "rollback")) {
            document.body("paths", hasKey("/v1/models/{name}/" + path));
        }
        document.body("components.schemas.ModelSelector.properties", hasKey("routingKey"));
    }
}
