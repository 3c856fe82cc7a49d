package io.anabranch.serve.feed;

import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.live.KeptCounts;
import io.anabranch.graph.hag.live.KeptHags;
import io.anabranch.graph.hag.maintenance.MaintenanceReport;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What the computation graphs of the replica save now, and what keeping them took. Where none is kept, nothing is saved and the factor is 1. */
final class SharingMeters {

    private final MeterRegistry meters;
    private final KeptHags kept;
    private final HagOptions.Mode rows;

    private SharingMeters(MeterRegistry meters, KeptHags kept, HagOptions.Mode rows) {
        this.meters = meters;
        this.kept = kept;
        this.rows = rows;
    }

    static void register(MeterRegistry meters, KeptHags kept) {
        for (HagOptions.Mode rows : HagOptions.Mode.values()) {
            new SharingMeters(meters, kept, rows).register();
        }
    }

    private void register() {
        gauge("aggregations.saved", 0, MaintenanceReport::aggregationsSaved, "Additions of rows that a pass saves");
        gauge("aggregations.factor", 1, MaintenanceReport::aggregationsFactor, "How many times fewer rows are added");
        gauge("transfers.saved", 0, MaintenanceReport::transfersSaved, "Rows that a pass does not read");
        gauge("transfers.factor", 1, MaintenanceReport::transfersFactor, "How many times fewer rows are read");
        counter("edits", KeptCounts::edits, "Edits that computation graphs followed")
                .register(meters);
        counter("rebuilds", KeptCounts::rebuilds, "Searches in the background, by outcome")
                .tag("outcome", "done")
                .register(meters);
        counter("rebuilds", KeptCounts::failedRebuilds, "Searches in the background, by outcome")
                .tag("outcome", "failed")
                .register(meters);
    }

    private void gauge(String name, double without, ToDoubleFunction<MaintenanceReport> figure, String description) {
        Gauge.builder("anabranch.sharing." + name, () -> {
                    MaintenanceReport report = kept.report(rows);
                    return report == null ? without : figure.applyAsDouble(report);
                })
                .description(description)
                .tag("rows", tag())
                .register(meters);
    }

    private FunctionCounter.Builder<KeptHags> counter(
            String name, ToLongFunction<KeptCounts> count, String description) {
        return FunctionCounter.builder("anabranch.sharing." + name, kept, of -> count.applyAsLong(of.counts(rows)))
                .description(description)
                .tag("rows", tag());
    }

    private String tag() {
        return rows.name().toLowerCase(Locale.ROOT);
    }
}
