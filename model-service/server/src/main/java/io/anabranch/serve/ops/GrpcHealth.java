package io.anabranch.serve.ops;

import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.anabranch.inference.GRPCInferenceServiceGrpc;
import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.StatusServiceGrpc;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Keeps {@code grpc.health.v1} in step with readiness: the whole server and the services that need the feeds. Ingest and
 * status serve from the start.
 */
@Singleton
final class GrpcHealth implements AutoCloseable {

    private static final long PERIOD_MS = 200;
    private static final List<String> GATED = List.of(
            GrpcHealthStorage.DEFAULT_SERVICE_NAME,
            PredictionServiceGrpc.SERVICE_NAME,
            ModelServiceGrpc.SERVICE_NAME,
            GRPCInferenceServiceGrpc.SERVICE_NAME);
    private static final List<String> ALWAYS = List.of(IngestServiceGrpc.SERVICE_NAME, StatusServiceGrpc.SERVICE_NAME);

    private final GrpcHealthStorage storage;
    private final ModelServer server;
    private final Thread thread =
            Thread.ofVirtual().name("anabranch-grpc-health").unstarted(this::run);

    @Inject
    GrpcHealth(GrpcHealthStorage storage, ModelServer server) {
        this.storage = storage;
        this.server = server;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                ServingStatus wanted = server.pending().isEmpty() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
                GATED.forEach(service -> set(service, wanted));
                ALWAYS.forEach(service -> set(service, ServingStatus.SERVING));
                Thread.sleep(PERIOD_MS);
            }
        } catch (InterruptedException e) {
            GATED.forEach(service -> set(service, ServingStatus.NOT_SERVING));
        }
    }

    private void set(String service, ServingStatus wanted) {
        if (storage.getStatuses().get(service) != wanted) {
            storage.setStatus(service, wanted);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
