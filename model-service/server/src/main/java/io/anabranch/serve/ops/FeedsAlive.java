package io.anabranch.serve.ops;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive unless a feed has died of a fault: a new process may do better. A broker that is away is no such fault. */
@Liveness
@Singleton
final class FeedsAlive implements HealthCheck {

    private final ModelServer server;

    @Inject
    FeedsAlive(ModelServer server) {
        this.server = server;
    }

    @Override
    public HealthCheckResponse call() {
        List<String> dead = server.dead();
        return HealthCheckResponse.named("model server feeds alive")
                .status(dead.isEmpty())
                .withData("dead", String.join("; ", dead))
                .build();
    }
}
