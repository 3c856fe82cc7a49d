package io.anabranch.benchmark;

import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.propagation.EngineHarness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/**
 * Partitions that take up a stream in step, each on a thread of its own: a batch each, then the rows of halo vertices that changed, from
 * engine to engine in memory, until nobody has news. No log is in between, so this is the least that splitting a graph costs.
 */
final class Lockstep {
    private final EngineHarness[] engines;
    private final List<List<GraphMutation>> shares = new ArrayList<>();
    private final CyclicBarrier barrier;
    private final boolean[] news;
    private final long[] sent;
    private long updates;

    Lockstep(FrozenModel model, int partitions, UpdateStream stream) {
        engines = new EngineHarness[partitions];
        news = new boolean[partitions];
        sent = new long[partitions];
        barrier = new CyclicBarrier(partitions);
        for (int p = 0; p < partitions; p++) {
            engines[p] = EngineHarness.of(model, Ownership.byHash(partitions, p));
            shares.add(new ArrayList<>());
        }
        stream.bootstrap(mutation -> engines[owner(mutation)].graph().apply(mutation));
        inStep(p -> {
            engines[p].restart(EngineHarness.Mode.MEASURED);
            await();
            var graph = engines[p].graph();
            graph.forEachWanted(u -> hear(p, u));
            settle(p, engines[p].noDelta());
        });
    }

    /** Takes up this many updates in batches, all partitions together. @return seconds by the clock, without drawing them */
    double run(UpdateStream stream, long count, int batch) {
        long nanos = 0;
        for (long done = 0; done < count; done += batch) {
            shares.forEach(List::clear);
            for (int i = 0; i < batch; i++) {
                var mutation = stream.next();
                shares.get(owner(mutation)).add(mutation);
            }
            long begin = System.nanoTime();
            inStep(this::takeUp);
            nanos += System.nanoTime() - begin;
            updates += batch;
        }
        return nanos / 1e9;
    }

    private void takeUp(int p) {
        var engine = engines[p];
        var mutations = shares.get(p).toArray(GraphMutation[]::new);
        GraphDelta delta = engine.mutate(mutations, 0, mutations.length);
        // A source that is new here may have told its value long ago.
        var added = delta.addedEdges();
        await();
        for (int i = 0; i < added.size(); i++) {
            if (!engine.graph().owned(added.source(i))) {
                hear(p, added.source(i));
            }
        }
        await();
        settle(p, delta);
    }

    /** Propagates, tells and hears what changed, until there is nothing to tell. */
    private void settle(int p, GraphDelta delta) {
        var engine = engines[p];
        engine.propagate(delta);
        while (true) {
            await();
            news[p] = false;
            for (int q = 0; q < engines.length; q++) {
                if (q != p) {
                    news[p] |= hearChanges(p, engines[q]);
                }
            }
            await();
            boolean any = false;
            for (boolean some : news) {
                any |= some;
            }
            await();
            if (!any) {
                return;
            }
            engine.propagate(engine.noDelta());
        }
    }

    private boolean hearChanges(int p, EngineHarness other) {
        boolean heard = false;
        for (int i = 0; i < other.changedPayloads(); i++) {
            int u = engines[p].graph().ordinalOf(other.graph().vertexId(other.changedPayload(i)));
            if (u >= 0 && engines[p].graph().wanted(u)) {
                hear(p, u);
                heard = true;
            }
        }
        return heard;
    }

    private void hear(int p, int u) {
        String id = engines[p].graph().vertexId(u);
        var owner = engines[engines[p].ownerOf(id)];
        int v = owner.graph().ordinalOf(id);
        engines[p].hear(id, owner.graph().inDegree(v), owner.payload(v));
        sent[p]++;
    }

    private int owner(GraphMutation mutation) {
        String id = switch (mutation) {
            case GraphMutation.UpsertNode node -> node.id();
            case GraphMutation.UpsertEdge edge -> edge.edge().target();
            case GraphMutation.RemoveEdge edge -> edge.edge().target();
            case GraphMutation.EraseEdge edge -> edge.edge().target();
            default -> throw new IllegalArgumentException("The stream has no such update: " + mutation);
        };
        return engines[0].ownerOf(id);
    }

    /** Vectors of halo vertices handed over, per update. */
    double sentPerUpdate() {
        long sum = 0;
        for (long some : sent) {
            sum += some;
        }
        return updates == 0 ? 0 : (double) sum / updates;
    }

    /** Forgets what was counted. */
    void resetCounts() {
        Arrays.fill(sent, 0);
        updates = 0;
    }

    /** Greatest difference of an embedding from that of another, relative to {@code 1 + max |h|}. */
    double worstDifference(Lockstep other, int vertices) {
        double worst = 0;
        for (int v = 0; v < vertices; v++) {
            float[] mine = embedding("v" + v);
            float[] theirs = other.embedding("v" + v);
            double size = 1;
            double difference = 0;
            for (int i = 0; i < mine.length; i++) {
                difference = Math.max(difference, Math.abs((double) mine[i] - theirs[i]));
                size = Math.max(size, 1 + Math.abs(mine[i]));
            }
            worst = Math.max(worst, difference / size);
        }
        return worst;
    }

    private float[] embedding(String id) {
        var engine = engines[engines[0].ownerOf(id)];
        return engine.embedding(engine.graph().ordinalOf(id));
    }

    private interface Work {
        void on(int partition);
    }

    private void inStep(Work work) {
        var failures = new Throwable[engines.length];
        var threads = new Thread[engines.length];
        for (int p = 0; p < engines.length; p++) {
            int partition = p;
            threads[p] = Thread.ofPlatform().name("partition-" + p).start(() -> {
                try {
                    work.on(partition);
                } catch (RuntimeException | Error e) {
                    failures[partition] = e;
                    barrier.reset();
                }
            });
        }
        for (int p = 0; p < engines.length; p++) {
            join(threads[p]);
        }
        for (Throwable failure : failures) {
            if (failure != null) {
                throw new IllegalStateException("A partition failed.", failure);
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void await() {
        try {
            barrier.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (BrokenBarrierException e) {
            throw new IllegalStateException("The other partition failed.", e);
        }
    }
}
