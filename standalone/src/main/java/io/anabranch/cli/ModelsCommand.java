package io.anabranch.cli;

import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ListModelsResponse;
import io.anabranch.v1.Model;
import io.anabranch.v1.PromoteModelRequest;
import io.anabranch.v1.RollbackModelRequest;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "models", description = "List, promote and roll back model versions.")
final class ModelsCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "One of list, promote, rollback is missing.");
    }

    @Command(name = "list", description = "List every version of every model.")
    int list(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Option(names = "--name", paramLabel = "NAME", defaultValue = "", description = "Only this model.")
                    String name) {
        try (ServiceClient client = connection.connect()) {
            ListModelsResponse reply = client.models()
                    .listModels(ListModelsRequest.newBuilder().setName(name).build());
            if (output.json()) {
                OutputOptions.print(out(), reply);
            } else {
                out().print(table(reply.getModelsList()));
            }
        }
        return ExitCode.OK;
    }

    @Command(name = "promote", description = "Make a covered version the one that answers.")
    int promote(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name,
            @Parameters(paramLabel = "VERSION", description = "Version to promote.") long version) {
        try (ServiceClient client = connection.connect()) {
            show(
                    client.models()
                            .promoteModel(PromoteModelRequest.newBuilder()
                                    .setName(name)
                                    .setVersion(version)
                                    .build())
                            .getModel(),
                    output);
        }
        return ExitCode.OK;
    }

    @Command(name = "rollback", description = "Go back to the version that answered before.")
    int rollback(
            @Mixin ConnectionOptions connection,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "NAME", description = "Name of the model.") String name) {
        try (ServiceClient client = connection.connect()) {
            show(
                    client.models()
                            .rollbackModel(RollbackModelRequest.newBuilder()
                                    .setName(name)
                                    .build())
                            .getModel(),
                    output);
        }
        return ExitCode.OK;
    }

    private void show(Model model, OutputOptions output) {
        if (output.json()) {
            OutputOptions.print(out(), model);
        } else {
            out().print(table(List.of(model)));
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    static TextTable table(List<Model> models) {
        TextTable table = new TextTable("model", "version", "state", "partitions", "embeddings", "layers");
        for (Model model : models) {
            table.row(
                    model.getName(),
                    StatusCommand.count(model.getVersion()),
                    model.getState().name().replace("MODEL_STATE_", "").toLowerCase(Locale.ROOT),
                    StatusCommand.count(model.getCoveredPartitions()),
                    StatusCommand.count(model.getEmbeddings()),
                    StatusCommand.count(model.getSpec().getLayersCount()));
        }
        return table;
    }
}
