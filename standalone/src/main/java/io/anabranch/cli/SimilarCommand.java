package io.anabranch.cli;

import io.anabranch.v1.ExactReason;
import io.anabranch.v1.FindSimilarRequest;
import io.anabranch.v1.FindSimilarResponse;
import io.anabranch.v1.SimilarityMetric;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "similar", description = "The nodes whose embeddings are nearest to a node's.")
final class SimilarCommand implements Callable<Integer> {

    /** The service's metrics in words of the command line. */
    enum Metric {
        cosine(SimilarityMetric.SIMILARITY_METRIC_COSINE),
        dot(SimilarityMetric.SIMILARITY_METRIC_DOT),
        euclidean(SimilarityMetric.SIMILARITY_METRIC_EUCLIDEAN);

        private final SimilarityMetric metric;

        Metric(SimilarityMetric metric) {
            this.metric = metric;
        }
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private PredictCommand.VersionOptions model = new PredictCommand.VersionOptions();

    @Mixin
    private FreshnessOptions freshness = new FreshnessOptions();

    @Mixin
    private CandidateOptions candidates = new CandidateOptions();

    @Option(
            names = "--metric",
            defaultValue = "cosine",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Metric metric = Metric.cosine;

    @Option(names = "--exact", description = "Compare with all nodes, whatever index there is.")
    private boolean exact;

    @Parameters(paramLabel = "ID", description = "Id of the node.")
    private String id = "";

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ServiceClient client = connection.connect()) {
            FindSimilarResponse reply = client.predictions()
                    .findSimilar(FindSimilarRequest.newBuilder()
                            .setModel(model.selector())
                            .setNodeId(id)
                            .setK(candidates.count())
                            .setMetric(metric.metric)
                            .setFilter(candidates.filter())
                            .setExact(exact)
                            .addAllMinPositions(freshness.after())
                            .build());
            if (output.json()) {
                OutputOptions.print(out, reply);
            } else {
                TextTable table = new TextTable("node", metric.name());
                reply.getNodesList()
                        .forEach(node ->
                                table.row(node.getNodeId(), String.format(Locale.ROOT, "%.4f", node.getScore())));
                out.print(table);
                out.println(method(reply));
            }
        }
        return ExitCode.OK;
    }

    private static String method(FindSimilarResponse reply) {
        if (!reply.getExact()) {
            return String.format(
                    Locale.ROOT,
                    "found through the index: %,d vectors compared, %,d of them not indexed yet",
                    reply.getCompared(),
                    reply.getPending());
        }
        return String.format(
                Locale.ROOT, "exact: all %,d vectors compared%s", reply.getCompared(), reason(reply.getExactBecause()));
    }

    private static String reason(ExactReason reason) {
        return switch (reason) {
            case EXACT_REASON_ASKED_FOR, EXACT_REASON_UNSPECIFIED, UNRECOGNIZED -> "";
            case EXACT_REASON_FEW_EMBEDDINGS -> ", since they are few";
            case EXACT_REASON_OTHER_METRIC -> ", since the index is for another metric";
            case EXACT_REASON_INDEX_OFF -> ", since indexes are switched off";
            case EXACT_REASON_INDEX_BEHIND -> ", since the index is still being built";
            case EXACT_REASON_INDEX_FAILED -> ", since the index failed";
            case EXACT_REASON_TOO_FEW_FOUND -> ", since the filter left too few";
        };
    }
}
