package io.anabranch.benchmark;

import io.anabranch.learn.recurrent.Activations;
import io.anabranch.learn.recurrent.ForgetLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Memory and time of a training step over event histories: stored activations, and steps that are worked out again on the way back. */
@Command(
        name = "history-memory",
        mixinStandardHelpOptions = true,
        description = "Bytes and time of a training step over event histories.")
public final class HistoryMemory implements Runnable {

    private static final double MIB = 1048576.0;

    @Option(names = "--histories", defaultValue = "64", description = "At once (default: ${DEFAULT-VALUE})")
    private int histories;

    @Option(names = "--length", defaultValue = "500", description = "Events of each (default: ${DEFAULT-VALUE})")
    private int length;

    @Option(names = "--in", defaultValue = "32", description = "Numbers of an event (default: ${DEFAULT-VALUE})")
    private int in;

    @Option(names = "--widths", split = ",", defaultValue = "64,128", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> widths = List.of();

    @Option(
            names = "--limits",
            split = ",",
            defaultValue = "1,2,3,5,0",
            description = "Bits that may be forgotten; 0: no limit (default: ${DEFAULT-VALUE})")
    private List<Integer> limits = List.of();

    @Option(names = "--runs", defaultValue = "5", description = "Timed steps of each (default: ${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--warm-up", defaultValue = "2", description = "Steps before (default: ${DEFAULT-VALUE})")
    private int warmUp;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HistoryMemory()).execute(arguments));
    }

    @Override
    public void run() {
        HistoryStep.Size size = new HistoryStep.Size(histories, length, in);
        System.out.printf("%d histories of %d events of %d numbers%n%n", histories, length, in);
        System.out.printf(
                "| cell | units | limit | stored, MiB | recomputed, MiB | of which state and buffer | stored ÷ recomputed | all states in floats, MiB | buffer bits per number and step | ms stored | ms recomputed | ratio | largest gradient difference | of stored, one event's last bit moved |%n"
                        + "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|%n");
        for (int width : widths) {
            for (HistoryStep.Kind kind : HistoryStep.Kind.values()) {
                if (kind.reversible()) {
                    limits.forEach(bits -> compare(kind, bits, width, size));
                } else {
                    storedOnly(kind, width, size);
                }
            }
        }
    }

    private void storedOnly(HistoryStep.Kind kind, int width, HistoryStep.Size size) {
        try (HistoryStep step = new HistoryStep(kind, ForgetLimit.none(), Activations.STORED, width, size)) {
            List<HistoryStep.Cost> costs = costs(List.of(step)).getFirst();
            System.out.printf(
                    "| %s | %d | - | %.1f | - | - | - | %.1f | - | %.0f | - | - | - | - |%n",
                    name(kind), width, costs.getLast().bytes() / MIB, states(step), median(costs));
        }
    }

    private void compare(HistoryStep.Kind kind, int bits, int width, HistoryStep.Size size) {
        ForgetLimit limit = bits == 0 ? ForgetLimit.none() : ForgetLimit.ofBits(bits);
        try (HistoryStep stored = new HistoryStep(kind, limit, Activations.STORED, width, size);
                HistoryStep recomputed = new HistoryStep(kind, limit, Activations.RECOMPUTED, width, size);
                HistoryStep nudged = new HistoryStep(kind, limit, Activations.STORED, width, size)) {
            List<List<HistoryStep.Cost>> costs = costs(List.of(stored, recomputed));
            HistoryStep.Cost one = costs.get(0).getLast();
            HistoryStep.Cost other = costs.get(1).getLast();
            nudged.nudge();
            nudged.run();
            double storedMs = median(costs.get(0));
            double recomputedMs = median(costs.get(1));
            System.out.printf(
                    "| %s | %d | %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.2f | %.0f | %.0f | %.2f | %.1e | %.1e |%n",
                    name(kind),
                    width,
                    bits == 0 ? "none" : bits + (bits == 1 ? " bit" : " bits"),
                    one.bytes() / MIB,
                    other.bytes() / MIB,
                    other.stateBytes() / MIB,
                    (double) one.bytes() / other.bytes(),
                    states(stored),
                    (double) other.bits() / ((long) histories * length * stored.stateWidth()),
                    storedMs,
                    recomputedMs,
                    recomputedMs / storedMs,
                    recomputed.gradientDifference(stored),
                    nudged.gradientDifference(stored));
        }
    }

    /** Of each step its timed runs, in turns so that a slow minute slows all. */
    private List<List<HistoryStep.Cost>> costs(List<HistoryStep> steps) {
        List<List<HistoryStep.Cost>> costs = new ArrayList<>();
        steps.forEach(step -> costs.add(new ArrayList<>()));
        for (int run = -warmUp; run < runs; run++) {
            for (int i = 0; i < steps.size(); i++) {
                HistoryStep.Cost cost = steps.get(i).run();
                if (run >= 0) {
                    costs.get(i).add(cost);
                }
            }
        }
        return costs;
    }

    private double states(HistoryStep step) {
        return (double) histories * length * step.stateWidth() * Float.BYTES / MIB;
    }

    private static double median(List<HistoryStep.Cost> costs) {
        double[] sorted =
                costs.stream().mapToDouble(HistoryStep.Cost::ms).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static String name(HistoryStep.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
