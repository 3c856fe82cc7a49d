package io.anabranch.standalone;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs broker, stream processor and model service in this JVM until its work is done or the process is told to stop. One
 * at a time in a JVM, since Quarkus is.
 */
public final class StandaloneInstance {

    /** Longer than the model service may take with the longest anabranch.server.stop-delay and stop-timeout, and Kafka Streams behind it. */
    private static final Duration STOP_PATIENCE = Duration.ofMinutes(3);

    private static final AtomicReference<@Nullable Session> CURRENT = new AtomicReference<>();

    private StandaloneInstance() {}

    /**
     * Starts everything, runs the work, stops everything in order: first what reads and writes Kafka, then the broker.
     *
     * @return the work's exit code; 0 when stopped from outside
     * @throws StartFailure when it cannot start
     */
    public static int run(StartRequest request, Work work) {
        CountDownLatch stopped = new CountDownLatch(1);
        // Quarkus stops itself on a signal; this hook holds the JVM until the broker has closed its files, too.
        Thread hold = Thread.ofPlatform().name("hold-until-stopped").unstarted(() -> await(stopped));
        Runtime.getRuntime().addShutdownHook(hold);
        try (InstanceFolder.Claim claim = request.folder().claim()) {
            Instance instance = InstancePlan.of(request, Clock.systemUTC());
            configureLog(request);
            if (request.settings().containsKey(Settings.BOOTSTRAP_SERVERS)) {
                claim.write(instance);
                return serve(request, instance, request.settings().get(Settings.BOOTSTRAP_SERVERS), work);
            }
            BrokerOptions options =
                    new BrokerOptions(request.folder().broker(), instance.kafkaPort(), instance.controllerPort());
            try (EmbeddedBroker broker = EmbeddedBroker.start(options)) {
                claim.write(instance);
                return serve(request, instance, broker.bootstrapServers(), work);
            }
        } finally {
            stopped.countDown();
        }
    }

    private static int serve(StartRequest request, Instance instance, @Nullable String bootstrapServers, Work work) {
        configure(request, instance, bootstrapServers);
        Session session = new Session(instance, work);
        if (!CURRENT.compareAndSet(null, session)) {
            throw new IllegalStateException("An instance already runs in this JVM.");
        }
        try {
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Quarkus.run(Serving.class, (code, cause) -> failure.set(cause));
            Throwable cause = session.failure != null ? session.failure : failure.get();
            if (cause != null) {
                throw rethrown(cause);
            }
            return session.exitCode == Work.KEEP_SERVING ? 0 : session.exitCode;
        } finally {
            CURRENT.set(null);
        }
    }

    private static RuntimeException rethrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException known
                && !known.getClass().getName().startsWith("jakarta.")) {
            return known;
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new StartFailure("The instance did not start: %s".formatted(root.getMessage()), cause);
    }

    private static void configureLog(StartRequest request) {
        System.setProperty("quarkus.log.file.enabled", "true");
        System.setProperty("quarkus.log.file.path", request.folder().log().toString());
        System.setProperty("quarkus.log.console.level", request.verbose() ? "INFO" : "ERROR");
    }

    private static void configure(StartRequest request, Instance instance, @Nullable String bootstrapServers) {
        System.setProperty(Settings.STATE_DIR, request.folder().streams().toString());
        request.settings().forEach(System::setProperty);
        Map<String, String> decided = Map.of(
                Settings.FEATURE_DIMENSION, Integer.toString(instance.featureDimension()),
                Settings.PARTITIONS, Integer.toString(instance.partitions()),
                Settings.GRPC_PORT, Integer.toString(instance.grpcPort()),
                Settings.HTTP_PORT, Integer.toString(instance.httpPort()),
                Settings.BOOTSTRAP_SERVERS, String.valueOf(bootstrapServers));
        decided.forEach(System::setProperty);
    }

    private static void await(CountDownLatch stopped) {
        try {
            boolean inTime = stopped.await(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (!inTime) {
                System.getLogger(StandaloneInstance.class.getName())
                        .log(System.Logger.Level.WARNING, "The broker did not stop within {0}.", STOP_PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What this JVM is running, shared with the Quarkus application, which Quarkus makes itself. */
    private static final class Session {

        private final Instance instance;
        private final Work work;
        private volatile int exitCode = Work.KEEP_SERVING;
        private volatile @Nullable Throwable failure;

        private Session(Instance instance, Work work) {
            this.instance = instance;
            this.work = work;
        }

        private void run() {
            try {
                exitCode = work.whileServing(instance);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                exitCode = 0;
            } catch (RuntimeException | Error e) {
                failure = e;
                exitCode = 1;
            }
            if (exitCode != Work.KEEP_SERVING) {
                Quarkus.asyncExit(exitCode);
            }
        }
    }

    /** The Quarkus side: starts the work beside the main thread, which only waits, so that a signal is heeded at once. */
    public static final class Serving implements QuarkusApplication {

        @Override
        public int run(String... arguments) {
            Session session = CURRENT.get();
            if (session == null) {
                Quarkus.waitForExit();
                return 0;
            }
            Thread.ofPlatform().daemon().name("work").start(session::run);
            Quarkus.waitForExit();
            return Math.max(session.exitCode, 0);
        }
    }
}
