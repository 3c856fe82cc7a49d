package io.anabranch.cli;

import io.anabranch.v1.FreshnessSummary;
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

    void judge(Model model, Map<String, Boolean> truth, Map<String, Float> scores) {
        BinaryQuality quality = BinaryQuality.of(scores, truth);
        values.put("model_version", model.getVersion());
        values.put("test_accounts", truth.size());
        values.put(
                "test_accounts_in_rings", truth.values().stream().filter(v -> v).count());
        values.put("test_accuracy", quality.accuracy());
        values.put("test_auc", quality.auc());
        values.put("test_average_precision", quality.averagePrecision());
        model.getProvenance().getMetricsMap().forEach((name, value) -> {
            if (name.startsWith("baseline")) {
                values.put(name, value);
            }
        });
    }

    void judgeNewcomers(Map<String, Boolean> truth, Map<String, Float> scores) {
        BinaryQuality quality = BinaryQuality.of(scores, truth);
        values.put("newcomers", truth.size());
        values.put("newcomers_in_rings", truth.values().stream().filter(v -> v).count());
        values.put("newcomers_auc", quality.auc());
        values.put("newcomers_average_precision", quality.averagePrecision());
    }

    void status(GetStatusResponse status) {
        FreshnessSummary freshness = status.getFreshness();
        values.put("vertices", status.getVertices());
        values.put("edges", status.getEdges());
        values.put("dead_letters", status.getDeadLetters());
        values.put("freshness_p50_ms", freshness.getP50Ms());
        values.put("freshness_p99_ms", freshness.getP99Ms());
        values.put("freshness_count", freshness.getCount());
    }

    Map<String, Number> values() {
        return values;
    }

    TextTable table() {
        TextTable table = new TextTable("measured", "");
        values.forEach((name, value) -> table.row(name.replace('_', ' '), text(value)));
        return table;
    }

    private static String text(Number value) {
        double number = value.doubleValue();
        return value instanceof Double && number < 10
                ? String.format(Locale.ROOT, "%.3f", number)
                : String.format(Locale.ROOT, "%,.0f", number);
    }
}
