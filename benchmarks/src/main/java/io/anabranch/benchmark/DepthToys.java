package io.anabranch.benchmark;

import io.anabranch.learn.autodiff.Losses;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Linear;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.optim.Adam;
import io.anabranch.learn.optim.Optimiser;
import io.anabranch.learn.optim.ParameterGroup;
import io.anabranch.learn.optim.Sgd;
import io.anabranch.learn.tensor.AdamRule;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What momentum networks can fit and residual ones cannot (Sander et al., ICML 2021): x to -x³, and nested rings. */
@Command(
        name = "depth-toys",
        mixinStandardHelpOptions = true,
        description = "-x³ and rings, with and without momentum.")
public final class DepthToys implements Runnable {

    private static final double MOMENTUM = 0.99;
    private static final int BATCH = 200;
    private static final int RINGS = 4;

    @Option(names = "--seeds", defaultValue = "5", description = "Runs of -x³ (default: ${DEFAULT-VALUE})")
    private int seeds;

    @Option(names = "--points", defaultValue = "500", description = "Per ring (default: ${DEFAULT-VALUE})")
    private int points;

    @Option(names = "--ring-steps", defaultValue = "1500", description = "With momentum (default: ${DEFAULT-VALUE})")
    private int ringSteps;

    @Option(names = "--residual-ring-steps", defaultValue = "5000", description = "Without (default: ${DEFAULT-VALUE})")
    private int residualRingSteps;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DepthToys()).execute(arguments));
    }

    @Override
    public void run() {
        System.out.printf(
                "| x to -x³ | steps | mean squared error, by seed | pairs in the order of their x |%n|---|---|---|---|%n");
        cubic("momentum 0.99", MOMENTUM, 301);
        cubic("momentum 0.99", MOMENTUM, 2_001);
        cubic("residual", 0, 2_001);
        System.out.printf(
                "%n| %d rings of %d points | steps | cross-entropy | accuracy |%n|---|---|---|---|%n", RINGS, points);
        rings("momentum 0.99", MOMENTUM, ringSteps, 0.2);
        rings("residual", 0, residualRingSteps, 0.01);
    }

    private void cubic(String name, double momentum, int steps) {
        String[] errors = new String[seeds];
        double ordered = 0;
        for (int seed = 0; seed < seeds; seed++) {
            SplittableRandom random = new SplittableRandom(seed + 1L);
            try (ToyNet net = new ToyNet(1, random);
                    TensorScope memory = TensorScope.open();
                    Optimiser sgd = new Sgd(0.01, 0, List.of(new ParameterGroup(net.parameters(), 0)))) {
                for (int step = 0; step < steps; step++) {
                    double[] x = random.doubles(BATCH, -1, 1).toArray();
                    train(memory, sgd, tape -> {
                        Variable end = net.run(tape, column(tape, x), momentum);
                        return Losses.meanSquaredError(end, column(tape, cubes(x)));
                    });
                }
                try (TensorScope scope = memory.openChild()) {
                    Tape tape = new Tape(scope);
                    double[] x = IntStream.rangeClosed(-100, 100)
                            .mapToDouble(i -> i / 100.0)
                            .toArray();
                    double[] y =
                            net.run(tape, column(tape, x), momentum).value().toDoubles();
                    double[] target = cubes(x);
                    double sum = 0;
                    for (int i = 0; i < y.length; i++) {
                        sum += (y[i] - target[i]) * (y[i] - target[i]) / y.length;
                    }
                    errors[seed] = "%.4f".formatted(sum);
                    ordered += ordered(y) / seeds;
                }
            }
        }
        System.out.printf("| %s | %d | %s | %.0f %% |%n", name, steps, String.join(", ", errors), 100 * ordered);
    }

    private void rings(String name, double momentum, int steps, double rate) {
        SplittableRandom random = new SplittableRandom(1);
        int n = RINGS * points;
        double[] x = new double[2 * n];
        int[] classes = new int[n];
        for (int i = 0; i < n; i++) {
            int ring = i / points;
            double radius = 3 * (0.5 * (ring + 1) + random.nextDouble(0.2));
            double angle = random.nextDouble(2 * Math.PI);
            x[2 * i] = radius * Math.cos(angle);
            x[2 * i + 1] = radius * Math.sin(angle);
            classes[i] = ring % 2;
        }
        int[] rows = IntStream.range(0, n).toArray();
        try (ToyNet net = new ToyNet(2, random);
                Linear head = Linear.create("head", DataType.FLOAT32, 2, 2, true, Initialiser.glorotUniform(), random);
                TensorScope memory = TensorScope.open()) {
            List<Parameter> parameters = Stream.concat(net.parameters().stream(), head.parameters().stream())
                    .toList();
            try (Optimiser adam = new Adam(AdamRule.of(rate), List.of(new ParameterGroup(parameters, 0)))) {
                double loss = 0;
                for (int step = 0; step < steps; step++) {
                    if (momentum == 0) {
                        adam.learningRate(rate * (step < steps / 2 ? 1 : step < steps * 3 / 4 ? 0.5 : 0.05));
                    }
                    loss = train(memory, adam, tape -> {
                        Variable input = tape.constant(Tensor.of(tape.scope(), DataType.FLOAT32, n, 2, x));
                        return Losses.crossEntropy(head.apply(net.run(tape, input, momentum)), rows, classes);
                    });
                }
                System.out.printf(
                        "| %s | %d | %.3f | %.1f %% |%n",
                        name, steps, loss, 100 * accuracy(memory, net, head, momentum, x, classes));
            }
        }
    }

    private static double accuracy(
            TensorScope memory, ToyNet net, Linear head, double momentum, double[] x, int[] classes) {
        try (TensorScope scope = memory.openChild()) {
            Tape tape = new Tape(scope);
            Variable input = tape.constant(Tensor.of(scope, DataType.FLOAT32, classes.length, 2, x));
            double[] logits = head.apply(net.run(tape, input, momentum)).value().toDoubles();
            return (double) IntStream.range(0, classes.length)
                            .filter(i -> (logits[2 * i + 1] > logits[2 * i] ? 1 : 0) == classes[i])
                            .count()
                    / classes.length;
        }
    }

    private interface Loss {
        Variable on(Tape tape);
    }

    private static double train(TensorScope memory, Optimiser optimiser, Loss loss) {
        try (TensorScope scope = memory.openChild()) {
            Tape tape = new Tape(scope);
            Variable value = loss.on(tape);
            optimiser.step(tape.gradients(
                    value, optimiser.parameters().stream().map(p -> p.on(tape)).toList(), false));
            return value.scalar();
        }
    }

    /** The share of neighbours that end in the order in which they began. */
    private static double ordered(double[] y) {
        return (double) IntStream.range(1, y.length)
                        .filter(i -> y[i] > y[i - 1])
                        .count()
                / (y.length - 1);
    }

    private static double[] cubes(double[] x) {
        return Arrays.stream(x).map(v -> -v * v * v).toArray();
    }

    private static Variable column(Tape tape, double[] values) {
        return tape.constant(Tensor.of(tape.scope(), DataType.FLOAT32, values.length, 1, values));
    }
}
