package io.anabranch.cli;

import io.anabranch.standalone.DrainWatch;
import io.anabranch.standalone.Instance;
import io.anabranch.standalone.Setting;
import io.anabranch.standalone.Settings;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.TopicStatus;
import java.time.Duration;

/** Waits until everything published so far is in the graph and in the embeddings that gRPC answers with. */
final class CatchUp implements AutoCloseable {

    private final ServiceClient client;
    private final DrainWatch stream;

    CatchUp(ServiceClient client, Instance instance) {
        this.client = client;
        this.stream = new DrainWatch(
                "127.0.0.1:" + instance.kafkaPort(), inForce(Settings.APPLICATION_ID), inForce(Settings.TOPICS_PREFIX));
    }

    void await(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        stream.awaitDrained(patience);
        GetStatusResponse status = client.status();
        while (status.getTopicsList().stream().anyMatch(t -> t.getLag() > 0)) {
            if (System.nanoTime() > deadline) {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        "The service has not read everything after %s: %s"
                                .formatted(
                                        patience,
                                        status.getTopicsList().stream()
                                                .filter(t -> t.getLag() > 0)
                                                .map(TopicStatus::getTopic)
                                                .toList()));
            }
            Thread.sleep(50);
            status = client.status();
        }
    }

    /** Set in this JVM when it is the one that serves; an instance elsewhere is taken to have the default. */
    private static String inForce(String key) {
        Setting setting = Settings.of(key);
        return System.getProperty(key, setting == null ? "" : setting.defaultValue());
    }

    @Override
    public void close() {
        stream.close();
    }
}
