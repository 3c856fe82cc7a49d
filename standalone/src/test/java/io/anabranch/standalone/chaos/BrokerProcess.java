package io.anabranch.standalone.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** The broker as a process; its data stays where it is over all its lives. */
final class BrokerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final JavaProcess process;
    private final int port;

    BrokerProcess(Path folder, StablePorts ports) {
        this.port = ports.next();
        this.process = new JavaProcess(
                "broker",
                folder,
                List.of(
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerMain.class.getName(),
                        folder.resolve("broker-data").toString(),
                        Integer.toString(port),
                        Integer.toString(ports.next())));
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Returns when it answers. */
    void start() throws InterruptedException {
        process.start();
        Await.that(PATIENCE, this::answers, () -> "the broker; see " + process.log());
    }

    private boolean answers() {
        if (!process.alive()) {
            throw new IllegalStateException("The broker ended; see %s.".formatted(process.log()));
        }
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                bootstrapServers(),
                "request.timeout.ms",
                "4000",
                "default.api.timeout.ms",
                "4000"))) {
            return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size() == 1;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void kill() {
        process.kill();
    }

    void stop() {
        process.stop(PATIENCE);
    }

    @Override
    public void close() {
        process.close();
    }
}
