package io.anabranch.serve.ops;

import io.anabranch.serve.guard.Guard;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Starts and stops the server with the application. A stop goes from the outside inwards: it says so to whoever routes calls here and gives
 * them time to hear it, sends gRPC clients elsewhere, ends the streams, lets no call in, waits for the calls that are under way, and only then closes what answers them. The
 * HTTP port closes after it.
 */
@Singleton
final class ModelServerLifecycle {

    private static final Logger LOG = Logger.getLogger(ModelServerLifecycle.class);

    /** A read may wait for what the stream processor of this process computes: it stops later. */
    private static final int BEFORE_OTHERS = Interceptor.Priority.APPLICATION - 500;
    /** For calls to arrive that clients sent before they heard that they should go. */
    private static final Duration LAST_CALLS = Duration.ofSeconds(1);
    /** For answers to be on their way, and for clients to go away. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);

    private final ServerConfig config;
    private final ModelServer server;
    private final GrpcHealth health;
    private final Guard guard;
    private final AtomicBoolean stopped = new AtomicBoolean();

    @Inject
    ModelServerLifecycle(ServerConfig config, ModelServer server, GrpcHealth health, Guard guard) {
        this.config = config;
        this.server = server;
        this.health = health;
        this.guard = guard;
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

    /** Quarkus tells it while all ports are open. */
    void onStop(@Observes ShutdownDelayInitiatedEvent event) {
        stop();
    }

    /** Where the application is stopped without it, as in tests, the HTTP port has closed already. */
    void onStop(@Observes @Priority(BEFORE_OTHERS) ShutdownEvent event) {
        stop();
    }

    private void stop() {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        long begin = System.nanoTime();
        health.close();
        server.announceStop();
        try {
            Thread.sleep(config.stopDelay());
            // First of all: a call that is refused has failed, one that its client makes elsewhere has not.
            GrpcPort.sendAway();
            server.endWatches();
            GrpcPort.awaitGone(LAST_CALLS);
            guard.stop();
            awaitCalls();
            guard.close();
            GrpcPort.awaitGone(LAST_ANSWERS);
            LOG.infof("The model server has stopped, in %d ms.", (System.nanoTime() - begin) / 1_000_000);
        } catch (InterruptedException e) {
            // Whoever interrupts a stop wants it over.
            Thread.currentThread().interrupt();
            server.close();
        }
    }

    private void awaitCalls() throws InterruptedException {
        int late = guard.awaitIdle(config.stopTimeout());
        if (late > 0) {
            LOG.warnf(
                    "%d calls are under way after %s (%s); they are told that the server stops.",
                    late, config.stopTimeout(), ServerConfig.STOP_TIMEOUT);
        }
        server.close();
        int lost = guard.awaitIdle(LAST_ANSWERS);
        if (lost > 0) {
            LOG.warnf("%d calls end with their connections.", lost);
        }
    }
}
