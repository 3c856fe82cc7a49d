package io.anabranch.benchmark;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.model.v1.Convolution;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.InvalidModelException;
import io.anabranch.stream.propagation.EngineWarmUp;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * How long a vertex of very many edges holds its partition up, in calls of the task: two partitions on one thread, no log, no state on disk.
 * The hub is created edge by edge, gets new features, is deleted and created again; once with the edges leaving it and once with them entering it.
 */
public final class HubStall {
    private static final int WIDTH = 16;
    private static final String HUB = "hub";

    private final int degree;
    private final SplittableRandom random = new SplittableRandom(5);
    private final TaskPair tasks;
    private long time = 1;

    private HubStall(int degree) throws InvalidModelException {
        this.degree = degree;
        tasks = new TaskPair(
                FrozenModel.decode(RandomModel.of(Convolution.CONVOLUTION_SAGE_MEAN, random, WIDTH, WIDTH, 8)));
    }

    /**
     * Prints the table.
     *
     * @param arguments the degree; without it 1,000,000
     */
    public static void main(String[] arguments) throws InvalidModelException, InterruptedException {
        Logs.warnings();
        EngineWarmUp.run();
        new HubStall(arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0])).measure();
    }

    private void measure() throws InterruptedException {
        System.out.printf(
                "Degree %,d, two partitions, one thread.%n%n| phase | seconds | longest update ms | longest halo ms | longest propagate ms | greatest halo record, bytes | greatest embedding record, bytes | heap after GC, MB |%n|---|---|---|---|---|---|---|---|%n",
                degree);
        for (int i = 0; i < degree; i++) {
            tasks.update(leaf(i), node(leaf(i)));
        }
        phase("other vertices created");
        life("source", i -> new EdgeId(HUB, leaf(i), ""));
        life("target", i -> new EdgeId(leaf(i), HUB, ""));
    }

    private void life(String role, IntFunction<EdgeId> edge) throws InterruptedException {
        for (String birth : new String[] {"created", "created again"}) {
            tasks.update(HUB, node(HUB));
            for (int i = 0; i < degree; i++) {
                EdgeId id = edge.apply(i);
                tasks.update(id.target(), new GraphMutation.UpsertEdge(id, 1, Provenance.OBSERVED, time++));
            }
            phase(role + ": " + birth + ", with all edges");
            tasks.update(HUB, node(HUB));
            phase(role + ": new features");
            tasks.update(HUB, new GraphMutation.RemoveNode(HUB, time++));
            phase(role + ": deleted");
        }
    }

    private void phase(String name) throws InterruptedException {
        tasks.drain();
        for (int i = 0; i < 2; i++) {
            System.gc();
            Thread.sleep(50);
        }
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                "| %s | %s | %,d |%n", name, tasks.takeFigures(), (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }

    private GraphMutation node(String id) {
        float[] row = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return new GraphMutation.UpsertNode(id, "", FeatureVector.dense(row), time++);
    }

    private static String leaf(int i) {
        return "v" + i;
    }
}
