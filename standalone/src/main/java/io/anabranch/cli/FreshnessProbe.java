package io.anabranch.cli;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelSelector;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Measures from outside how fresh embeddings are: from the acknowledgement that Kafka has a node that was never there
 * before to the first {@code GetEmbeddings} that answers for it. A thread of its own asks every few milliseconds.
 */
final class FreshnessProbe implements AutoCloseable {

    private static final long PAUSE_MS = 3;

    private record Watched(String nodeId, long acknowledgedNanos) {}

    private final ServiceClient client;
    private final ModelSelector model;
    private final Set<String> newcomers;
    private final Map<String, Boolean> seen = new HashMap<>();
    private final BlockingQueue<Watched> arrivals = new LinkedBlockingQueue<>();
    private final List<Double> millis = new ArrayList<>();
    private final Thread thread = Thread.ofVirtual().name("freshness-probe").unstarted(this::watch);

    FreshnessProbe(ServiceClient client, Model model, Set<String> newcomers) {
        this.client = client;
        this.model = ModelSelector.newBuilder()
                .setName(model.getName())
                .setVersion(model.getVersion())
                .build();
        this.newcomers = newcomers;
        thread.start();
    }

    /** To be told every event once it is acknowledged, from one thread. */
    void acknowledged(GraphEvent event) {
        String id = event.getNodeUpsert().getId();
        if (newcomers.contains(id) && seen.putIfAbsent(id, true) == null) {
            arrivals.add(new Watched(id, System.nanoTime()));
        }
    }

    private void watch() {
        List<Watched> waiting = new ArrayList<>();
        try {
            while (true) {
                if (waiting.isEmpty()) {
                    waiting.add(arrivals.take());
                }
                arrivals.drainTo(waiting);
                for (Iterator<Watched> each = waiting.iterator(); each.hasNext(); ) {
                    Watched watched = each.next();
                    if (readable(watched.nodeId)) {
                        record((System.nanoTime() - watched.acknowledgedNanos) / 1e6);
                        each.remove();
                    }
                }
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean readable(String nodeId) {
        try {
            return client.predictions()
                            .getEmbeddings(GetEmbeddingsRequest.newBuilder()
                                    .setModel(model)
                                    .addNodeIds(nodeId)
                                    .build())
                            .getEmbeddingsCount()
                    == 1;
        } catch (StatusRuntimeException e) {
            return switch (e.getStatus().getCode()) {
                // Cancelled: the probe is being closed, and its next pause ends it.
                case NOT_FOUND, CANCELLED -> false;
                default -> throw e;
            };
        }
    }

    private synchronized void record(double sample) {
        millis.add(sample);
    }

    synchronized int samples() {
        return millis.size();
    }

    /** NaN without a sample. */
    synchronized double percentile(double percent) {
        List<Double> sorted = millis.stream().sorted().toList();
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.max(0, rank - 1));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
