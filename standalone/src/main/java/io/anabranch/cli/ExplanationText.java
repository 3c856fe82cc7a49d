package io.anabranch.cli;

import io.anabranch.event.v1.Provenance;
import io.anabranch.v1.EdgeContribution;
import io.anabranch.v1.ExplainResponse;
import io.anabranch.v1.ExplainedScore;
import io.anabranch.v1.HopSum;
import io.anabranch.v1.NodeContribution;
import io.anabranch.v1.RecentChange;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;

/** An explanation as tables. */
final class ExplanationText {

    private ExplanationText() {}

    static void print(PrintWriter out, ExplainResponse reply) {
        out.printf(Locale.ROOT, "%s, version %d%s%n", reply.getTask(), reply.getModelVersion(), what(reply));
        out.printf(
                Locale.ROOT,
                "served %s, recomputed %s%s%n",
                score(reply.getServed()),
                score(reply.getRecomputed()),
                match(reply));

        TextTable hops = new TextTable("hop", "edges", "own", "constants", "messages");
        for (HopSum hop : reply.getHopsList()) {
            hops.row(
                    Integer.toString(hop.getHop()),
                    decimal(hop.getEdges()),
                    decimal(hop.getOwn()),
                    decimal(hop.getConstants()),
                    String.format(Locale.ROOT, "%,d", hop.getMessages()));
        }
        section(out, "each hop sums to the recomputed value", hops);

        TextTable edges =
                new TextTable("contribution", "by hop", "edge", "weight", "provenance", "event time", "without it");
        for (EdgeContribution edge : reply.getEdgesList()) {
            edges.row(
                    decimal(edge.getContribution()),
                    edge.getContributionsList().stream()
                            .map(ExplanationText::decimal)
                            .collect(Collectors.joining("  ")),
                    name(edge),
                    String.format(Locale.ROOT, "%.4f", edge.getWeight()),
                    edge.getProvenance() == Provenance.PROVENANCE_LEARNED ? "learned" : "observed",
                    time(edge.getEventTimeMs()),
                    edge.hasWithout() ? score(edge.getWithout()) : "");
        }
        section(out, of(reply.getEdgesCount(), reply.getEdgeCount(), "edges"), edges);

        TextTable nodes = new TextTable("contribution", "node", "distance", "features");
        for (NodeContribution node : reply.getNodesList()) {
            nodes.row(
                    decimal(node.getContribution()),
                    node.getNodeId(),
                    Integer.toString(node.getDistance()),
                    node.getFeaturesList().stream()
                            .map(f -> String.format(
                                    Locale.ROOT, "[%d]=%.4g %.4f", f.getColumn(), f.getValue(), f.getContribution()))
                            .collect(Collectors.joining("  ")));
        }
        section(out, of(reply.getNodesCount(), reply.getNodeCount(), "nodes, by their features"), nodes);

        TextTable changes = new TextTable("event time", "contribution", "changed");
        for (RecentChange change : reply.getChangesList()) {
            changes.row(
                    time(change.getEventTimeMs()),
                    decimal(
                            change.hasEdge()
                                    ? change.getEdge().getContribution()
                                    : change.getNode().getContribution()),
                    change.hasEdge()
                            ? "edge " + name(change.getEdge())
                            : "node " + change.getNode().getNodeId());
        }
        section(out, of(reply.getChangesCount(), reply.getChangeCount(), "changes, latest first"), changes);
    }

    private static String what(ExplainResponse reply) {
        if (reply.getClassName().isEmpty()) {
            return "";
        }
        return ", class " + reply.getClassName()
                + (reply.getAgainstClassName().isEmpty() ? "" : " against " + reply.getAgainstClassName());
    }

    private static String match(ExplainResponse reply) {
        return reply.getMatchesServed()
                ? ""
                : String.format(
                        Locale.ROOT,
                        " (embeddings differ by %.2e: the graph read here and what is served are not of the same events)",
                        reply.getEmbeddingError());
    }

    private static void section(PrintWriter out, String title, TextTable table) {
        out.printf(Locale.ROOT, "%n%s%n", title);
        out.print(table);
    }

    private static String of(int told, int all, String what) {
        return String.format(Locale.ROOT, "%,d of %,d %s", told, Integer.toUnsignedLong(all), what);
    }

    private static String name(EdgeContribution edge) {
        return edge.getType().isEmpty()
                ? edge.getSource() + "->" + edge.getTarget()
                : edge.getSource() + "-[" + edge.getType() + "]->" + edge.getTarget();
    }

    private static String score(ExplainedScore score) {
        String value = String.format(Locale.ROOT, "%.4f", score.getValue());
        return score.hasProbability()
                ? value + String.format(Locale.ROOT, " (probability %.4f)", score.getProbability())
                : value;
    }

    private static String decimal(double contribution) {
        return String.format(Locale.ROOT, "%.4f", contribution);
    }

    private static String time(long eventTimeMs) {
        return eventTimeMs == 0 ? "" : Instant.ofEpochMilli(eventTimeMs).toString();
    }
}
