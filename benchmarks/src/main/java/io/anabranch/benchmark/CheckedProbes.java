package io.anabranch.benchmark;

import static java.util.Objects.requireNonNull;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.v1.NodeEmbedding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Pairs of vertices apart from the load, of which the source gets new features again and again. At every moment it is known what both may be: the
 * embeddings of some features that were sent, none older than seen before. One thread sends, another one reads.
 */
final class CheckedProbes implements Runnable {

    private static final double TOLERANCE = 1e-5;
    private static final long PAUSE_NANOS = 20_000_000;

    /** What a pair is after an event. */
    private record State(double[] source, double[] target, long sentNanos) {}

    /** How long an event took until it was read, and when it was sent. */
    record Sample(long sentNanos, double millis) {}

    private static final class Pair {
        private final Workload graph;
        private final List<State> states = new ArrayList<>();
        /** What the source and the target were when they were read last. */
        private final int[] seen = {-1, -1};

        Pair(Workload graph) {
            this.graph = graph;
        }
    }

    private final Service service;
    private final ReferenceForward model;
    private final List<Pair> pairs = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private long read;
    private int next;
    private volatile boolean stopped;

    /** @param tagged whether both vertices of a pair have a hash tag and so lie in one partition */
    CheckedProbes(
            Service service,
            ReferenceForward model,
            GraphShape shape,
            int count,
            boolean tagged,
            long startTime,
            SplittableRandom random) {
        this.service = service;
        this.model = model;
        for (int i = 0; i < count; i++) {
            pairs.add(new Pair(new Workload(random.split(), shape, 0, shape.width(0), startTime)));
            String tag = tagged ? "{pair-%d}".formatted(i) : "";
            ids.add(tag + Probe.source(i));
            ids.add(tag + Probe.target(i));
        }
    }

    /** What makes the pairs. */
    List<byte[]> bootstrap() {
        List<byte[]> events = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            pair.graph.pair(ids.get(2 * i), ids.get(2 * i + 1)).forEach(event -> events.add(event.toByteArray()));
            expect(i, 0);
        }
        return events;
    }

    /** New features for the next source, which may be seen from now on. */
    byte[] next() {
        int i = next++ % pairs.size();
        GraphEvent event = pairs.get(i).graph.upsertNode(ids.get(2 * i));
        expect(i, System.nanoTime());
        return event.toByteArray();
    }

    private void expect(int i, long sentNanos) {
        Map<String, double[]> rows = model.embeddings(pairs.get(i).graph);
        synchronized (this) {
            pairs.get(i)
                    .states
                    .add(new State(
                            requireNonNull(rows.get(ids.get(2 * i))),
                            requireNonNull(rows.get(ids.get(2 * i + 1))),
                            sentNanos));
        }
    }

    @Override
    public void run() {
        while (!stopped) {
            List<NodeEmbedding> embeddings = service.embeddings(ids);
            judge(embeddings, System.nanoTime());
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private synchronized void judge(List<NodeEmbedding> embeddings, long now) {
        for (int i = 0; i < embeddings.size(); i++) {
            Pair pair = pairs.get(i / 2);
            int end = i % 2;
            int found = Math.max(0, pair.seen[end]);
            while (found < pair.states.size() && !matches(embeddings.get(i), pair.states.get(found), end)) {
                found++;
            }
            read++;
            if (found == pair.states.size()) {
                wrong.add("%s, seen before as of its event %d".formatted(ids.get(i), pair.seen[end]));
                continue;
            }
            for (int state = pair.seen[end] + 1; state <= found; state++) {
                long sent = pair.states.get(state).sentNanos;
                if (sent > 0) {
                    samples.add(new Sample(sent, (now - sent) / 1e6));
                }
            }
            pair.seen[end] = found;
        }
    }

    private static boolean matches(NodeEmbedding served, State state, int end) {
        double[] row = end == 0 ? state.source : state.target;
        double scale = 1;
        for (double x : row) {
            scale = Math.max(scale, 1 + Math.abs(x));
        }
        for (int j = 0; j < row.length; j++) {
            if (Math.abs(row[j] - served.getVector(j)) > TOLERANCE * scale) {
                return false;
            }
        }
        return true;
    }

    void stop() {
        stopped = true;
    }

    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** Events of which one end was not seen yet. */
    synchronized long unseen() {
        long unseen = 0;
        for (Pair pair : pairs) {
            unseen += 2L * (pair.states.size() - 1) - pair.seen[0] - pair.seen[1];
        }
        return unseen;
    }

    synchronized long read() {
        return read;
    }

    /** Embeddings that were none of those that they could be. */
    synchronized List<String> wrong() {
        return List.copyOf(wrong);
    }
}
