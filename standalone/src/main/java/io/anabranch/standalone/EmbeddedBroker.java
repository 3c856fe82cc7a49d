package io.anabranch.standalone;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jboss.logging.Logger;

/**
 * A real single-node Kafka broker (KRaft, broker and controller in one) in this JVM, reachable over loopback only. What it
 * stores survives {@link #close()} and a new start on the same folder.
 *
 * <p>Start takes about 3 s and about 200 MB. Start and close from one thread.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(EmbeddedBroker.class);
    private static final long LEAST_FREE_BYTES = 256L << 20;

    private final BrokerOptions options;
    private final KafkaRaftServer server;

    private EmbeddedBroker(BrokerOptions options, KafkaRaftServer server) {
        this.options = options;
        this.server = server;
    }

    /**
     * Starts a broker and returns when it serves.
     *
     * @throws StartFailure when a port is in use, the folder is used by another broker or cannot be written, or the disk
     *     is almost full
     */
    public static EmbeddedBroker start(BrokerOptions options) {
        Ports.requireFree(options.port(), "Kafka", "--kafka-port");
        Ports.requireFree(options.controllerPort(), "the Kafka controller", "another --data folder");
        prepare(options.folder());
        sayWhyTheBrokerHalts(options.folder());
        KafkaRaftServer server = null;
        try {
            format(options.folder());
            server = new KafkaRaftServer(new KafkaConfig(options.properties()), Time.SYSTEM);
            server.startup();
            return new EmbeddedBroker(options, server);
        } catch (KafkaException e) {
            if (server != null) {
                server.shutdown();
            }
            throw failure(options.folder(), e);
        }
    }

    /** A broker that cannot write its log ends the process at once, and says so in its own terms only. */
    private static void sayWhyTheBrokerHalts(Path folder) {
        Exit.setHaltProcedure((status, message) -> {
            LOG.errorf(
                    "The broker can no longer write to the folder %s and ends the process.%n"
                            + "Maybe the disk is full: free some space and start again; whatever was acknowledged is kept.",
                    folder);
            Runtime.getRuntime().halt(status);
        });
    }

    public String bootstrapServers() {
        return options.bootstrapServers();
    }

    /** Stops in good order: what was acknowledged is on the disk. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static void prepare(Path folder) {
        try {
            Files.createDirectories(folder);
            Path probe = Files.createTempFile(folder, "probe", ".tmp");
            Files.write(probe, new byte[4096]);
            Files.delete(probe);
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < LEAST_FREE_BYTES) {
                throw new StartFailure("""
                        The disk of the folder %s has only %d MiB left; the broker needs at least %d MiB.
                        Maybe choose another folder with --data.""".formatted(folder, free >> 20, LEAST_FREE_BYTES >> 20));
            }
        } catch (IOException e) {
            throw new StartFailure("""
                    The folder %s cannot be written: %s.
                    Maybe the disk is full or the folder belongs to another user; choose another with --data.""".formatted(folder, e), e);
        }
    }

    private static void format(Path folder) {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(BrokerOptions.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .addDirectory(folder.toAbsolutePath().toString())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(folder.toAbsolutePath().toString())
                    .setIgnoreFormatted(false)
                    .run();
        } catch (Exception e) {
            // The formatter declares Exception; whatever it is, the folder is of no use.
            throw new StartFailure("The folder %s cannot be formatted for Kafka: %s".formatted(folder, e), e);
        }
    }

    private static StartFailure failure(Path folder, KafkaException cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("lock")) {
            return new StartFailure("""
                    The folder %s is in use by another broker.
                    Maybe an instance is running on it; stop it or choose another folder with --data.""".formatted(folder), cause);
        }
        return new StartFailure("The embedded Kafka broker did not start on %s: %s".formatted(folder, message), cause);
    }
}
