package io.anabranch.serve.ops;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Starts and stops the server with the application. */
@Singleton
final class ModelServerLifecycle {

    private static final Logger LOG = Logger.getLogger(ModelServerLifecycle.class);

    private final ServerConfig config;
    private final ModelServer server;
    private final GrpcHealth health;

    @Inject
    ModelServerLifecycle(ServerConfig config, ModelServer server, GrpcHealth health) {
        this.config = config;
        this.server = server;
        this.health = health;
    }

    void onStart(@Observes StartupEvent event) {
        health.start();
        if (config.enabled()) {
            server.start();
            LOG.infof(
                    "The model server reads %s.* at %s.",
                    config.topics().prefix(), config.kafka().bootstrapServers());
        } else {
            LOG.infof("The model server is switched off (%s).", ServerConfig.ENABLED);
        }
    }

    void onStop(@Observes ShutdownEvent event) {
        health.close();
        server.close();
    }
}
