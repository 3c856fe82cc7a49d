package io.anabranch.cli;

import io.anabranch.v1.ExplainRequest;
import io.anabranch.v1.ExplainResponse;
import io.anabranch.v1.NodePair;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "explain", description = "Which edges, features and recent changes moved a prediction.")
final class ExplainCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "One of node, link is missing.");
    }

    @Command(name = "node", description = "Of a node: its class, or its predicted number.")
    int node(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Mixin PredictCommand.ModelOptions model,
            @Mixin FreshnessOptions freshness,
            @Mixin ListOptions lists,
            @Option(
                            names = "--class",
                            paramLabel = "NAME",
                            defaultValue = "",
                            description = "Whose logit is explained (default: the likeliest).")
                    String className,
            @Option(
                            names = "--against",
                            paramLabel = "NAME",
                            defaultValue = "",
                            description = "Explain by how much it is above this class's logit.")
                    String against,
            @Parameters(paramLabel = "ID", description = "Id of the node.") String id) {
        return ask(
                connection,
                output,
                lists.request(model, freshness)
                        .setNodeId(id)
                        .setClassName(className)
                        .setAgainstClassName(against));
    }

    @Command(name = "link", description = "Of an edge between two nodes.")
    int link(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Mixin PredictCommand.ModelOptions model,
            @Mixin FreshnessOptions freshness,
            @Mixin ListOptions lists,
            @Parameters(paramLabel = "SOURCE", description = "Id of the source.") String source,
            @Parameters(paramLabel = "TARGET", description = "Id of the target.") String target) {
        return ask(
                connection,
                output,
                lists.request(model, freshness)
                        .setPair(NodePair.newBuilder().setSource(source).setTarget(target)));
    }

    private int ask(ConnectionOptions connection, OutputOptions output, ExplainRequest.Builder request) {
        PrintWriter out = spec.commandLine().getOut();
        try (ServiceClient client = connection.connect()) {
            ExplainResponse reply = client.predictions().explain(request.build());
            if (output.json()) {
                OutputOptions.print(out, reply);
            } else {
                ExplanationText.print(out, reply);
            }
        }
        return ExitCode.OK;
    }

    /** How much of an explanation is told. */
    static final class ListOptions {

        @Option(
                names = "--edges",
                paramLabel = "N",
                defaultValue = "10",
                description = "Edges told (default: ${DEFAULT-VALUE}).")
        private int edges;

        @Option(
                names = "--nodes",
                paramLabel = "N",
                defaultValue = "5",
                description = "Nodes told, by what their features contribute (default: ${DEFAULT-VALUE}).")
        private int nodes;

        @Option(
                names = "--changes",
                paramLabel = "N",
                defaultValue = "5",
                description = "Latest changes told (default: ${DEFAULT-VALUE}).")
        private int changes;

        @Option(
                names = "--since-ms",
                paramLabel = "MS",
                defaultValue = "0",
                description = "Only changes of this event time or later, in milliseconds.")
        private long sinceMs;

        @Option(
                names = "--leave-one-out",
                paramLabel = "N",
                defaultValue = "0",
                description = "For this many of the edges: the prediction without it.")
        private int leaveOneOut;

        ExplainRequest.Builder request(PredictCommand.ModelOptions model, FreshnessOptions freshness) {
            return ExplainRequest.newBuilder()
                    .setModel(model.selector())
                    .setTask(model.task())
                    .setMaxEdges(edges)
                    .setMaxNodes(nodes)
                    .setMaxChanges(changes)
                    .setChangedSinceMs(sinceMs)
                    .setLeaveOneOut(leaveOneOut)
                    .addAllMinPositions(freshness.after());
        }
    }
}
