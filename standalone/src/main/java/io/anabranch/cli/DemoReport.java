package io.anabranch.cli;

import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.Model;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the demo measured, in the order in which it tells it. */
final class DemoReport {

    private final Map<String, Number> values = new LinkedHashMap<>();

    void history(int events, double seconds) {
        values.put("history_events", events);
        values.put("history_events_per_second", events / seconds);
    }

    void live(int events, double seconds) {
        values.put("live_events", events);
        values.put("live_events_per_second", events / seconds);
    }

    void freshness(FreshnessProbe probe) {
        values.put("freshness_samples", probe.samples());
        values.put("freshness_p50_ms", probe.percentile(50));
        values.put("freshness_p99_ms", probe.percentile(99));
    }

    void judge(Model model, Map<String, Boolean> truth, Map<String, Float> scores) {
        BinaryQuality quality = BinaryQuality.of(scores, truth);
        Map<String, Double> trained = model.getProvenance().getMetricsMap();
        values.put("model_version", model.getVersion());
        values.put("test_accounts", truth.size());
        values.put(
                "test_accounts_in_rings", truth.values().stream().filter(v -> v).count());
        values.put("test_accuracy", quality.accuracy());
        values.put("test_auc", quality.auc());
        values.put("test_average_precision", quality.averagePrecision());
        values.put("baseline_accuracy", trained.getOrDefault("baseline.test.accuracy", Double.NaN));
        values.put("baseline_auc", trained.getOrDefault("baseline.test.auc", Double.NaN));
        values.put("baseline_average_precision", trained.getOrDefault("baseline.test.average_precision", Double.NaN));
    }

    void judgeNewcomers(Map<String, Boolean> truth, Map<String, Float> scores) {
        BinaryQuality quality = BinaryQuality.of(scores, truth);
        values.put("newcomers", truth.size());
        values.put("newcomers_in_rings", truth.values().stream().filter(v -> v).count());
        values.put("newcomers_accuracy", quality.accuracy());
        values.put("newcomers_auc", quality.auc());
        values.put("newcomers_average_precision", quality.averagePrecision());
    }

    void status(GetStatusResponse status) {
        values.put("vertices", status.getVertices());
        values.put("edges", status.getEdges());
        values.put("dead_letters", status.getDeadLetters());
    }

    Map<String, Number> values() {
        return values;
    }

    TextTable quality() {
        return new TextTable("accounts", "accuracy", "AUC", "average precision")
                .row("test, with the graph", text("test_accuracy"), text("test_auc"), text("test_average_precision"))
                .row(
                        "test, features only",
                        text("baseline_accuracy"),
                        text("baseline_auc"),
                        text("baseline_average_precision"))
                .row(
                        "new since training",
                        text("newcomers_accuracy"),
                        text("newcomers_auc"),
                        text("newcomers_average_precision"));
    }

    TextTable stream() {
        TextTable table = new TextTable("stream", "");
        if (values.containsKey("history_events")) {
            table.row("history", text("history_events") + " events, " + text("history_events_per_second") + " /s");
        }
        return table.row("live", text("live_events") + " events, " + text("live_events_per_second") + " /s")
                .row("freshness p50", text("freshness_p50_ms") + " ms")
                .row("freshness p99", text("freshness_p99_ms") + " ms")
                .row("graph now", text("vertices") + " vertices, " + text("edges") + " edges")
                .row("test accounts", text("test_accounts") + ", " + text("test_accounts_in_rings") + " in rings")
                .row("new accounts", text("newcomers") + ", " + text("newcomers_in_rings") + " in new rings")
                .row("dead letters", text("dead_letters"));
    }

    private String text(String name) {
        Number value = values.getOrDefault(name, Double.NaN);
        double number = value.doubleValue();
        return value instanceof Double && !(number >= 10)
                ? String.format(Locale.ROOT, "%.3f", number)
                : String.format(Locale.ROOT, "%,.0f", number);
    }
}
