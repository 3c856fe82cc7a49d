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
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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
        Map<DeepStep.Kind, Measured> all = new EnumMap<>(DeepStep.Kind.class);
        for (DeepStep.Kind kind : DeepStep.Kind.values()) {
            all.put(kind, new Measured(new DeepStep(kind, features, sum, width, layers), runs));
        }
        for (int run = -warmUp; run < runs; run++) {
            for (Measured measured : all.values()) {
                measured.run(run);
            }
        }
        long elements = (long) features.rows() * width * layers;
        all.forEach((kind, measured) -> {
            Measured reference = Objects.requireNonNull(all.get(kind.reference()));
            DeepStep.Cost cost = measured.cost();
            double ms = measured.median();
            double stored = reference.median();
            System.out.printf(
                    "| %d | %s | %.1f | %.1f | %.2f | %.0f | %.2f | %.1e |%n",
                    layers,
                    kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                    cost.bytes() / 1048576.0,
                    cost.stateBytes() / 1048576.0,
                    (double) cost.bits() / elements,
                    ms,
                    ms / stored,
                    measured.step.gradientDifference(reference.step));
        });
        all.values().forEach(measured -> measured.step.close());
    }

    /** A kind of network with its times. */
    private static final class Measured {
        private final DeepStep step;
        private final double[] times;
        private DeepStep.@Nullable Cost cost;

        Measured(DeepStep step, int runs) {
            this.step = step;
            this.times = new double[runs];
        }

        /** Once; runs below 0 are not counted. */
        void run(int number) {
            DeepStep.Cost now = step.run();
            cost = now;
            if (number >= 0) {
                times[number] = now.ms();
            }
        }

        DeepStep.Cost cost() {
            return Objects.requireNonNull(cost);
        }

        double median() {
            double[] sorted = times.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }
}
