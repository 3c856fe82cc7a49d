package io.anabranch.cli;

import io.anabranch.v1.DeleteModelAliasRequest;
import io.anabranch.v1.GetModelRequest;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ListModelsResponse;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.ModelServiceGrpc.ModelServiceBlockingStub;
import io.anabranch.v1.ModelState;
import io.anabranch.v1.PromoteModelRequest;
import io.anabranch.v1.RetireModelRequest;
import io.anabranch.v1.RollbackModelRequest;
import io.anabranch.v1.SetCanaryRequest;
import io.anabranch.v1.SetModelAliasRequest;
import io.anabranch.v1.SetShadowRequest;
import io.anabranch.v1.ShadowComparison;
import io.anabranch.v1.StopCanaryRequest;
import io.anabranch.v1.StopShadowRequest;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "models",
        description = "List, import and export model versions, and say which of them answer.",
        subcommands = {ModelImportCommand.class, ModelExportCommand.class})
final class ModelsCommand implements Runnable {

    /** States of a version, as one types them. */
    enum State {
        FILLING,
        COVERED,
        ACTIVE,
        RETIRED
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "One of %s is missing."
                        .formatted(String.join(", ", spec.subcommands().keySet())));
    }

    @Command(name = "list", description = "List every version of every model, the retired ones too.")
    int list(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Option(names = "--name", paramLabel = "NAME", defaultValue = "", description = "Only this model.")
                    String name,
            @Option(
                            names = "--state",
                            split = ",",
                            paramLabel = "STATE",
                            description = "Only versions in these states: ${COMPLETION-CANDIDATES}.")
                    @Nullable
                    List<State> states) {
        ListModelsRequest.Builder request = ListModelsRequest.newBuilder().setName(name);
        for (State state : states == null ? List.<State>of() : states) {
            request.addStates(ModelState.valueOf("MODEL_STATE_" + state.name()));
        }
        ListModelsResponse.Builder all = ListModelsResponse.newBuilder();
        try (ServiceClient client = connection.connect()) {
            ListModelsResponse page;
            do {
                page = client.models().listModels(request.build());
                all.addAllModels(page.getModelsList());
                request.setPageToken(page.getNextPageToken());
            } while (!page.getNextPageToken().isEmpty());
        }
        if (output.json()) {
            OutputOptions.print(out(), all);
        } else {
            out().print(table(all.getModelsList()));
        }
        return ExitCode.OK;
    }

    @Command(name = "show", description = "Show a version, what it has answered, and how it compares as a shadow.")
    int show(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Option(
                            names = "--model-version",
                            paramLabel = "N",
                            defaultValue = "0",
                            description = "Version (default: the active one).")
                    long version,
            @Option(
                            names = "--alias",
                            paramLabel = "ALIAS",
                            defaultValue = "",
                            description = "The version that bears this alias.")
                    String alias) {
        ModelSelector selector = ModelSelector.newBuilder()
                .setName(name)
                .setVersion(version)
                .setAlias(alias)
                .build();
        return answer(
                connection,
                output,
                models -> models.getModel(
                                GetModelRequest.newBuilder().setModel(selector).build())
                        .getModel());
    }

    @Command(name = "promote", description = "Make a covered version the one that answers.")
    int promote(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Parameters(paramLabel = "VERSION", description = "Version to promote.") long version) {
        return answer(
                connection,
                output,
                models -> models.promoteModel(PromoteModelRequest.newBuilder()
                                .setName(name)
                                .setVersion(version)
                                .build())
                        .getModel());
    }

    @Command(name = "rollback", description = "Go back to the version that answered before.")
    int rollback(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name) {
        return answer(
                connection,
                output,
                models -> models.rollbackModel(RollbackModelRequest.newBuilder()
                                .setName(name)
                                .setRequestId(UUID.randomUUID().toString())
                                .build())
                        .getModel());
    }

    @Command(name = "alias", description = "Let requests ask for a version by a name, such as champion.")
    int alias(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Parameters(paramLabel = "ALIAS", description = "The alias.") String alias,
            @Parameters(paramLabel = "VERSION", arity = "0..1", description = "Version that is to bear it.") @Nullable
                    Long version,
            @Option(names = "--delete", description = "Take the alias away.") boolean delete) {
        requireOne(version != null, delete, "VERSION", "--delete");
        if (version == null) {
            return answer(
                    connection,
                    output,
                    models -> models.deleteModelAlias(DeleteModelAliasRequest.newBuilder()
                                    .setName(name)
                                    .setAlias(alias)
                                    .build())
                            .getModel());
        }
        return answer(
                connection,
                output,
                models -> models.setModelAlias(SetModelAliasRequest.newBuilder()
                                .setName(name)
                                .setAlias(alias)
                                .setVersion(version)
                                .build())
                        .getModel());
    }

    @Command(name = "canary", description = "Have a version answer a share of the requests.")
    int canary(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Parameters(paramLabel = "VERSION", arity = "0..1", description = "The canary.") @Nullable Long version,
            @Parameters(paramLabel = "PERCENT", arity = "0..1", description = "Its share, from 0 to 100.") @Nullable
                    Double percent,
            @Option(names = "--stop", description = "End the canary.") boolean stop) {
        requireOne(version != null && percent != null, stop, "VERSION PERCENT", "--stop");
        if (version == null || percent == null) {
            return answer(
                    connection,
                    output,
                    models -> models.stopCanary(
                                    StopCanaryRequest.newBuilder().setName(name).build())
                            .getModel());
        }
        return answer(
                connection,
                output,
                models -> models.setCanary(SetCanaryRequest.newBuilder()
                                .setName(name)
                                .setVersion(version)
                                .setPercent(percent)
                                .build())
                        .getModel());
    }

    @Command(name = "shadow", description = "Have a version answer copies of requests, only to be compared.")
    int shadow(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Parameters(paramLabel = "VERSION", arity = "0..1", description = "The shadow.") @Nullable Long version,
            @Parameters(paramLabel = "PERCENT", arity = "0..1", description = "Share of the requests, from 0 to 100.")
                    @Nullable
                    Double percent,
            @Option(names = "--stop", description = "End the shadow.") boolean stop) {
        requireOne(version != null && percent != null, stop, "VERSION PERCENT", "--stop");
        if (version == null || percent == null) {
            return answer(
                    connection,
                    output,
                    models -> models.stopShadow(
                                    StopShadowRequest.newBuilder().setName(name).build())
                            .getModel());
        }
        return answer(
                connection,
                output,
                models -> models.setShadow(SetShadowRequest.newBuilder()
                                .setName(name)
                                .setVersion(version)
                                .setPercent(percent)
                                .build())
                        .getModel());
    }

    @Command(name = "retire", description = "Give up a version's weights and embeddings for good.")
    int retire(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Parameters(paramLabel = "VERSION", description = "Version to retire.") long version) {
        return answer(
                connection,
                output,
                models -> models.retireModel(RetireModelRequest.newBuilder()
                                .setName(name)
                                .setVersion(version)
                                .build())
                        .getModel());
    }

    private void requireOne(boolean given, boolean flag, String parameters, String option) {
        if (given == flag) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Either %s or %s must be given.".formatted(parameters, option));
        }
    }

    private int answer(
            ConnectionOptions connection, OutputOptions output, Function<ModelServiceBlockingStub, Model> call) {
        try (ServiceClient client = connection.connect()) {
            print(out(), call.apply(client.models()), output);
        }
        return ExitCode.OK;
    }

    static void print(PrintWriter out, Model model, OutputOptions output) {
        if (output.json()) {
            OutputOptions.print(out, model);
        } else {
            out.print(table(List.of(model)));
            if (model.hasShadowComparison()) {
                out.print(comparison(model.getShadowComparison()));
            }
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    static TextTable table(List<Model> models) {
        TextTable table = new TextTable("model", "version", "state", "roles", "partitions", "embeddings", "requests");
        for (Model model : models) {
            table.row(
                    model.getName(),
                    StatusCommand.count(model.getVersion()),
                    model.getState().name().replace("MODEL_STATE_", "").toLowerCase(Locale.ROOT),
                    roles(model),
                    StatusCommand.count(model.getCoveredPartitions()),
                    StatusCommand.count(model.getEmbeddings()),
                    StatusCommand.count(model.getServed().getRequests()));
        }
        return table;
    }

    private static String roles(Model model) {
        StringBuilder roles = new StringBuilder(String.join(" ", model.getAliasesList()));
        if (model.hasCanaryPercent()) {
            roles.append(" canary ").append(percent(model.getCanaryPercent()));
        }
        if (model.hasShadowPercent()) {
            roles.append(" shadow ").append(percent(model.getShadowPercent()));
        }
        return roles.toString().strip();
    }

    private static String percent(double percent) {
        return (percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent)) + " %";
    }

    private static TextTable comparison(ShadowComparison comparison) {
        return new TextTable("as a shadow", "")
                .row("beside version", StatusCommand.count(comparison.getActiveVersion()))
                .row("requests", StatusCommand.count(comparison.getRequests()))
                .row("errors", StatusCommand.count(comparison.getErrors()))
                .row("dropped", StatusCommand.count(comparison.getDropped()))
                .row("compared", StatusCommand.count(comparison.getCompared()))
                .row("flips", StatusCommand.count(comparison.getFlips()))
                .row("mean difference", decimal(comparison.getMeanDifference()))
                .row("max difference", decimal(comparison.getMaxDifference()))
                .row("rankings", StatusCommand.count(comparison.getRankings()))
                .row("mean overlap", decimal(comparison.getMeanOverlap()));
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.6f", number);
    }
}
