package io.anabranch.serve.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import io.anabranch.serve.FreeGrpcPort;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.feed.MemoryLinks;
import io.anabranch.serve.ops.ModelServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@NullUnmarked
class InferenceRestTest {

    private static final String MODEL = "over-http";
    private static final String NODES =
            "{'name': 'node_id', 'datatype': 'BYTES', 'shape': [2], 'data': ['b', 'a']}".replace('\'', '"');

    @Inject
    MemoryLinks links;

    @Inject
    ModelServer server;

    private String version;

    @BeforeEach
    void serve() throws InterruptedException {
        long active = server.registry().catalog().alias(MODEL).getActiveVersion();
        if (active == 0) {
            active = server.publisher().publish(TestModels.everyTask(MODEL)).version();
            links.vertex(active, "a", 2, 0);
            links.vertex(active, "b", 0, 3);
            links.cover(active);
            for (int i = 0; i < 500 && server.registry().catalog().active(MODEL) == null; i++) {
                Thread.sleep(10);
            }
        }
        version = Long.toString(active);
    }

    @AfterEach
    void ready() {
        links.pending(List.of());
    }

    private static ValidatableResponse infer(String model, String json) {
        return given().body(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                .post("/v2/models/%s/infer".formatted(model))
                .then();
    }

    @Test
    void jsonInAndOut() {
        infer(MODEL + ":class", "{'id': 'i', 'inputs': [%s]}".formatted(NODES))
                .statusCode(200)
                .contentType(containsString("application/json"))
                .body("model_name", equalTo(MODEL + ":class"))
                .body("model_version", equalTo(version))
                .body("id", equalTo("i"))
                .body("parameters.task", equalTo("class"))
                .body("parameters", hasKey("reflected"))
                .body(
                        "outputs.name",
                        contains(
                                "predicted_class", "probabilities", "class_names", "event_time_ms", "accepted_time_ms"))
                .body("outputs[0].data", contains("b", "a"))
                .body("outputs[0].shape", contains(2))
                .body("outputs[1].datatype", equalTo("FP32"))
                .body("outputs[1].shape", contains(2, 2))
                .body("outputs[1].data.size()", equalTo(4))
                .body("outputs[3].data", contains(77, 77));
        given().body("{\"inputs\": [%s], \"outputs\": [{\"name\": \"embedding\"}]}".formatted(NODES))
                .post("/v2/models/%s/versions/%s/infer".formatted(MODEL, version))
                .then()
                .statusCode(200)
                .body("outputs.name", contains("embedding"))
                .body("outputs[0].data", contains(0f, 3f, 2f, 0f))
                .body("$", not(hasKey("id")));
        infer(
                        MODEL + ":link",
                        "{'inputs': [{'name': 'source', 'datatype': 'BYTES', 'shape': [1], 'data': [['a']]},"
                                + "{'name': 'target', 'datatype': 'BYTES', 'shape': [1], 'data': ['b']}]}")
                .statusCode(200)
                .body("outputs[0].name", equalTo("score"))
                .body("outputs[0].data", contains(0.5f));
        infer(MODEL + ":tags", "{'inputs': [%s], 'outputs': [{'name': 'predicted'}]}".formatted(NODES))
                .body("outputs[0].data", contains(true, true, true, true));
    }

    private static byte[] binary(String json, byte[]... tensors) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(json.getBytes(StandardCharsets.UTF_8));
        Arrays.stream(tensors).forEach(body::writeBytes);
        return body.toByteArray();
    }

    private static byte[] strings(String... values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String value : values) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(utf8.length)
                    .array());
            bytes.writeBytes(utf8);
        }
        return bytes.toByteArray();
    }

    private static Response inferBinary(String model, String json, Object headerLength, byte[]... tensors) {
        String quoted = json.replace('\'', '"');
        return given().header("Inference-Header-Content-Length", headerLength)
                .contentType("application/octet-stream")
                .body(binary(quoted, tensors))
                .post("/v2/models/%s/infer".formatted(model));
    }

    @Test
    void tensorsAsBytesBehindTheJson() {
        byte[] nodes = strings("b", "a", "b");
        String json =
                ("{'parameters': {'binary_data_output': true}, 'inputs': [{'name': 'node_id', 'datatype': 'BYTES',"
                                + " 'shape': [3], 'parameters': {'binary_data_size': %d}}], 'outputs': [{'name': 'embedding'},"
                                + " {'name': 'event_time_ms', 'parameters': {'binary_data': false}}]}")
                        .formatted(nodes.length);
        Response response = inferBinary(MODEL, json, json.length(), nodes);
        assertThat(response.statusCode()).isEqualTo(200);
        byte[] body = response.body().asByteArray();
        int end = Integer.parseInt(response.header("Inference-Header-Content-Length"));
        JsonObject head = new JsonObject(new String(body, 0, end, StandardCharsets.UTF_8));
        JsonObject embedding = head.getJsonArray("outputs").getJsonObject(0);
        assertThat(embedding.containsKey("data")).isFalse();
        assertThat(embedding.getJsonObject("parameters").getInteger("binary_data_size"))
                .isEqualTo(24);
        assertThat(head.getJsonArray("outputs").getJsonObject(1).getJsonArray("data"))
                .containsExactly(77, 77, 77);
        ByteBuffer values = ByteBuffer.wrap(body, end, body.length - end).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(values.remaining()).isEqualTo(24);
        for (float expected : new float[] {0, 3, 2, 0, 0, 3}) {
            assertThat(values.getFloat()).isEqualTo(expected);
        }
    }

    @Test
    void bytesThatDoNotFitAreRefused() {
        String json = ("{'inputs': [{'name': 'node_id', 'datatype': 'BYTES', 'shape': [1],"
                + " 'parameters': {'binary_data_size': 5}}]}");
        assertRefused(inferBinary(MODEL, json, json.length(), strings("a"), new byte[1]), "body");
        assertRefused(inferBinary(MODEL, json, json.length()), "inputs[0].parameters.binary_data_size");
        assertRefused(inferBinary(MODEL, json, json.length(), new byte[] {9, 0, 0, 0, 'a'}), "inputs[0].data");
        assertRefused(inferBinary(MODEL, json, 100_000, strings("a")), "Inference-Header-Content-Length");
        assertRefused(inferBinary(MODEL, json, "many", strings("a")), "Inference-Header-Content-Length");
        assertThat(inferBinary(MODEL, json, json.length(), strings("a")).statusCode())
                .isEqualTo(200);
    }

    private static void assertRefused(Response response, String field) {
        response.then()
                .statusCode(400)
                .body("errors.field", hasItem(field))
                .body("error", not(equalTo("")))
                .body("code", equalTo("INVALID_ARGUMENT"));
    }

    @Test
    void whatIsWrongIsNamed() {
        infer(MODEL, "").statusCode(400).body("errors[0].field", equalTo("body"));
        infer(MODEL, "[]").statusCode(400).body("errors[0].field", equalTo("body"));
        infer(MODEL, "{'inputs': {}, 'id': 7, 'input': []}")
                .statusCode(400)
                .body("errors.field", hasItems("inputs", "id", "input"));
        infer(MODEL, "{'inputs': [7]}").statusCode(400).body("errors.field", contains("inputs[0]"));
        infer(MODEL, "{'inputs': [{'name': 'node_id', 'datatype': 'BYTES', 'shape': ['x'], 'data': [7]}]}")
                .statusCode(400)
                .body("errors.field", contains("inputs[0].shape[0]", "inputs[0].data[0]"));
        infer(MODEL, "{'inputs': [{'name': 'node_id', 'datatype': 'FP32', 'shape': [1], 'data': [7]}]}")
                .statusCode(400)
                .body("errors.field", contains("inputs[0].datatype"));
        infer(MODEL, "{'inputs': [{'name': 'node_id', 'datatype': 'BYTES', 'shape': [1]}]}")
                .statusCode(400)
                .body("errors.field", contains("inputs[0].data"));
        infer(MODEL, "{'inputs': [%s], 'parameters': {'sequence_id': 3}}".formatted(NODES))
                .statusCode(400)
                .body("errors.field", contains("parameters.sequence_id"));
        infer(MODEL, "{'inputs': [%s], 'parameters': {'x': [3]}}".formatted(NODES))
                .statusCode(400)
                .body("errors.field", contains("parameters.x"));
        infer(MODEL, "{'inputs': [%s], 'outputs': [{'name': 'nothing'}]}".formatted(NODES))
                .statusCode(400)
                .body("errors.field", contains("outputs[0].name"));
        infer("nobody", "{'inputs': [%s]}".formatted(NODES))
                .statusCode(404)
                .body("reason", equalTo("MODEL_NOT_FOUND"))
                .body("error", containsString("nobody"));
        given().get("/v1/models/nobody").then().statusCode(404).body("$", not(hasKey("error")));
    }

    @Test
    void aRequestWaitsForAtMostItsTimeout() {
        links.progress(500);
        String request = "{'inputs': [%s], 'parameters': {'min_positions': '%s', 'timeout': 50000}}";
        infer(MODEL, request.formatted(NODES, "0:499")).statusCode(200).body("parameters.reflected", equalTo("0:499"));
        infer(MODEL, request.formatted(NODES, "0:999")).statusCode(504).body("code", equalTo("DEADLINE_EXCEEDED"));
    }

    @Test
    void theServerAndItsModelsSpeakOfThemselves() {
        given().get("/v2")
                .then()
                .statusCode(200)
                .body("name", equalTo("anabranch"))
                .body("extensions", hasItem("binary_tensor_data"));
        given().get("/v2/health/live").then().statusCode(200).body("live", equalTo(true));
        given().get("/v2/health/ready").then().statusCode(200).body("ready", equalTo(true));
        String model = "/v2/models/" + MODEL;
        given().get(model)
                .then()
                .statusCode(200)
                .body("name", equalTo(MODEL))
                .body("versions", contains(version))
                .body("platform", equalTo("anabranch"))
                .body("inputs[0].shape", contains(-1))
                .body("outputs[0].shape", contains(-1, 2));
        given().get(model + ":link/versions/" + version)
                .then()
                .statusCode(200)
                .body("inputs.name", contains("source", "target"));
        given().get(model + "/ready").then().statusCode(200).body("ready", equalTo(true));
        given().get(model + "/versions/" + version + "/ready")
                .then()
                .statusCode(200)
                .body("name", equalTo(MODEL));
        given().get("/v2/models/nobody").then().statusCode(404).body("error", containsString("nobody"));
        infer(MODEL, "{'inputs': [%s]}".formatted(NODES)).statusCode(200);
        given().get(model + "/stats")
                .then()
                .statusCode(200)
                .body("model_stats[0].version", equalTo(version))
                .body("model_stats[0].execution_count", greaterThanOrEqualTo(1))
                .body("model_stats[0].inference_stats.success.count", greaterThanOrEqualTo(1));
        given().get(model + "/versions/" + version + "/stats").then().statusCode(200);
        given().get("/v2/models/stats").then().body("model_stats.name", hasItems(MODEL, MODEL + ":class"));
    }

    @Test
    void theRepositoryListsAndLoadsAndDoesNotUnload() {
        given().post("/v2/repository/index")
                .then()
                .statusCode(200)
                .body("name", hasItems(MODEL, MODEL + ":amount"))
                .body("state", hasItem("READY"));
        given().body("{\"ready\": true}").post("/v2/repository/index").then().statusCode(200);
        given().body("{\"ready\": 1}").post("/v2/repository/index").then().statusCode(400);
        String model = "/v2/repository/models/" + MODEL;
        given().post(model + "/load").then().statusCode(200);
        given().body("{\"parameters\": {\"config\": \"{}\"}}")
                .post(model + "/load")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("parameters.config"));
        given().body("{\"parameters\": {\"unload_dependents\": false}}")
                .post(model + "/unload")
                .then()
                .statusCode(501)
                .body("code", equalTo("UNIMPLEMENTED"))
                .body("error", containsString("stays loaded"));
        given().post("/v2/repository/models/nobody/load").then().statusCode(404);
    }

    @Test
    void untilTheFeedsHaveCaughtUpProbesFail() {
        links.pending(List.of("topic t is still to be read"));
        given().get("/v2/health/live").then().statusCode(200);
        given().get("/v2/health/ready").then().statusCode(503).body("ready", equalTo(false));
        given().get("/v2/models/" + MODEL + "/ready").then().statusCode(503).body("ready", equalTo(false));
        infer(MODEL, "{'inputs': [%s]}".formatted(NODES))
                .statusCode(503)
                .header("Retry-After", "1")
                .body("error", containsString("topic t"));
    }
}
