package io.anabranch.benchmark;

import io.anabranch.v1.NodeEmbedding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches the probe pairs: one batched read after the other over all vertices that have not changed yet. A time measured includes the read
 * itself. One thread reads; {@link #acknowledged} may be called by another.
 */
final class Probes implements Runnable {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Service service;
    private final AtomicLongArray acknowledgedAt;
    private final Map<String, List<Float>> before = new HashMap<>();
    private final double[] own;
    private final double[] neighbor;

    Probes(Service service, int count) {
        this.service = service;
        this.acknowledgedAt = new AtomicLongArray(count);
        this.own = new double[count];
        this.neighbor = new double[count];
        Arrays.fill(own, Double.NaN);
        Arrays.fill(neighbor, Double.NaN);
        for (int i = 0; i < count; i++) {
            for (NodeEmbedding embedding : service.embeddings(List.of(Probe.source(i), Probe.target(i)))) {
                before.put(embedding.getNodeId(), embedding.getVectorList());
            }
        }
    }

    int count() {
        return own.length;
    }

    void acknowledged(int probe, long nanos) {
        acknowledgedAt.set(probe, nanos);
    }

    @Override
    public void run() {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        int missing = 2 * count();
        while (missing > 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("%d of %d probes were never seen.".formatted(missing, 2 * count()));
            }
            missing -= poll();
        }
    }

    private int poll() {
        Map<String, Integer> open = new HashMap<>();
        for (int i = 0; i < count(); i++) {
            if (acknowledgedAt.get(i) != 0) {
                if (Double.isNaN(own[i])) {
                    open.put(Probe.source(i), i);
                }
                if (Double.isNaN(neighbor[i])) {
                    open.put(Probe.target(i), i);
                }
            }
        }
        if (open.isEmpty()) {
            LockSupport.parkNanos(1_000_000);
            return 0;
        }
        int found = 0;
        List<String> ids = new ArrayList<>(open.keySet());
        for (NodeEmbedding embedding : service.embeddings(ids.subList(0, Math.min(ids.size(), 1_000)))) {
            String id = embedding.getNodeId();
            if (!embedding.getVectorList().equals(before.get(id))) {
                int probe = Objects.requireNonNull(open.get(id));
                double millis = (System.nanoTime() - acknowledgedAt.get(probe)) / 1e6;
                (id.equals(Probe.source(probe)) ? own : neighbor)[probe] = millis;
                found++;
            }
        }
        return found;
    }

    double[] own() {
        return sorted(own);
    }

    double[] neighbor() {
        return sorted(neighbor);
    }

    private static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}
