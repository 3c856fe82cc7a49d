package io.anabranch.cli;

import io.anabranch.v1.RankLinksRequest;
import io.anabranch.v1.RankLinksResponse;
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

@Command(name = "rank", description = "The likeliest targets of edges from a node.")
final class RankCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private PredictCommand.ModelOptions model = new PredictCommand.ModelOptions();

    @Mixin
    private FreshnessOptions freshness = new FreshnessOptions();

    @Mixin
    private CandidateOptions candidates = new CandidateOptions();

    @Option(
            names = "--among",
            paramLabel = "ID",
            split = ",",
            description = "Targets to choose from, up to 10,000 (default: all nodes).")
    private List<String> among = new ArrayList<>();

    @Parameters(paramLabel = "SOURCE", description = "Id of the source.")
    private String source = "";

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ServiceClient client = connection.connect()) {
            RankLinksResponse reply = client.predictions()
                    .rankLinks(RankLinksRequest.newBuilder()
                            .setModel(model.selector())
                            .setTask(model.task())
                            .setSource(source)
                            .setK(candidates.count())
                            .addAllCandidates(among)
                            .setFilter(candidates.filter())
                            .addAllMinPositions(freshness.after())
                            .build());
            if (output.json()) {
                OutputOptions.print(out, reply);
            } else {
                TextTable table = new TextTable("target", "probability");
                reply.getScoresList()
                        .forEach(score -> table.row(
                                score.getTarget(), String.format(Locale.ROOT, "%.4f", score.getProbability())));
                out.print(table);
                out.printf(Locale.ROOT, "%,d candidates scored%n", reply.getScored());
            }
        }
        return ExitCode.OK;
    }
}
