package io.anabranch.serve.ops;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started once every feed has caught up for the first time, and from then on: a probe may give this hours, and liveness seconds. */
@Startup
@Singleton
final class FeedsStarted implements HealthCheck {

    private final ModelServer server;
    private volatile boolean started;

    @Inject
    FeedsStarted(ModelServer server) {
        this.server = server;
    }

    @Override
    public HealthCheckResponse call() {
        List<String> pending = started ? List.of() : server.pending();
        started = pending.isEmpty();
        return HealthCheckResponse.named("model server feeds started")
                .status(started)
                .withData("pending", String.join("; ", pending))
                .build();
    }
}
