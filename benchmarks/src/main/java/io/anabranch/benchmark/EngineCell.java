package io.anabranch.benchmark;

import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.GraphMutation;
import io.anabranch.stream.propagation.EngineHarness;

/**
 * Measures one engine at one batch size: updates go to the graph, then their net effect to the engine, batch by batch on this thread. Updates are drawn
 * outside the measured time.
 */
final class EngineCell {
    private static final int CHUNK = 50_000;

    private final EngineHarness engine;
    private final UpdateStream stream;
    private final int batch;

    EngineCell(EngineHarness engine, UpdateStream stream, int batch) {
        this.engine = engine;
        this.stream = stream;
        this.batch = batch;
    }

    /**
     * What was measured.
     *
     * @param wallNanos of graph and engine
     * @param cpuNanos of graph and engine
     */
    record Timing(long updates, Latencies engine, Latencies both, long wallNanos, long cpuNanos) {
        /** The engine's part of the thread's CPU time, taken to be its part of the wall time. */
        double engineCpuNanos() {
            return (double) cpuNanos * engine.total() / both.total();
        }
    }

    /** Until {@code updates} are done or the time is up, whole batches, at least one. */
    Timing run(long updates, double seconds) {
        var engineNanos = new Latencies();
        var bothNanos = new Latencies();
        long done = 0;
        long wall = 0;
        long cpu = 0;
        while (done == 0 || done < updates && wall < seconds * 1e9) {
            int batches = (int) Math.max(1, Math.min(CHUNK, updates - done) / batch);
            GraphMutation[] mutations = stream.next(batches * batch);
            long cpuBegin = ThreadMeter.cpuNanos();
            long begin = System.nanoTime();
            long last = begin;
            for (int i = 0; i < batches; i++) {
                GraphDelta delta = engine.mutate(mutations, i * batch, (i + 1) * batch);
                long between = System.nanoTime();
                engine.propagate(delta);
                long end = System.nanoTime();
                engineNanos.add(end - between);
                bothNanos.add(end - last);
                last = end;
                done += batch;
                if (end - begin > seconds * 1e9) {
                    break;
                }
            }
            wall += last - begin;
            cpu += ThreadMeter.cpuNanos() - cpuBegin;
        }
        return new Timing(done, engineNanos, bothNanos, wall, cpu);
    }

    /**
     * What was counted, per update.
     *
     * @param moved rows h_0 and h_1 that changed
     * @param adds row additions of layers 1 and 2
     */
    record Counts(double engineBytes, double graphBytes, double[] moved, double[] adds, double embeddings) {}

    /** Counts over about this many updates, at least one batch; not to be timed. */
    Counts count(int updates, int layers) {
        double[] moved = new double[layers];
        double[] adds = new double[layers];
        int batches = Math.max(1, updates / batch);
        double share = 1.0 / ((double) batches * batch);
        double engineBytes = 0;
        double graphBytes = 0;
        double embeddings = 0;
        long meter = ThreadMeter.bytesOfMeter();
        GraphMutation[] mutations = stream.next(batches * batch);
        for (int l = 0; l < layers; l++) {
            adds[l] = -engine.rowAdds(l + 1) * share;
        }
        for (int i = 0; i < batches; i++) {
            long before = ThreadMeter.allocatedBytes();
            GraphDelta delta = engine.mutate(mutations, i * batch, (i + 1) * batch);
            long between = ThreadMeter.allocatedBytes();
            engine.propagate(delta);
            engineBytes += (ThreadMeter.allocatedBytes() - between - meter) * share;
            graphBytes += (between - before - meter) * share;
            embeddings += engine.changedEmbeddings() * share;
            for (int l = 0; l < layers; l++) {
                moved[l] += engine.movedRows(l) * share;
            }
        }
        for (int l = 0; l < layers; l++) {
            adds[l] += engine.rowAdds(l + 1) * share;
        }
        return new Counts(engineBytes, graphBytes, moved, adds, embeddings);
    }
}
