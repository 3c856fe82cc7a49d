package io.anabranch.benchmark;

import io.anabranch.learn.recurrent.ForgetLimit;
import io.anabranch.learn.recurrent.ReversibleCell;
import io.anabranch.learn.recurrent.ReversibleGru;
import io.anabranch.learn.recurrent.ReversibleHistory;
import io.anabranch.learn.recurrent.ReversibleLstm;
import io.anabranch.learn.tensor.DataType;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Time of an event more and of one taken back, one sequence at a time, and what an event that can be taken back costs in bytes. */
@Command(
        name = "reversible-history-times",
        mixinStandardHelpOptions = true,
        description = "Time and bytes of events of single histories.")
public final class ReversibleHistoryTimes implements Runnable {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Option(names = "--in", defaultValue = "32", description = "Numbers of an event (default: ${DEFAULT-VALUE})")
    private int in;

    @Option(names = "--widths", split = ",", defaultValue = "64,128", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> widths = List.of();

    @Option(
            names = "--remembered",
            defaultValue = "100",
            description = "Events that can be undone (default: ${DEFAULT-VALUE})")
    private int remembered;

    @Option(
            names = "--rounds",
            defaultValue = "200",
            description = "Of advancing and undoing all (default: ${DEFAULT-VALUE})")
    private int rounds;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ReversibleHistoryTimes()).execute(arguments));
    }

    @Override
    public void run() {
        System.out.printf("Events of %d numbers, a limit of 3 bits, %d events that can be undone%n%n", in, remembered);
        System.out.printf(
                "| cell | units | µs per event | µs per event undone | bytes per event that can be undone | of which the event | bytes without any |%n"
                        + "|---|---|---|---|---|---|---|%n");
        for (int width : widths) {
            SplittableRandom random = new SplittableRandom(7);
            ForgetLimit limit = ForgetLimit.ofBits(3);
            try (ReversibleCell gru = ReversibleGru.create("cell", DataType.FLOAT32, in, width, limit, random);
                    ReversibleCell lstm = ReversibleLstm.create("cell", DataType.FLOAT32, in, width, limit, random)) {
                measure("reversible gru", gru, width, random);
                measure("reversible lstm", lstm, width, random);
            }
        }
    }

    private void measure(String name, ReversibleCell cell, int width, SplittableRandom random) {
        ReversibleHistory history = ReversibleHistory.of(cell.freeze(), remembered);
        int bare = history.bytes();
        float[][] events = new float[remembered][in];
        for (float[] event : events) {
            for (int i = 0; i < in; i++) {
                event[i] = (float) random.nextGaussian();
            }
        }
        long advancing = 0;
        long undoing = 0;
        int full = 0;
        for (int round = 0; round < 2 * rounds; round++) {
            long begin = THREADS.getCurrentThreadCpuTime();
            for (float[] event : events) {
                history.advance(event);
            }
            long middle = THREADS.getCurrentThreadCpuTime();
            full = history.bytes();
            long again = THREADS.getCurrentThreadCpuTime();
            while (history.undoable() > 0) {
                history.undo();
            }
            long end = THREADS.getCurrentThreadCpuTime();
            // The first half warms up.
            if (round >= rounds) {
                advancing += middle - begin;
                undoing += end - again;
            }
        }
        double turns = 1e3 * rounds * remembered;
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %.1f | %.1f | %d | %d | %d |%n",
                name,
                width,
                advancing / turns,
                undoing / turns,
                (full - bare) / remembered,
                in * Float.BYTES,
                bare);
    }
}
