package io.anabranch.benchmark;

import io.anabranch.graph.reversible.RankStack;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.stream.frozen.HistoryEncoder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Time of a step of a history as the stream processor takes it, of one undone, and what a step that can be undone costs in bytes. */
@Command(
        name = "history-step-times",
        mixinStandardHelpOptions = true,
        description = "Time and bytes of steps of single histories.")
public final class HistoryStepTimes implements Runnable {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int FEATURES = 16;

    @Option(names = "--widths", split = ",", defaultValue = "32,64,128", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> widths = List.of();

    @Option(names = "--steps", defaultValue = "100", description = "Steps of a round (default: ${DEFAULT-VALUE})")
    private int steps;

    @Option(
            names = "--rounds",
            defaultValue = "200",
            description = "Of all steps forth and back; as many again warm up (default: ${DEFAULT-VALUE})")
    private int rounds;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HistoryStepTimes()).execute(arguments));
    }

    @Override
    public void run() {
        System.out.printf(
                "| cell | units | numbers of a step | µs per step | µs per step undone | bytes that undo a step | bytes of a state |%n"
                        + "|---|---|---|---|---|---|---|%n");
        for (int width : widths) {
            measure("reversible GRU", HistoryCell.HISTORY_CELL_REVERSIBLE_GRU, width);
            measure("reversible LSTM", HistoryCell.HISTORY_CELL_REVERSIBLE_LSTM, width);
        }
    }

    private void measure(String name, HistoryCell kind, int width) {
        SplittableRandom random = new SplittableRandom(7);
        HistoryEncoder encoder = Objects.requireNonNull(RandomModel.frozen(RandomModel.reading(
                        RandomModel.of(Convolution.CONVOLUTION_SAGE_MEAN, random, FEATURES + width, 8),
                        kind,
                        width,
                        random))
                .history());
        var cell = encoder.newCell();
        float[][] told = new float[steps][encoder.code().width()];
        for (int i = 0; i < steps; i++) {
            encoder.code().write(random.nextDouble(1000), i % 2 == 0, 0, 1, random.nextLong(), told[i], 0);
        }
        long[] state = new long[cell.stateLength()];
        long[][] ranks = new long[steps][];
        long advancing = 0;
        long undoing = 0;
        long words = 0;
        for (int round = 0; round < 2 * rounds; round++) {
            long begin = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < steps; i++) {
                RankStack stack = new RankStack();
                cell.advance(state, told[i], stack);
                ranks[i] = stack.sealed();
            }
            long middle = THREADS.getCurrentThreadCpuTime();
            for (int i = steps - 1; i >= 0; i--) {
                cell.undo(state, told[i], new RankStack(ranks[i]));
            }
            long end = THREADS.getCurrentThreadCpuTime();
            if (round >= rounds) {
                advancing += middle - begin;
                undoing += end - middle;
                for (long[] each : ranks) {
                    words += each.length;
                }
            }
        }
        double turns = (double) rounds * steps;
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %.1f | %.1f | %.0f | %d |%n",
                name,
                width,
                encoder.code().width(),
                advancing / turns / 1e3,
                undoing / turns / 1e3,
                words * Long.BYTES / turns,
                state.length * Long.BYTES);
    }
}
