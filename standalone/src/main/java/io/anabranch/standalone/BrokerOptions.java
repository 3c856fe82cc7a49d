package io.anabranch.standalone;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the embedded broker keeps its data and listens. Both ports are of the loopback interface.
 *
 * @param folder the broker's own; created where absent
 * @param port for clients
 * @param controllerPort for the broker's talk with its own controller
 */
public record BrokerOptions(Path folder, int port, int controllerPort) {

    private static final long MIB = 1 << 20;

    static final int NODE_ID = 1;

    public BrokerOptions {
        requirePort(port);
        requirePort(controllerPort);
        if (port == controllerPort) {
            throw new IllegalArgumentException(
                    "The port (%d) for clients must differ from the controller's.".formatted(port));
        }
    }

    private static void requirePort(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("The port (%d) must be from 1 to 65535.".formatted(port));
        }
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** A real broker's configuration, with everything that assumes more than one node or a big machine turned down. */
    Map<String, String> properties() {
        Map<String, String> all = new HashMap<>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", Integer.toString(NODE_ID));
        all.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        all.put("controller.listener.names", "CONTROLLER");
        all.put("inter.broker.listener.name", "PLAINTEXT");
        all.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        all.put("listeners", "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
        all.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        all.put("log.dirs", folder.toAbsolutePath().toString());
        all.put("auto.create.topics.enable", "false");
        all.put("offsets.topic.num.partitions", "1");
        all.put("offsets.topic.replication.factor", "1");
        all.put("transaction.state.log.num.partitions", "4");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("share.coordinator.state.topic.num.partitions", "1");
        all.put("share.coordinator.state.topic.replication.factor", "1");
        all.put("share.coordinator.state.topic.min.isr", "1");
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("num.network.threads", "2");
        all.put("num.io.threads", "4");
        all.put("background.threads", "2");
        // The cleaner's default buffer alone is 128 MiB of heap.
        all.put("log.cleaner.threads", "1");
        all.put("log.cleaner.dedupe.buffer.size", Long.toString(8 * MIB));
        all.put("log.segment.bytes", Long.toString(128 * MIB));
        all.put("log.index.size.max.bytes", Long.toString(MIB));
        // A transaction begins while the markers of the one before are still being written. The broker then waits
        // rather
        // than refuse: a refused batch makes those sent after it look out of order, and each is sent again.
        all.put("add.partitions.to.txn.retry.backoff.ms", "5");
        all.put("add.partitions.to.txn.retry.backoff.max.ms", "10000");
        // A transaction of a killed process must not hold back readers of committed records for long.
        all.put("transaction.max.timeout.ms", "60000");
        all.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "2000");
        return all;
    }
}
