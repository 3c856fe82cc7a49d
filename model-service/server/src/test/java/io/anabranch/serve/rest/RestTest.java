package io.anabranch.serve.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

import io.anabranch.serve.FreeGrpcPort;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.feed.MemoryLinks;
import io.anabranch.serve.ops.ModelServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@NullUnmarked
class RestTest {

    @Inject
    MemoryLinks links;

    @Inject
    ModelServer server;

    private long version;

    @BeforeEach
    void serve() throws InterruptedException {
        version = server.registry().catalog().alias("rest").getActiveVersion();
        if (version == 0) {
            version = server.publisher().publish(TestModels.imported("rest")).version();
            links.vertex(version, "a", 0, 3);
            links.cover(version);
            for (int i = 0; i < 500 && server.registry().catalog().active("rest") == null; i++) {
                Thread.sleep(10);
            }
        }
    }

    @AfterEach
    void ready() {
        links.pending(List.of());
    }

    private static ValidatableResponse post(String path, String body) {
        return given().contentType("application/json").body(body).post(path).then();
    }

    /** Built or not: browsers are told what may run, and to ask again. */
    @Test
    void thePageOrWhatIsMissing() {
        ValidatableResponse page = given().get("/")
                .then()
                .header("Content-Security-Policy", containsString("default-src 'self'"))
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-cache");
        if (page.extract().statusCode() == 200) {
            page.contentType("text/html").body(containsString("page.js"));
        } else {
            page.statusCode(404).contentType("text/plain").body(containsString("npm run build"));
        }
    }

    @Test
    void theSameUseCasesAnswerAsJson() {
        post("/v1/classify", "{\"model\": {\"name\": \"rest\"}, \"nodeIds\": [\"a\"]}")
                .statusCode(200)
                .body("modelVersion", equalTo(Long.toString(version)))
                .body("task", equalTo("class"))
                .body("classifications[0].classNames", contains("b"))
                .body("classifications[0].freshness.eventTimeMs", equalTo("77"));
        post("/v1/embeddings", "{\"model\": {\"name\": \"rest\"}, \"node_ids\": [\"a\"]}")
                .statusCode(200)
                .body("embeddings[0].vector", contains(0f, 3f));
        given().get("/v1/models/rest").then().statusCode(200).body("model.state", equalTo("MODEL_STATE_ACTIVE"));
        given().get("/v1/models").then().statusCode(200).body("models.name", org.hamcrest.Matchers.hasItem("rest"));
        given().get("/v1/status")
                .then()
                .statusCode(200)
                .body("ready", equalTo(true))
                .body("deadLetters", equalTo("2"))
                .body("events", equalTo("12"))
                .body("topics[0].topic", equalTo("anabranch.events"));
        post("/v1/events", "{\"event\": {\"eventId\": \"r1\", \"nodeDelete\": {\"id\": \"n\"}}}")
                .statusCode(200)
                .body("eventId", equalTo("r1"))
                .body("partition", equalTo(3));
        assertThat(links.published()).anyMatch(e -> e.getEventId().equals("r1"));
    }

    @Test
    void similarNodesAndRankedLinksAsJson() {
        post(
                        "/v1/similar",
                        "{\"model\": {\"name\": \"rest\"}, \"nodeId\": \"a\", \"k\": 1, \"filter\": {\"includeSelf\": true}}")
                .statusCode(200)
                .body("modelVersion", equalTo(Long.toString(version)))
                .body("exact", equalTo(true))
                .body("exactBecause", equalTo("EXACT_REASON_FEW_EMBEDDINGS"))
                .body("nodes[0].nodeId", equalTo("a"))
                .body("nodes[0].score", equalTo(1.0f));
        post("/v1/similar", "{\"model\": {\"name\": \"rest\"}, \"nodeId\": \"a\"}")
                .statusCode(400)
                .body("errors[0].field", equalTo("k"));
        post("/v1/similar?after=0:5000", "{\"model\": {\"name\": \"rest\"}, \"nodeId\": \"a\", \"k\": 1}")
                .statusCode(400)
                .body("code", equalTo("OUT_OF_RANGE"));
        post("/v1/rank-links", "{\"model\": {\"name\": \"rest\"}, \"source\": \"a\", \"k\": 1}")
                .statusCode(404)
                .body("reason", equalTo("TASK_NOT_FOUND"));
        post("/v1/rank-links", "{\"source\": \"a\", \"k\": 1001}")
                .statusCode(400)
                .body("errors[0].field", equalTo("k"));
    }

    /** A field that was not asked for is not there; one that was is, though it be zero. */
    @Test
    void aReadMaskLeavesOutTheRest() {
        String query = "{\"model\": {\"name\": \"rest\"}, \"nodeIds\": [\"a\"]%s}";
        String node = "\"modelVersion\":\"" + version + "\",\"task\":\"class\",\"classifications\":[{\"nodeId\":\"a\"";
        assertThat(post("/v1/classify?readMask=nodeId,unseen", query.formatted(""))
                        .statusCode(200)
                        .extract()
                        .asString())
                .startsWith("{" + node + ",\"unseen\":false}],\"reflected\":");
        assertThat(post("/v1/classify?readMask=freshness.eventTimeMs", query.formatted(", \"readMask\": \"nodeId\""))
                        .statusCode(200)
                        .extract()
                        .asString())
                .startsWith("{" + node + ",\"freshness\":{\"eventTimeMs\":\"77\"}}],\"reflected\":");
        assertThat(given().get("/v1/models/rest?readMask=name,canaryPercent,coveredPartitions")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString())
                .isEqualTo("{\"model\":{\"name\":\"rest\",\"coveredPartitions\":1}}");
        assertThat(given().get("/v1/models?name=rest&readMask=name,aliases")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString())
                .isEqualTo("{\"models\":[{\"name\":\"rest\",\"aliases\":[]}],\"nextPageToken\":\"\"}");
        post("/v1/classify?readMask=nobody", query.formatted(""))
                .statusCode(400)
                .body("errors[0].field", equalTo("read_mask.paths[0]"))
                .body("errors[0].description", containsString("class_names"));
    }

    @Test
    void aMapAndAHistoryAsJson() {
        links.vertex(version, "drawn", 3, 1);
        links.vertex(version, "drawn", 1, 3);
        JsonPath map = post(
                        "/v1/embedding-map",
                        "{\"model\": {\"name\": \"rest\"}, \"task\": \"class\", \"maxNodes\": 1000}")
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(map.getString("modelVersion")).isEqualTo(Long.toString(version));
        assertThat(map.getList("classNames")).containsExactly("a", "b");
        int drawn = map.getList("nodeIds").indexOf("drawn");
        assertThat(map.getInt("classIndex[%d]".formatted(drawn))).isOne();
        assertThat(map.getList("x")).hasSameSizeAs(map.getList("nodeIds"));
        assertThat(map.getLong("axesRevision")).isPositive();
        post("/v1/embedding-map", "{\"maxNodes\": 50001}")
                .statusCode(400)
                .body("errors[0].field", equalTo("max_nodes"));
        post("/v1/prediction-history", "{\"model\": {\"name\": \"rest\"}, \"nodeId\": \"drawn\"}")
                .statusCode(200)
                .body("states.size()", equalTo(3))
                .body("states[0].timeMs", equalTo("0"))
                .body("states[1].classification.classNames", contains("a"))
                .body("states[2].classification.classNames", contains("b"));
        post("/v1/prediction-history", "{\"model\": {\"name\": \"rest\"}, \"nodeId\": \"\"}")
                .statusCode(400)
                .body("errors[0].field", equalTo("node_id"));
    }

    /** JSON is compressed for who takes it; the events of a watch are not, for they must not wait for a block to be full. */
    @Test
    void answersAreCompressedAndStreamsAreNot() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest status = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + io.restassured.RestAssured.port + "/v1/status"))
                    .header("Accept-Encoding", "gzip")
                    .build();
            HttpResponse<byte[]> packed = client.send(status, BodyHandlers.ofByteArray());
            assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(new String(
                            new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes(),
                            StandardCharsets.UTF_8))
                    .startsWith("{\"ready\":");
            HttpResponse<String> plain =
                    client.send(HttpRequest.newBuilder(status.uri()).build(), BodyHandlers.ofString());
            assertThat(plain.headers().firstValue("Content-Encoding").orElse("identity"))
                    .isEqualTo("identity");
            assertThat(plain.body()).startsWith("{\"ready\":");
            HttpResponse<Stream<String>> events = client.send(
                    watch("&state=true").header("Accept-Encoding", "gzip").build(), BodyHandlers.ofLines());
            assertThat(events.headers().firstValue("Content-Encoding").orElse("identity"))
                    .isEqualTo("identity");
            try (Stream<String> lines = events.body()) {
                assertThat(lines.anyMatch(line -> line.contains("WATCH_KIND_"))).isTrue();
            }
            client.shutdownNow();
        }
    }

    @Test
    void nodesAndEdgesAsJson() {
        links.node("dir/ü 1", "a", 0, 0, 1);
        links.edge("dir/ü 1", "page1");
        links.edge("dir/ü 1", "page2");
        given().get("/v1/nodes/{id}", "dir/ü 1")
                .then()
                .statusCode(200)
                .body("node.id", equalTo("dir/ü 1"))
                .body("node.partition", equalTo(0))
                .body("node.outEdges", equalTo("2"))
                .body("node.inEdges", equalTo("0"))
                .body("node.features.dense.values", contains(0f, 0f, 1f))
                .body("node.labels[0].className", equalTo("a"));
        String token = given().get("/v1/nodes/{id}/edges?direction=OUT&pageSize=1", "dir/ü 1")
                .then()
                .statusCode(200)
                .body("edges.target", contains("page1"))
                .body("edges[0].provenance", equalTo("PROVENANCE_OBSERVED"))
                .extract()
                .path("nextPageToken");
        given().get("/v1/nodes/{id}/edges?direction=OUT&pageToken={token}", "dir/ü 1", token)
                .then()
                .statusCode(200)
                .body("edges.target", contains("page2"))
                .body("nextPageToken", equalTo(""));
        given().get("/v1/nodes/nobody").then().statusCode(404).body("reason", equalTo("NODE_NOT_FOUND"));
        for (String query : List.of("", "?direction=BOTH")) {
            given().get("/v1/nodes/page1/edges" + query)
                    .then()
                    .statusCode(400)
                    .body("errors[0].field", equalTo("direction"));
        }
        given().get("/v1/nodes/page1/edges?direction=IN&pageSize=many")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("pageSize"));
        given().get("/v1/nodes/page1/edges?direction=IN&pageToken=x")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("page_token"));
    }

    @Test
    void anExplanationAsJson() {
        links.node("pushed", "a", 0, 0, 1);
        links.node("pusher", "a", 3, 0, 0);
        links.edge("pusher", "pushed");
        links.vertex(version, "pushed", (float) (0.5 + 3 / Math.sqrt(2)), 0.5f);
        post("/v1/explain", "{\"model\": {\"name\": \"rest\"}, \"nodeId\": \"pushed\", \"leaveOneOut\": 1}")
                .statusCode(200)
                .body("modelVersion", equalTo(Long.toString(version)))
                .body("className", equalTo("a"))
                .body("matchesServed", equalTo(true))
                .body("edges[0].source", equalTo("pusher"))
                .body("edges[0].contributions[0]", equalTo((float) (3 / Math.sqrt(2))))
                .body("edges[0].without.value", equalTo(1f))
                .body("hops[0].own", equalTo(0.5f))
                .body("edgeCount", equalTo(1));
        post("/v1/explain", "{\"model\": {\"name\": \"rest\"}}")
                .statusCode(400)
                .body("errors[0].field", equalTo("subject"));
        post("/v1/explain?after=0:5000", "{\"model\": {\"name\": \"rest\"}, \"nodeId\": \"pushed\"}")
                .statusCode(400)
                .body("code", equalTo("OUT_OF_RANGE"));
    }

    @Test
    void aQueryParameterNamesTheEventsToWaitFor() {
        links.progress(500);
        String body = "{\"model\": {\"name\": \"rest\"}, \"nodeIds\": [\"a\"]}";
        post("/v1/embeddings?after=0:499", body).statusCode(200).body("reflected[0].offset", equalTo("499"));
        post("/v1/embeddings?after=0:5000", body).statusCode(400).body("code", equalTo("OUT_OF_RANGE"));
        post("/v1/embeddings?after=0", body).statusCode(400).body("errors[0].field", equalTo("after"));
        post("/v1/embeddings?after=1:5", body)
                .statusCode(400)
                .body("errors[0].field", equalTo("min_positions[0].partition"));
        Thread.ofVirtual().start(() -> links.progress(600));
        post("/v1/classify?after=0:599", body).statusCode(200).body("reflected[0].offset", equalTo("599"));
        given().get("/v1/status").then().body("progress[0].positions", contains("600"));
    }

    @Test
    void anAuditAnswersAsJson() {
        links.progress(1_000);
        post("/v1/audit", "{\"model\": {\"name\": \"rest\"}, \"nodeIds\": [\"nobody\"]}")
                .statusCode(200)
                .body("audited", equalTo(1))
                .body("wrong", equalTo(0));
        post("/v1/audit", "{\"model\": {\"name\": \"rest\"}, \"sample\": 5000}")
                .statusCode(400)
                .body("errors[0].field", equalTo("sample"));
    }

    private static HttpRequest.Builder watch(String query) {
        return HttpRequest.newBuilder(
                URI.create("http://localhost:" + io.restassured.RestAssured.port + "/v1/watch?model=rest" + query));
    }

    @Test
    void aWatchIsAStreamOfServerSentEventsThatGoesOnAtItsLastId() throws Exception {
        links.vertex(version, "w", 0, 3);
        String id = "";
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Stream<String>> response =
                    client.send(watch("&node=w&state=true").build(), BodyHandlers.ofLines());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
            try (Stream<String> lines = response.body()) {
                Iterator<String> each = lines.iterator();
                boolean state = false;
                boolean heartbeat = false;
                while (!heartbeat || id.isEmpty()) {
                    String line = each.next();
                    state |= line.startsWith("data:") && line.contains("\"nodeId\":\"w\"");
                    if (line.contains("WATCH_KIND_HEARTBEAT")) {
                        heartbeat = true;
                        id = "";
                    }
                    if (line.startsWith("id:")) {
                        id = line.substring(3).strip();
                    }
                }
                assertThat(state).isTrue();
            }
            client.shutdownNow();
        }
        links.vertex(version, "w", 3, 0);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Stream<String>> response =
                    client.send(watch("&node=w").header("Last-Event-ID", id).build(), BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                assertThat(lines.filter(line -> line.contains("\"classNames\":[\"a\"]"))
                                .findFirst())
                        .isPresent();
            }
            client.shutdownNow();
        }
        given().get("/v1/watch?model=rest&flip=true&threshold=0.5")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("flip"));
        given().header("Last-Event-ID", "%%")
                .get("/v1/watch?model=rest")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("Last-Event-ID"));
        given().get("/v1/watch?model=rest&source=a").then().statusCode(400);
    }

    @Test
    void errorsAreProblemDocuments() {
        post("/v1/embeddings", "{\"model\": {\"name\": \"rest\"}, \"nodeIds\": [\"a\", \"x\"]}")
                .statusCode(404)
                .contentType(containsString("application/problem+json"))
                .body("status", equalTo(404))
                .body("code", equalTo("NOT_FOUND"))
                .body("reason", equalTo("NODE_NOT_FOUND"))
                .body("missing", contains("x"));
        post("/v1/embeddings", "{\"model\": {\"name\": \"rest\"}}")
                .statusCode(400)
                .body("code", equalTo("INVALID_ARGUMENT"))
                .body("errors[0].field", equalTo("node_ids"));
        post("/v1/classify", "{\"nodes\": []}")
                .statusCode(400)
                .body("errors[0].field", equalTo("body"))
                .body("detail", containsString("ClassifyRequest"));
        post("/v1/classify", "no json").statusCode(400).body("code", equalTo("INVALID_ARGUMENT"));
        post(
                        "/v1/events",
                        "{\"event\": {\"nodeUpsert\": {\"id\": \"n\", \"features\": {\"dense\": {\"values\": [1]}}}}}")
                .statusCode(400)
                .body("errors[0].field", equalTo("event.node_upsert.features.dense.values"));
        post("/v1/models/rest/promote", "{\"version\": \"999\"}")
                .statusCode(404)
                .body("reason", equalTo("VERSION_NOT_FOUND"));
        post("/v1/models/rest/rollback", "").statusCode(400).body("code", equalTo("FAILED_PRECONDITION"));
        given().get("/v1/models/nobody").then().statusCode(404).body("reason", equalTo("MODEL_NOT_FOUND"));
        given().get("/v1/trainings").then().statusCode(200).body("$", hasKey("jobs"));
        given().get("/v1/training/nobody").then().statusCode(404).body("reason", equalTo("TRAINING_NOT_FOUND"));
        given().contentType("text/plain")
                .body("x")
                .post("/v1/classify")
                .then()
                .statusCode(415)
                .contentType(containsString("application/problem+json"));
    }

    @Test
    void readinessIsThatOfTheFeeds() {
        given().get("/q/health/ready").then().statusCode(200);
        links.pending(List.of("topic t is still to be read"));
        given().get("/q/health/ready").then().statusCode(503).body(containsString("topic t is still to be read"));
        given().get("/q/health/live").then().statusCode(200);
        post("/v1/embeddings", "{\"model\": {\"name\": \"rest\"}, \"nodeIds\": [\"a\"]}")
                .statusCode(503)
                .header("Retry-After", "1")
                .body("code", equalTo("UNAVAILABLE"));
        links.pending(List.of());
    }

    @Test
    void theDocumentHasEveryPathAndSchema() {
        ValidatableResponse document =
                given().accept("application/json").get("/q/openapi").then().statusCode(200);
        for (String path : List.of(
                "/v1/events",
                "/v1/classify",
                "/v1/score-links",
                "/v1/embeddings",
                "/v1/similar",
                "/v1/rank-links",
                "/v1/explain",
                "/v1/embedding-map",
                "/v1/prediction-history",
                "/v1/models",
                "/v1/models/{name}",
                "/v1/models/{name}/promote",
                "/v1/models/{name}/rollback",
                "/v1/nodes/{id}",
                "/v1/nodes/{id}/edges",
                "/v1/training",
                "/v1/training/{id}",
                "/v1/trainings",
                "/v1/status",
                "/v2",
                "/v2/models/{name}/infer")) {
            document.body("paths", hasKey(path));
        }
        for (String schema : List.of(
                "ClassifyRequest",
                "ClassifyResponse",
                "FindSimilarResponse",
                "RankLinksRequest",
                "ExplainRequest",
                "EdgeContribution",
                "GraphEvent",
                "Freshness",
                "ModelSpec",
                "ListEdgesResponse",
                "TrainingJob",
                "TrainingEpoch",
                "Problem")) {
            document.body("components.schemas", hasKey(schema));
        }
        document.body(
                "paths.'/v1/classify'.post.requestBody.content.'application/json'.schema.'$ref'",
                equalTo("#/components/schemas/ClassifyRequest"));
        document.body("components.schemas.ClassifyRequest.properties.nodeIds.items.type", equalTo("string"));
        document.body("components.schemas.ClassifyRequest.properties.readMask.type", equalTo("string"));
        document.body("components.schemas.Freshness.properties.position.format", equalTo("int64"));
    }

    @Test
    void metricsBearOurName() {
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("anabranch_embedding_freshness_seconds"))
                .body(containsString("anabranch_similar_backlog"))
                .body(containsString("anabranch_server_ready"));
    }
}
