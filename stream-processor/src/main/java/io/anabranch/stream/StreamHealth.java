package io.anabranch.stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.function.Predicate;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * Health of the stream processor. Startup: Kafka, topics and models were there. Liveness: it has not given up; restoring,
 * rebalancing and waiting for Kafka are no reason to kill a process. Readiness: it processes and nothing is being restored.
 */
@ApplicationScoped
class StreamHealth {

    private final StreamProcessorLifecycle lifecycle;

    StreamHealth(StreamProcessorLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Produces
    @Startup
    HealthCheck startup() {
        return () -> check("stream processor started", status -> status.phase() != StreamStatus.Phase.STARTING);
    }

    @Produces
    @Liveness
    HealthCheck liveness() {
        return () -> check("stream processor alive", StreamStatus::alive);
    }

    @Produces
    @Readiness
    HealthCheck readiness() {
        return () -> check("stream processor ready", StreamStatus::ready);
    }

    private HealthCheckResponse check(String name, Predicate<StreamStatus> up) {
        StreamRuntime runtime = lifecycle.runtime();
        HealthCheckResponseBuilder response = HealthCheckResponse.named(name);
        if (runtime == null) {
            return response.up().withData("phase", "OFF").build();
        }
        StreamStatus status = runtime.status();
        response.status(up.test(status))
                .withData("phase", status.phase().name())
                .withData("live models", status.liveModels());
        if (!status.pending().isEmpty()) {
            response.withData("pending", String.join(" ", status.pending()));
        }
        return response.build();
    }
}
