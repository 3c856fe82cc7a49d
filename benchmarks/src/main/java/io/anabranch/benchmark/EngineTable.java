package io.anabranch.benchmark;

import static java.util.Objects.requireNonNull;

import io.anabranch.stream.frozen.FrozenModel;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was measured of one model, as Markdown: speed, latency, recomputation beside it, and the bound. */
final class EngineTable {
    private final FrozenModel model;
    private final MachineBounds machine;
    private final Map<Integer, EngineCell.Timing> incremental = new HashMap<>();
    private final Map<Integer, EngineCell.Counts> counts = new HashMap<>();
    private final Map<Integer, EngineCell.Timing> affectedSet = new HashMap<>();
    private long bulkNanos;
    private long updates;
    private @Nullable EngineError error;

    EngineTable(FrozenModel model, MachineBounds machine) {
        this.model = model;
        this.machine = machine;
    }

    void bulkPass(long nanos) {
        bulkNanos = nanos;
    }

    void incremental(int batch, EngineCell.Timing timing, EngineCell.Counts counted) {
        incremental.put(batch, timing);
        counts.put(batch, counted);
        updates += timing.updates();
    }

    void affectedSet(int batch, EngineCell.Timing timing) {
        affectedSet.put(batch, timing);
    }

    void error(EngineError found) {
        error = found;
    }

    String markdown(List<Integer> batches) {
        var text = new StringBuilder();
        line(
                text,
                "Thousand updates/s:%n%n| batch | engine, CPU | engine, wall | graph + engine, CPU | graph + engine, wall | affected set anew, CPU | whole graph anew | bytes allocated, engine | bytes allocated, graph |%n|---|---|---|---|---|---|---|---|---|");
        for (int batch : batches) {
            var timing = requireNonNull(incremental.get(batch));
            var counted = requireNonNull(counts.get(batch));
            var anew = affectedSet.get(batch);
            line(
                    text,
                    "| %,d | %s | %s | %s | %s | %s | %s | %.2f | %.1f |",
                    batch,
                    rate(timing.updates(), timing.engineCpuNanos()),
                    rate(timing.updates(), timing.engine().total()),
                    rate(timing.updates(), timing.cpuNanos()),
                    rate(timing.updates(), timing.wallNanos()),
                    anew == null ? "–" : rate(anew.updates(), anew.engineCpuNanos()),
                    rate(batch, bulkNanos),
                    counted.engineBytes(),
                    counted.graphBytes());
        }
        latencies(text, batches);
        if (affectedSet.isEmpty()) {
            line(text, "%nNo bound is counted, and no affected set, for layers that are not linear.");
        } else {
            bounds(text, batches);
        }
        if (error != null) {
            line(
                    text,
                    "%nPass over the whole graph: %.1f ms. Worst of %,d embeddings after %,d measured updates against double precision: %.1e relative to 1 + max |row|, %.1e absolute (greatest number %.0f).",
                    bulkNanos / 1e6,
                    error.vertices(),
                    updates,
                    error.relative(),
                    error.absolute(),
                    error.greatest());
        }
        return text.toString();
    }

    private void latencies(StringBuilder text, List<Integer> batches) {
        line(
                text,
                "%nLatency of a batch, wall µs:%n%n| batch | engine p50 | p90 | p99 | p99.9 | graph + engine p50 | p99 |%n|---|---|---|---|---|---|---|");
        for (int batch : batches) {
            var timing = requireNonNull(incremental.get(batch));
            line(
                    text,
                    "| %,d | %s | %s | %s | %s | %s | %s |",
                    batch,
                    timing.engine().percentile(0.5),
                    timing.engine().percentile(0.9),
                    timing.engine().percentile(0.99),
                    timing.engine().percentile(0.999),
                    timing.both().percentile(0.5),
                    timing.both().percentile(0.99));
        }
    }

    private void bounds(StringBuilder text, List<Integer> batches) {
        line(
                text,
                "%nPer update:%n%n| batch | rows moved, layers 1 / 2 | row additions, layers 1 / 2 | embeddings changed | kFLOP | bytes | µs | roofline µs | its share | products + random additions µs | its share |%n|---|---|---|---|---|---|---|---|---|---|---|");
        for (int batch : batches) {
            var timing = requireNonNull(incremental.get(batch));
            var counted = requireNonNull(counts.get(batch));
            var cost = UpdateCost.of(model, counted, machine);
            double nanos = timing.engineCpuNanos() / timing.updates();
            line(
                    text,
                    "| %,d | %.2f / %.2f | %.2f / %.2f | %.1f | %.1f | %,.0f | %.2f | %.2f | %.0f %% | %.2f | %.0f %% |",
                    batch,
                    counted.moved()[0],
                    counted.moved()[1],
                    counted.adds()[0],
                    counted.adds()[1],
                    counted.embeddings(),
                    cost.flops() / 1e3,
                    cost.bytes(),
                    nanos / 1e3,
                    cost.roofline(machine) / 1e3,
                    100 * cost.roofline(machine) / nanos,
                    cost.inTurn(machine) / 1e3,
                    100 * cost.inTurn(machine) / nanos);
        }
    }

    private static String rate(long updates, double nanos) {
        double thousands = updates * 1e6 / nanos;
        return String.format(Locale.ROOT, thousands < 10 ? "%.3g" : "%,.0f", thousands);
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(format.formatted(arguments)).append('\n');
    }
}
