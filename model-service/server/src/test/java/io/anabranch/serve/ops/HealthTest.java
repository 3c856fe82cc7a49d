package io.anabranch.serve.ops;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasItem;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.anabranch.serve.FreeGrpcPort;
import io.anabranch.serve.feed.MemoryLinks;
import io.anabranch.v1.AuditServiceGrpc;
import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.PredictionServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@NullUnmarked
class HealthTest {

    @Inject
    MemoryLinks links;

    @ConfigProperty(name = FreeGrpcPort.KEY)
    int port;

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = ManagedChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .build();
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        links.pending(List.of());
        channel.shutdownNow();
        assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    private static void assertProbe(String name, int status) {
        given().get("/q/health/" + name).then().statusCode(status);
    }

    @Test
    void theThreeProbesSayDifferentThings() throws InterruptedException {
        assertProbe("started", 200);
        assertProbe("ready", 200);
        links.pending(List.of("topic t is still to be read"));
        given().get("/q/health/ready")
                .then()
                .statusCode(503)
                .body("checks.name", hasItem("model server feeds"))
                .body("checks.data.pending", hasItem("topic t is still to be read"));
        assertProbe("live", 200);
        assertProbe("started", 200);
        links.pending(List.of());
        // gRPC's own health is part of it, which follows within a moment.
        for (int i = 0; i < 500 && given().get("/q/health/ready").statusCode() != 200; i++) {
            Thread.sleep(10);
        }
        assertProbe("ready", 200);
    }

    private static HealthCheckRequest of(String service) {
        return HealthCheckRequest.newBuilder().setService(service).build();
    }

    @Test
    void whoWatchesAServiceIsToldThatItIsRestoringAndThatItServesAgain() throws InterruptedException {
        HealthGrpc.HealthBlockingStub health =
                HealthGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
        for (String service : List.of("", PredictionServiceGrpc.SERVICE_NAME, AuditServiceGrpc.SERVICE_NAME)) {
            Iterator<HealthCheckResponse> seen = health.watch(of(service));
            links.pending(List.of());
            until(seen, ServingStatus.SERVING);
            links.pending(List.of("topic t is still to be read"));
            until(seen, ServingStatus.NOT_SERVING);
            assertThat(health.check(of(IngestServiceGrpc.SERVICE_NAME)).getStatus())
                    .isEqualTo(ServingStatus.SERVING);
            links.pending(List.of());
            until(seen, ServingStatus.SERVING);
        }
    }

    /** The deadline ends it if the status does not come. */
    private static void until(Iterator<HealthCheckResponse> seen, ServingStatus wanted) {
        ServingStatus status;
        do {
            status = seen.next().getStatus();
        } while (status != wanted);
    }
}
