package io.anabranch.serve.ops;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once every feed has read to where its topic ended at start. */
@Readiness
@Singleton
final class FeedsReady implements HealthCheck {

    private final ModelServer server;

    @Inject
    FeedsReady(ModelServer server) {
        this.server = server;
    }

    @Override
    public HealthCheckResponse call() {
        List<String> pending = server.pending();
        return HealthCheckResponse.named("model server feeds")
                .status(pending.isEmpty())
                .withData("pending", String.join("; ", pending))
                .build();
    }
}
