package io.anabranch.cli;

import io.anabranch.v1.AuditRepair;
import io.anabranch.v1.AuditRequest;
import io.anabranch.v1.AuditResponse;
import io.anabranch.v1.AuditedVertex;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.Verdict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "audit",
        description =
                "Recompute embeddings from scratch and compare them with those that are served; fails if one is wrong.")
final class AuditCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--model", paramLabel = "NAME", defaultValue = "", description = "Name of the model.")
    private String model = "";

    @Option(
            names = "--model-version",
            paramLabel = "N",
            defaultValue = "0",
            description = "Version (default: the active one).")
    private long version;

    @Option(names = "--sample", paramLabel = "N", defaultValue = "100", description = "Size of the random sample.")
    private int sample;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Of the random sample.")
    private long seed;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            defaultValue = "1e-5",
            description = "Relative error above which an embedding is wrong.")
    private double tolerance;

    @Option(
            names = "--repair",
            description = "Have what is wrong computed from scratch, and audit it again; fails if it is still wrong.")
    private boolean repair;

    @Parameters(paramLabel = "ID", arity = "0..1000", description = "Ids of nodes (default: a random sample).")
    private List<String> ids = new ArrayList<>();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        AuditResponse reply;
        try (ServiceClient client = connection.connect()) {
            reply = client.audits()
                    .audit(AuditRequest.newBuilder()
                            .setModel(ModelSelector.newBuilder().setName(model).setVersion(version))
                            .addAllNodeIds(ids)
                            .setSample(sample)
                            .setSeed(seed)
                            .setTolerance(tolerance)
                            .setRepair(repair)
                            .build());
        }
        if (output.json()) {
            OutputOptions.print(out, reply);
        } else {
            out.print(summary(reply));
            if (reply.getWrong() + reply.getUnsettled() > 0) {
                out.println();
                out.print(worst(reply.getWorstList()));
            }
            if (reply.hasRepair()) {
                out.println();
                out.print(outcome(reply.getRepair()));
                if (reply.getRepair().getWrong() + reply.getRepair().getUnsettled() > 0) {
                    out.println();
                    out.print(worst(reply.getRepair().getWorstList()));
                }
            }
        }
        int wrong = reply.hasRepair()
                ? reply.getRepair().getWrong() + reply.getRepair().getUnsettled()
                : reply.getWrong();
        return wrong == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private static TextTable summary(AuditResponse reply) {
        return new TextTable("audit", "")
                .row("model version", Long.toString(reply.getModelVersion()))
                .row("audited", StatusCommand.count(reply.getAudited()))
                .row("wrong", StatusCommand.count(reply.getWrong()))
                .row("unsettled", StatusCommand.count(reply.getUnsettled()))
                .row("largest error", error(reply.getLargestError()));
    }

    private static TextTable outcome(AuditRepair repair) {
        return new TextTable("repair", "")
                .row("recomputed", StatusCommand.count(repair.getRecomputed()))
                .row("still wrong", StatusCommand.count(repair.getWrong()))
                .row("unsettled", StatusCommand.count(repair.getUnsettled()))
                .row("largest error", error(repair.getLargestError()));
    }

    private static TextTable worst(List<AuditedVertex> vertices) {
        TextTable table = new TextTable("node", "verdict", "error", "stored", "recomputed");
        vertices.stream()
                .filter(vertex -> vertex.getVerdict() != Verdict.VERDICT_RIGHT)
                .forEach(vertex -> table.row(
                        vertex.getNodeId(),
                        vertex.getVerdict() == Verdict.VERDICT_WRONG ? "wrong" : "unsettled",
                        error(vertex.getError()),
                        vertex.getStoredList().toString(),
                        vertex.getRecomputedList().toString()));
        return table;
    }

    private static String error(double error) {
        return String.format(Locale.ROOT, "%.2e", error);
    }
}
