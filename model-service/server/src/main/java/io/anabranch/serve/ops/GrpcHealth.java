package io.anabranch.serve.ops;

import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.StatusServiceGrpc;
import io.grpc.BindableService;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps {@code grpc.health.v1} in step with readiness: the whole server and every service, but ingest and status, which serve from the
 * start. When the application stops, none serves any more, and whoever watches is told before the ports close.
 */
@Singleton
final class GrpcHealth implements AutoCloseable {

    private static final long PERIOD_MS = 200;
    /** They serve from the start. */
    private static final Set<String> ALWAYS = Set.of(IngestServiceGrpc.SERVICE_NAME, StatusServiceGrpc.SERVICE_NAME);

    private static final String GRPC_ITSELF = "grpc.";

    private final GrpcHealthStorage storage;
    private final ModelServer server;
    private final List<String> names;
    private boolean stopping;
    private final Thread thread =
            Thread.ofVirtual().name("anabranch-grpc-health").unstarted(this::run);

    @Inject
    GrpcHealth(GrpcHealthStorage storage, ModelServer server, @GrpcService Instance<BindableService> services) {
        this.storage = storage;
        this.server = server;
        this.names = Stream.concat(
                        Stream.of(GrpcHealthStorage.DEFAULT_SERVICE_NAME),
                        services.stream()
                                .map(service -> service.bindService()
                                        .getServiceDescriptor()
                                        .getName())
                                .filter(name -> !name.startsWith(GRPC_ITSELF)))
                .toList();
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                tell();
                Thread.sleep(PERIOD_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void tell() {
        boolean ready = server.pending().isEmpty();
        for (String name : names) {
            boolean serving = !stopping && (ready || ALWAYS.contains(name));
            set(name, serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
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
        synchronized (this) {
            stopping = true;
        }
        tell();
    }
}
