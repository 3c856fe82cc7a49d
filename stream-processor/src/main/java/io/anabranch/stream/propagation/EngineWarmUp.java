package io.anabranch.stream.propagation;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.hag.pass.DirectPlan;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.KernelWarmUp;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;

/** Runs what an engine computes with, kernels of layers and of aggregation plans, until the compiler has taken it up. */
public final class EngineWarmUp {
    private static final int EDGES = 20_000;
    private static final int WIDTH = 80;
    private static final int VERTICES = 600;
    private static final int BATCHES = 2_500;
    /** There is a model for each of five connections along depth, and layers like those of before. */
    private static final int DEEP_BATCHES = 400;

    private static final int DEEP_WIDTH = 32;
    private static final int HISTORY_BATCHES = 1_000;
    private static final int HISTORY_UNITS = 64;
    /** Tiles of four, two and one vectors, whatever the machine's vector is. */
    private static final int[] WIDTHS = {24, 112, 48};

    private EngineWarmUp() {}

    /** For models that read no histories. */
    public static float run() {
        return run(false);
    }

    /**
     * Takes a few seconds of one core, the first time; the kernels are shared by all models and all threads.
     *
     * @param histories whether models that read them are to be expected
     * @return a number made of all results, so that no call can be left out
     */
    public static float run(boolean histories) {
        float total = KernelWarmUp.run() + plans();
        for (var model : KernelWarmUp.linearModels(WIDTHS)) {
            total += batches(model, BATCHES);
        }
        for (var model : KernelWarmUp.deepModels(WIDTHS[0], DEEP_WIDTH)) {
            total += batches(model, DEEP_BATCHES);
        }
        if (histories) {
            for (var model : KernelWarmUp.historyModels(WIDTHS[0], HISTORY_UNITS)) {
                total += batches(model, HISTORY_BATCHES);
            }
        }
        return total;
    }

    private static float plans() {
        float total = 0;
        float[] weights = new float[EDGES];
        float[] in = new float[WIDTH];
        float[] out = new float[WIDTH];
        // Weights of 1 are added by a kernel of their own.
        for (float weight : new float[] {1f, 0.5f}) {
            Arrays.fill(weights, weight);
            Arrays.fill(in, weight);
            DirectPlan.of(1, new int[] {0, EDGES}, new int[EDGES], weights).sum(in, WIDTH, out);
            total += out[0];
        }
        return total;
    }

    /** An engine at work on a small graph: edges that come and go, and features that change. */
    private static float batches(FrozenModel model, int batches) {
        var random = new SplittableRandom(1);
        var graph = PartitionGraph.open(
                Ownership.byHash(1, 0),
                WIDTHS[0],
                FactJournal.NONE,
                PartitionGraph.MOST_BURIALS_AT_ONCE,
                model.history() != null);
        for (int v = 0; v < VERTICES; v++) {
            graph.apply(node(random, v, 0));
        }
        var engine = new Engine(
                model,
                graph,
                new HaloTable(graph, PartitionState.NONE),
                new HistoryCheckpoints(PartitionState.NONE),
                EngineTuning.DEFAULT,
                Set.of());
        engine.start();
        graph.drainDelta();
        var noHalo = new VertexSet();
        for (int batch = 1; batch <= batches; batch++) {
            for (int i = 0; i < 3; i++) {
                // The last of them is late.
                graph.apply(edge(random, i == 2 ? Math.max(0, batch - 20) : batch));
                graph.apply(
                        new GraphMutation.RemoveEdge(ends(random.nextInt(VERTICES), random.nextInt(VERTICES)), batch));
            }
            graph.apply(node(random, random.nextInt(VERTICES), batch));
            engine.apply(graph.drainDelta(), noHalo);
        }
        return engine.embedding(0)[0];
    }

    private static GraphMutation node(SplittableRandom random, int v, long time) {
        float[] row = new float[WIDTHS[0]];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return new GraphMutation.UpsertNode(Integer.toString(v), "", FeatureVector.dense(row), time);
    }

    private static GraphMutation edge(SplittableRandom random, long time) {
        return new GraphMutation.UpsertEdge(
                ends(random.nextInt(VERTICES), random.nextInt(VERTICES)), 1, Provenance.OBSERVED, time);
    }

    private static EdgeId ends(int source, int target) {
        return new EdgeId(Integer.toString(source), Integer.toString(target), "");
    }
}
