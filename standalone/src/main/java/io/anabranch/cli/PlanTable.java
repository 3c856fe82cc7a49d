package io.anabranch.cli;

import io.anabranch.graph.hag.Aggregator;
import io.anabranch.graph.hag.EdgeWeights;
import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.HagCost;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagReport;
import io.anabranch.graph.hag.choice.HagPlanner;
import io.anabranch.graph.hag.choice.PlanChoice;
import io.anabranch.graph.hag.search.HagSearch;
import io.anabranch.graph.hag.search.PrefixSharing;
import io.anabranch.graph.hag.search.SharedSums;
import io.anabranch.graph.snapshot.CompressedRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a graph's rows can share, by mode and plan. */
final class PlanTable {

    /** Which rows are aggregated, and how. */
    enum Mode {
        OPEN,
        CLOSED,
        SEQUENTIAL
    }

    /** One plan. */
    private record Line(Mode mode, String plan, HagReport report, double searchSeconds, PlanChoice choice) {}

    private final List<Mode> modes;
    private final PrefixSharing.Order order;
    private final HagOptions options;
    /** The one plan that is asked for; null: those that are usual. */
    private final @Nullable HagOptions chosen;

    private final List<Line> lines = new ArrayList<>();

    PlanTable(List<Mode> modes, PrefixSharing.Order order, HagOptions options, @Nullable HagOptions chosen) {
        this.modes = modes;
        this.order = order;
        this.options = options;
        this.chosen = chosen;
    }

    void measure(CompressedRows rows) {
        EdgeWeights weights = EdgeWeights.of(rows.weights());
        for (Mode mode : modes) {
            switch (mode) {
                case OPEN -> measureSets(rows, weights, mode, HagOptions.Mode.OPEN);
                case CLOSED -> measureSets(rows, weights, mode, HagOptions.Mode.CLOSED);
                case SEQUENTIAL -> measurePrefixes(rows, weights);
            }
        }
    }

    private void measureSets(CompressedRows rows, EdgeWeights weights, Mode mode, HagOptions.Mode hagMode) {
        HagOptions search = options.withMode(hagMode);
        long start = System.nanoTime();
        SharedSums found = HagSearch.search(rows.rows(), rows.offsets(), rows.neighbours(), search);
        double seconds = (System.nanoTime() - start) / 1e9;
        for (Map.Entry<String, HagOptions> plan : plans(search).entrySet()) {
            Hag hag = found.plan(plan.getValue());
            HagReport report = found.report(hag);
            add(mode, plan.getKey(), report, seconds, HagPlanner.choose(Aggregator.SUM, weights, report));
        }
    }

    private Map<String, HagOptions> plans(HagOptions search) {
        Map<String, HagOptions> plans = new LinkedHashMap<>();
        if (chosen != null) {
            plans.put("as asked", search);
            return plans;
        }
        HagOptions all = search.withLambda(-1);
        if (search.mode() == HagOptions.Mode.OPEN) {
            plans.put("V/4, first merges", all.withRule(HagOptions.Rule.PREFIX).withCapacity(HagCapacity.QUARTER));
        }
        plans.put("V/4", all.withCapacity(HagCapacity.QUARTER));
        plans.put("unlimited", all);
        plans.put("lambda %.0f".formatted(HagOptions.DEFAULT_LAMBDA), search);
        return plans;
    }

    private void measurePrefixes(CompressedRows rows, EdgeWeights weights) {
        long start = System.nanoTime();
        PrefixSharing found = PrefixSharing.search(rows.rows(), rows.offsets(), rows.neighbours(), order);
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<String, HagCapacity> plans = new LinkedHashMap<>();
        if (chosen != null) {
            plans.put("as asked", chosen.capacity());
        } else {
            plans.put("V/4", HagCapacity.QUARTER);
            plans.put("unlimited", HagCapacity.UNLIMITED);
        }
        for (Map.Entry<String, HagCapacity> plan : plans.entrySet()) {
            HagReport report = found.report(found.plan(plan.getValue()));
            add(Mode.SEQUENTIAL, plan.getKey(), report, seconds, HagPlanner.choose(Aggregator.LSTM, weights, report));
        }
    }

    private void add(Mode mode, String plan, HagReport report, double seconds, PlanChoice choice) {
        lines.add(new Line(mode, plan, report, seconds, choice));
    }

    /** For JSON: one object a plan, each with the direct cost. */
    List<Map<String, Object>> values() {
        List<Map<String, Object>> values = new ArrayList<>();
        for (Line line : lines) {
            HagReport report = line.report();
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("mode", line.mode());
            value.put("plan", line.plan());
            value.put("direct", cost(report.direct()));
            value.put("shared", cost(report.shared()));
            value.put("aggregationsFactor", report.aggregationsFactor());
            value.put("transfersFactor", report.transfersFactor());
            value.put("depth", report.depth());
            value.put("scratchRows", report.scratchRows());
            value.put("equalRows", report.equalRows());
            value.put("hubRows", report.hubRows());
            value.put("hubSources", report.hubSources());
            value.put("searchSeconds", line.searchSeconds());
            value.put("choice", line.choice().plan());
            value.put("reason", line.choice().reason().toString());
            values.add(value);
        }
        return values;
    }

    private static Map<String, Long> cost(HagCost cost) {
        Map<String, Long> values = new LinkedHashMap<>();
        values.put("aggregations", cost.aggregations());
        values.put("transfers", cost.transfers());
        values.put("rowsWritten", cost.rowsWritten());
        values.put("nodes", cost.nodes());
        values.put("indexBytes", cost.indexBytes());
        return values;
    }

    @Override
    public String toString() {
        TextTable table = new TextTable(
                "mode",
                "plan",
                "nodes",
                "aggregations",
                "÷",
                "transfers",
                "÷",
                "depth",
                "index MB",
                "search",
                "choice");
        Mode last = null;
        for (Line line : lines) {
            HagReport report = line.report();
            if (line.mode() != last) {
                last = line.mode();
                HagCost direct = report.direct();
                table.row(
                        name(last),
                        "direct",
                        "0",
                        StatusCommand.count(direct.aggregations()),
                        "",
                        StatusCommand.count(direct.transfers()),
                        "",
                        "",
                        decimal(direct.indexBytes() / 1e6),
                        "",
                        "");
            }
            table.row(
                    name(line.mode()),
                    line.plan(),
                    StatusCommand.count(report.shared().nodes()),
                    StatusCommand.count(report.shared().aggregations()),
                    decimal(report.aggregationsFactor()),
                    StatusCommand.count(report.shared().transfers()),
                    decimal(report.transfersFactor()),
                    StatusCommand.count(report.depth()),
                    decimal(report.shared().indexBytes() / 1e6),
                    decimal(line.searchSeconds()) + " s",
                    choice(line.choice()));
        }
        return table + leftOut();
    }

    private String leftOut() {
        StringBuilder text = new StringBuilder();
        Mode last = null;
        for (Line line : lines) {
            HagReport report = line.report();
            if (line.mode() != last && report.hubRows() + report.hubSources() > 0) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s: %,d nodes with more than %,d neighbours, and %,d that so many have, were left out (--hub-limit).%n",
                        name(line.mode()),
                        report.hubRows(),
                        options.hubLimit(),
                        report.hubSources()));
            }
            last = line.mode();
        }
        return text.toString();
    }

    private static String choice(PlanChoice choice) {
        return choice.plan() == PlanChoice.Plan.SHARED ? "shared" : "direct: " + choice.reason();
    }

    private static String name(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%,.2f", number);
    }
}
