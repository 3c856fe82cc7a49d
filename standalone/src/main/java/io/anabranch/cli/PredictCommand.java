package io.anabranch.cli;

import io.anabranch.v1.Classification;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.NodePair;
import io.anabranch.v1.ScoreLinksRequest;
import io.anabranch.v1.ScoreLinksResponse;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "predict", description = "Ask a model about nodes or links.")
final class PredictCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "One of node, link is missing.");
    }

    @Command(name = "node", description = "Class probabilities, or the predicted number, of nodes.")
    int node(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Mixin ModelOptions model,
            @Mixin FreshnessOptions freshness,
            @Parameters(paramLabel = "ID", arity = "1..1000", description = "Ids of nodes.") List<String> ids) {
        PrintWriter out = spec.commandLine().getOut();
        try (ServiceClient client = connection.connect()) {
            ClassifyResponse reply = client.predictions()
                    .classify(ClassifyRequest.newBuilder()
                            .setModel(model.selector())
                            .setTask(model.task())
                            .addAllNodeIds(ids)
                            .addAllMinPositions(freshness.after())
                            .build());
            if (output.json()) {
                OutputOptions.print(out, reply);
            } else {
                out.print(table(reply));
            }
        }
        return ExitCode.OK;
    }

    @Command(name = "link", description = "Probability that there is an edge between two nodes.")
    int link(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Mixin ModelOptions model,
            @Mixin FreshnessOptions freshness,
            @Parameters(paramLabel = "SOURCE", description = "Id of the source.") String source,
            @Parameters(paramLabel = "TARGET", description = "Id of the target.") String target) {
        PrintWriter out = spec.commandLine().getOut();
        try (ServiceClient client = connection.connect()) {
            ScoreLinksResponse reply = client.predictions()
                    .scoreLinks(ScoreLinksRequest.newBuilder()
                            .setModel(model.selector())
                            .setTask(model.task())
                            .addPairs(NodePair.newBuilder().setSource(source).setTarget(target))
                            .addAllMinPositions(freshness.after())
                            .build());
            if (output.json()) {
                OutputOptions.print(out, reply);
            } else {
                TextTable table = new TextTable("source", "target", "probability");
                reply.getScoresList()
                        .forEach(s -> table.row(s.getSource(), s.getTarget(), decimal(s.getProbability())));
                out.print(table);
            }
        }
        return ExitCode.OK;
    }

    private static TextTable table(ClassifyResponse reply) {
        TextTable table = new TextTable("node", "prediction", "probabilities", "age");
        for (Classification c : reply.getClassificationsList()) {
            long age = System.currentTimeMillis() - c.getFreshness().getAcceptedTimeMs();
            table.row(c.getNodeId(), outcome(c), probabilities(c), String.format(Locale.ROOT, "%.1f s", age / 1000.0));
        }
        return table;
    }

    /** The classes, or the number. */
    static String outcome(Classification c) {
        return c.hasValue() ? decimal(c.getValue()) : String.join(", ", c.getClassNamesList());
    }

    /** As "fraud 0.2500  legit 0.7500". */
    static String probabilities(Classification c) {
        return c.getScoresList().stream()
                .map(s -> s.getClassName() + " " + decimal(s.getProbability()))
                .collect(Collectors.joining("  "));
    }

    static String decimal(float number) {
        return String.format(Locale.ROOT, "%.4f", number);
    }

    /** Which model answers. */
    static final class VersionOptions {

        @Option(names = "--model", paramLabel = "NAME", defaultValue = "", description = "Name of the model.")
        private String name = "";

        @Option(
                names = "--model-version",
                paramLabel = "N",
                defaultValue = "0",
                description = "Version (default: the active one).")
        private long version;

        @Option(
                names = "--alias",
                paramLabel = "ALIAS",
                defaultValue = "",
                description = "The version that bears this alias.")
        private String alias = "";

        @Option(
                names = "--routing-key",
                paramLabel = "KEY",
                defaultValue = "",
                description = "Where a canary runs, equal keys get the same version (default: the first id).")
        private String routingKey = "";

        ModelSelector selector() {
            return ModelSelector.newBuilder()
                    .setName(name)
                    .setVersion(version)
                    .setAlias(alias)
                    .setRoutingKey(routingKey)
                    .build();
        }
    }

    /** Which model and task answer. */
    static final class ModelOptions {

        @Mixin
        private VersionOptions version = new VersionOptions();

        @Option(names = "--task", paramLabel = "TASK", defaultValue = "", description = "Task of the model.")
        private String task = "";

        ModelSelector selector() {
            return version.selector();
        }

        String task() {
            return task;
        }
    }
}
