package io.anabranch.stream;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.jboss.logging.Logger;

/**
 * Asks Kafka every few seconds whether it is there, and says once when it goes and once when it is back. Kafka's clients
 * wait and reconnect by themselves; this is for the person who reads the log and for readiness.
 */
final class BrokerWatch implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(BrokerWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(3);
    private static final int ANSWER_MS = 5_000;

    private final Admin admin;
    private final String servers;
    private final Thread thread;
    private volatile boolean reachable = true;
    private volatile boolean closed;
    private long lostNanos;

    BrokerWatch(Admin admin, StreamConfig config) {
        this.admin = admin;
        this.servers = config.kafka().bootstrapServers();
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("anabranch-broker-watch-" + config.streams().instanceId())
                .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    boolean reachable() {
        return reachable;
    }

    private void run() {
        try {
            while (!closed) {
                look();
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            LOG.debug("The broker watch ends");
        }
    }

    private void look() throws InterruptedException {
        try {
            admin.describeCluster(new DescribeClusterOptions().timeoutMs(ANSWER_MS))
                    .nodes()
                    .get();
            if (!reachable) {
                LOG.infof(
                        "Kafka at %s is back after %d s; processing goes on from the last commit",
                        servers, (System.nanoTime() - lostNanos) / 1_000_000_000L);
            }
            reachable = true;
        } catch (ExecutionException e) {
            if (reachable && !closed) {
                lostNanos = System.nanoTime();
                LOG.errorf(
                        "Kafka at %s does not answer (%s). Nothing is lost; processing waits until it is back",
                        servers, e.getCause());
            }
            reachable = false;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
