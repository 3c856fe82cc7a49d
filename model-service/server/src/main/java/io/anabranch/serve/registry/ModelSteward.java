package io.anabranch.serve.registry;

import io.anabranch.model.v1.ModelAlias;
import io.anabranch.serve.ProblemException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Activates what is covered, as {@link Activation} says, and retires what the {@link Retention} does not keep. One thread. */
public final class ModelSteward implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ModelSteward.class);
    private static final Duration PAUSE_AFTER_PROBLEM = Duration.ofSeconds(1);

    private final ModelRegistry registry;
    private final ModelPublisher publisher;
    private final Activation activation;
    private final BooleanSupplier caughtUp;
    private final Semaphore changes = new Semaphore(1);
    private final Thread thread;
    private volatile boolean closed;

    /** @param caughtUp whether models and coverage were read to where they ended at start: before, both are history */
    public ModelSteward(
            ModelRegistry registry, ModelPublisher publisher, Activation activation, BooleanSupplier caughtUp) {
        this.registry = registry;
        this.publisher = publisher;
        this.activation = activation;
        this.caughtUp = caughtUp;
        this.thread =
                Thread.ofPlatform().daemon().name("anabranch-model-steward").unstarted(this::run);
    }

    public void start() {
        registry.onChange(changes::release);
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                // The timeout covers what has no listener: the feeds catching up.
                boolean unused = changes.tryAcquire(PAUSE_AFTER_PROBLEM.toMillis(), TimeUnit.MILLISECONDS);
                changes.drainPermits();
                tend();
            } catch (ProblemException e) {
                LOG.warnf("The alias stays where it is for now: %s", e.getMessage());
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_PROBLEM);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** One look at every name. */
    void tend() {
        if (!caughtUp.getAsBoolean()) {
            return;
        }
        for (String name : registry.catalog().names()) {
            ModelVersion next = candidate(name);
            if (next != null) {
                publisher.promote(name, next.version());
                LOG.infof("Version %d of model %s is active.", next.version(), name);
            }
            publisher.retireOld(name);
        }
    }

    private @Nullable ModelVersion candidate(String name) {
        ModelAlias alias = registry.catalog().alias(name);
        // Whoever runs a canary wants to decide.
        if (activation == Activation.MANUAL || alias.hasCanary()) {
            return null;
        }
        ModelVersion newest = null;
        for (ModelVersion version : registry.catalog().versions(name)) {
            boolean entitled = alias.getActiveVersion() == 0
                    || version.trained() && version.version() > alias.getGreatestVersion();
            if (entitled && registry.state(version) == ModelState.COVERED) {
                newest = version;
            }
        }
        return newest;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
