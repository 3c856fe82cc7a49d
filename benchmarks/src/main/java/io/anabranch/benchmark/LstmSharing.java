package io.anabranch.benchmark;

import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.pass.ReadingSteps;
import io.anabranch.graph.hag.search.PrefixSharing;
import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.gnn.SageLstmLayer;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What shared prefixes spare a layer with an LSTM over ordered neighbours, forwards and with the way back: every list on its own
 * and shared in turns, neighbours by degree. The outputs must be the same bits.
 */
@Command(
        name = "lstm-sharing",
        mixinStandardHelpOptions = true,
        description = "Time of a SAGE-LSTM layer, shared or not.")
public final class LstmSharing implements Runnable {

    @Parameters(paramLabel = "DIR", description = "Data-set folders.")
    private List<Path> folders = List.of();

    @Option(names = "--width", defaultValue = "16", description = "Of all rows (default: ${DEFAULT-VALUE})")
    private int width;

    @Option(names = "--runs", defaultValue = "5", description = "Timed runs of each (default: ${DEFAULT-VALUE})")
    private int runs;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LstmSharing()).execute(arguments));
    }

    @Override
    public void run() {
        System.out.printf(
                "| set | states alone | states shared | ÷ | steps | forward alone ms | shared ms | ÷ | with gradient alone ms | shared ms | ÷ |%n"
                        + "|---|---|---|---|---|---|---|---|---|---|---|%n");
        for (Path folder : folders) {
            measure(DataSets.open(folder));
        }
    }

    private void measure(DataSetFolder data) {
        int[][] rows = HagRows.of(data.inRows());
        int n = rows[0].length - 1;
        PrefixSharing search = PrefixSharing.search(n, rows[0], rows[1], PrefixSharing.Order.DEGREE);
        ReadingSteps alone = ReadingSteps.of(search.plan(HagCapacity.nodes(0)));
        ReadingSteps shared = ReadingSteps.of(search.plan(HagCapacity.UNLIMITED));
        float[] x = new float[n * width];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextDouble(-1, 1);
        }
        SageLstmLayer layer = SageLstmLayer.create("layer", DataType.FLOAT32, width, width, width, random);
        if (!Arrays.equals(output(layer, alone, x), output(layer, shared, x))) {
            throw new IllegalStateException("Sharing changed the outputs on %s.".formatted(data.name()));
        }
        double[][] times = new double[4][runs];
        for (int run = -1; run < runs; run++) {
            for (int variant = 0; variant < 4; variant++) {
                double ms = time(layer, variant % 2 == 0 ? alone : shared, x, variant >= 2);
                if (run >= 0) {
                    times[variant][run] = ms;
                }
            }
        }
        Arrays.stream(times).forEach(Arrays::sort);
        double[] median =
                Arrays.stream(times).mapToDouble(sorted -> sorted[runs / 2]).toArray();
        System.out.printf(
                "| %s | %,d | %,d | %.2f | %d | %,.0f | %,.0f | %.2f | %,.0f | %,.0f | %.2f |%n",
                data.name(),
                alone.states(),
                shared.states(),
                (double) alone.states() / shared.states(),
                shared.steps(),
                median[0],
                median[1],
                median[0] / median[1],
                median[2],
                median[3],
                median[2] / median[3]);
        layer.parameters().forEach(Parameter::close);
    }

    private float[] output(SageLstmLayer layer, ReadingSteps steps, float[] x) {
        try (TensorScope scope = TensorScope.open()) {
            return layer.apply(input(scope, x), steps).value().toFloats();
        }
    }

    private double time(SageLstmLayer layer, ReadingSteps steps, float[] x, boolean gradient) {
        long start = System.nanoTime();
        try (TensorScope scope = TensorScope.open()) {
            Variable input = input(scope, x);
            if (gradient) {
                Tape tape = input.tape();
                Variable loss = layer.apply(input, steps).square().mean();
                tape.gradients(
                        loss, layer.parameters().stream().map(p -> p.on(tape)).toList(), false);
            } else {
                layer.apply(input, steps);
            }
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private Variable input(TensorScope scope, float[] x) {
        return new Tape(scope).variable(Tensor.of(scope, x.length / width, width, x));
    }
}
