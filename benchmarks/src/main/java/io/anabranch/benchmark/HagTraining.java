package io.anabranch.benchmark;

import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.graph.hag.choice.PlanSettings;
import io.anabranch.graph.snapshot.CompressedRows;
import io.anabranch.learn.autodiff.Losses;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.GnnEncoder;
import io.anabranch.learn.gnn.GraphInput;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.optim.Adam;
import io.anabranch.learn.optim.ParameterGroup;
import io.anabranch.learn.tensor.AdamRule;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Epochs of a GCN of two layers over direct and over shared sums, which take turns: two networks of the same seed, so that their loss
 * curves can be compared. Features are noise beside the degree, classes the thirds by degree, no dropout.
 */
@Command(
        name = "hag-training",
        mixinStandardHelpOptions = true,
        description = "Times of training epochs over direct and over shared sums, and how far their losses differ.")
public final class HagTraining implements Runnable {

    private static final int FEATURES = 16;
    private static final int CLASSES = 3;

    @Parameters(paramLabel = "DIR", description = "Data-set folder.")
    private @Nullable Path folder;

    @Option(names = "--hidden", split = ",", defaultValue = "16,64", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> widths = List.of();

    @Option(names = "--epochs", defaultValue = "20", description = "Of each network (default: ${DEFAULT-VALUE})")
    private int epochs;

    @Option(names = "--threads", defaultValue = "1", description = "Threads of a pass (default: ${DEFAULT-VALUE})")
    private int threads;

    /** What the shared network summed over. */
    private List<String> sharedPlan = List.of();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HagTraining()).execute(arguments));
    }

    @Override
    public void run() {
        CompressedRows in = DataSets.open(Objects.requireNonNull(folder)).inRows();
        System.out.printf(
                "Java %s, %s, load %.1f, %d threads.%n%n",
                Runtime.version(),
                LocalDate.now(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                threads);
        System.out.printf(
                "| hidden | epochs | direct ms | shared ms | direct ÷ shared | first loss | last loss | greatest difference of losses | of logits at the end |%n"
                        + "|---|---|---|---|---|---|---|---|---|%n");
        for (int hidden : widths) {
            compare(in, hidden);
        }
        sharedPlan.forEach(line -> System.out.printf("%nShared network, %s", line));
        System.out.println();
    }

    private void compare(CompressedRows in, int hidden) {
        try (Network direct = new Network(in, settings(PlanPolicy.DIRECT), hidden);
                Network shared = new Network(in, settings(PlanPolicy.SHARED), hidden)) {
            double[] times = new double[epochs];
            double[] sharedTimes = new double[epochs];
            double greatest = 0;
            double first = 0;
            double last = 0;
            for (int epoch = -2; epoch < epochs; epoch++) {
                long start = System.nanoTime();
                double loss = direct.epoch();
                long middle = System.nanoTime();
                last = shared.epoch();
                long end = System.nanoTime();
                greatest = Math.max(greatest, Math.abs(loss - last));
                first = epoch == -2 ? loss : first;
                if (epoch >= 0) {
                    times[epoch] = (middle - start) / 1e6;
                    sharedTimes[epoch] = (end - middle) / 1e6;
                }
            }
            System.out.printf(
                    "| %d | %d | %.1f | %.1f | %.2f | %.4f | %.4f | %.1e | %.1e |%n",
                    hidden,
                    epochs,
                    median(times),
                    median(sharedTimes),
                    median(times) / median(sharedTimes),
                    first,
                    last,
                    greatest,
                    greatestDifference(direct.logits(), shared.logits()));
            sharedPlan = shared.graph.planReport();
        }
    }

    private static double greatestDifference(float[] one, float[] other) {
        double greatest = 0;
        for (int i = 0; i < one.length; i++) {
            greatest = Math.max(greatest, Math.abs((double) one[i] - other[i]));
        }
        return greatest;
    }

    private PlanSettings settings(PlanPolicy policy) {
        return new PlanSettings(policy, 0, threads, System::nanoTime);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static final class Network implements AutoCloseable {
        private final TensorScope scope = TensorScope.open();
        private final GnnEncoder encoder;
        private final GraphInput input;
        private final MessageGraph graph;
        private final Adam adam;
        private final int[] rows;
        private final int[] classes;

        Network(CompressedRows in, PlanSettings settings, int hidden) {
            SplittableRandom random = new SplittableRandom(1);
            int vertices = in.offsets().length - 1;
            int[] targets = new int[in.neighbours().length];
            float[] features = new float[vertices * FEATURES];
            rows = IntStream.range(0, vertices).toArray();
            classes = new int[vertices];
            int[] degrees = new int[vertices];
            for (int v = 0; v < vertices; v++) {
                degrees[v] = in.offsets()[v + 1] - in.offsets()[v];
                Arrays.fill(targets, in.offsets()[v], in.offsets()[v + 1], v);
                for (int j = 0; j < FEATURES; j++) {
                    features[v * FEATURES + j] =
                            (float) random.nextGaussian() + (j == 0 ? (float) Math.log1p(degrees[v]) : 0);
                }
            }
            int[] sorted = degrees.clone();
            Arrays.sort(sorted);
            for (int v = 0; v < vertices; v++) {
                classes[v] =
                        (degrees[v] > sorted[vertices / 3] ? 1 : 0) + (degrees[v] > sorted[2 * vertices / 3] ? 1 : 0);
            }
            graph = MessageGraph.ofEdges(vertices, in.neighbours(), targets, in.weights())
                    .planned(settings);
            encoder = GnnEncoder.initialised(spec(hidden), DataType.FLOAT32, random);
            input = GraphInput.of(scope, DataType.FLOAT32, graph, new FeatureRows.Dense(vertices, FEATURES, features));
            adam = new Adam(AdamRule.of(0.01), List.of(new ParameterGroup(encoder.parameters(), 0)));
        }

        private static ModelSpec spec(int hidden) {
            return ModelSpec.newBuilder()
                    .setFeatureDimension(FEATURES)
                    .addLayers(layer(FEATURES, hidden, Activation.ACTIVATION_RELU))
                    .addLayers(layer(hidden, CLASSES, Activation.ACTIVATION_IDENTITY))
                    .build();
        }

        private static Layer layer(int in, int out, Activation activation) {
            return Layer.newBuilder()
                    .setConvolution(Convolution.CONVOLUTION_GCN)
                    .setInputWidth(in)
                    .setOutputWidth(out)
                    .setActivation(activation)
                    .build();
        }

        double epoch() {
            try (TensorScope step = scope.openChild()) {
                Variable logits = encoder.embeddings(new Tape(step), input, new Dropout(0), Pass.inference());
                Variable loss = Losses.crossEntropy(logits, rows, classes);
                adam.minimise(loss);
                return loss.scalar();
            }
        }

        float[] logits() {
            try (TensorScope step = scope.openChild()) {
                return encoder.embeddings(new Tape(step), input, new Dropout(0), Pass.inference())
                        .value()
                        .toFloats();
            }
        }

        @Override
        public void close() {
            adam.close();
            encoder.close();
            scope.close();
        }
    }
}
