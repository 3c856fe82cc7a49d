package io.anabranch.benchmark;

import io.anabranch.graph.hag.pass.DirectPlan;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.tensor.LinearMap;
import io.anabranch.learn.tensor.SparseMatrix;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Memory and time of a training step by depth: stored activations, and layers that are worked out again on the way back. */
@Command(
        name = "reversible-memory",
        mixinStandardHelpOptions = true,
        description = "Bytes and time of a training step of deep encoders.")
public final class ReversibleMemory implements Runnable {

    @Parameters(paramLabel = "DIR", description = "Data-set folder.")
    private Path folder = Path.of("../shared/data/cora");

    @Option(names = "--width", defaultValue = "64", description = "Of all rows (default: ${DEFAULT-VALUE})")
    private int width;

    @Option(names = "--layers", split = ",", defaultValue = "4,16,64", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> depths = List.of();

    @Option(names = "--runs", defaultValue = "9", description = "Timed steps of each (default: ${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--warm-up", defaultValue = "4", description = "Steps before (default: ${DEFAULT-VALUE})")
    private int warmUp;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ReversibleMemory()).execute(arguments));
    }

    @Override
    public void run() {
        GraphSnapshot graph = DataSets.open(folder).snapshot();
        if (!(FeatureRows.of(graph.features()) instanceof FeatureRows.Sparse(SparseMatrix features))) {
            throw new IllegalArgumentException("The features of the data set (%s) are not sparse.".formatted(folder));
        }
        DirectPlan plan = DirectPlan.of(
                        graph.nodeCount(),
                        graph.in().offsets(),
                        graph.in().neighbours(),
                        graph.in().weights())
                .closed();
        float[] factors = new float[graph.nodeCount()];
        for (int v = 0; v < factors.length; v++) {
            factors[v] = (float) (1
                    / Math.sqrt(1.0 + graph.in().offsets()[v + 1] - graph.in().offsets()[v]));
        }
        System.out.printf("%,d vertices, %,d edges, width %d%n%n", graph.nodeCount(), graph.edgeCount(), width);
        System.out.printf(
                "| layers | connection | MiB | of which state and buffer | buffer bits per element and layer | ms per step | ÷ stored | largest gradient difference |%n"
                        + "|---|---|---|---|---|---|---|---|%n");
        for (int layers : depths) {
            measure(features, new GcnBlock.Sum(plan, factors, false), layers);
        }
    }

    private void measure(SparseMatrix features, LinearMap sum, int layers) {
        Map<DeepStep.Kind, DeepStep> steps = new EnumMap<>(DeepStep.Kind.class);
        Map<DeepStep.Kind, double[]> times = new EnumMap<>(DeepStep.Kind.class);
        Map<DeepStep.Kind, DeepStep.Cost> costs = new EnumMap<>(DeepStep.Kind.class);
        for (DeepStep.Kind kind : DeepStep.Kind.values()) {
            steps.put(kind, new DeepStep(kind, features, sum, width, layers));
            times.put(kind, new double[runs]);
        }
        for (int run = -warmUp; run < runs; run++) {
            for (Map.Entry<DeepStep.Kind, DeepStep> step : steps.entrySet()) {
                DeepStep.Cost cost = step.getValue().run();
                costs.put(step.getKey(), cost);
                if (run >= 0) {
                    times.get(step.getKey())[run] = cost.ms();
                }
            }
        }
        times.values().forEach(Arrays::sort);
        long elements = (long) features.rows() * width * layers;
        steps.forEach((kind, step) -> {
            DeepStep.Cost cost = costs.get(kind);
            double ms = times.get(kind)[runs / 2];
            double stored = times.get(kind.reference())[runs / 2];
            System.out.printf(
                    "| %d | %s | %.1f | %.1f | %.2f | %.0f | %.2f | %s |%n",
                    layers,
                    kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                    cost.bytes() / 1048576.0,
                    cost.stateBytes() / 1048576.0,
                    (double) cost.bits() / elements,
                    ms,
                    ms / stored,
                    kind == DeepStep.Kind.MOMENTUM_STAGED
                            ? "-"
                            : "%.1e".formatted(step.gradientDifference(steps.get(kind.reference()))));
        });
        steps.values().forEach(DeepStep::close);
    }
}
