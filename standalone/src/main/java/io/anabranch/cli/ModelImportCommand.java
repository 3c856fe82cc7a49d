package io.anabranch.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.v1.ImportModelRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "import",
        description =
                "Make weights that were trained elsewhere a new version; examples/pytorch shows how to write the files.")
final class ModelImportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "SPEC", description = "ModelSpec as JSON.")
    private Path structure = Path.of(".");

    @Parameters(paramLabel = "FILE", description = "The tensors, a safetensors file.")
    private Path file = Path.of(".");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Name of the model (default: as SPEC says).")
    private String name = "";

    @Override
    public Integer call() {
        ModelSpec.Builder model = read();
        if (!name.isEmpty()) {
            model.setName(name);
        }
        ImportModelRequest request = ImportModelRequest.newBuilder()
                .setSpec(model)
                .setSafetensors(ByteString.copyFrom(bytes(file)))
                .setRequestId(UUID.randomUUID().toString())
                .build();
        try (ServiceClient client = connection.connect()) {
            ModelsCommand.print(
                    spec.commandLine().getOut(),
                    client.models().importModel(request).getModel(),
                    output);
        }
        return ExitCode.OK;
    }

    private ModelSpec.Builder read() {
        ModelSpec.Builder model = ModelSpec.newBuilder();
        try {
            JsonFormat.parser().merge(new String(bytes(structure), StandardCharsets.UTF_8), model);
        } catch (InvalidProtocolBufferException e) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "The file %s is no JSON form of ModelSpec: %s".formatted(structure, e.getMessage()));
        }
        return model;
    }

    private static byte[] bytes(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "The file %s cannot be read: %s".formatted(path, e.getMessage()));
        }
    }
}
