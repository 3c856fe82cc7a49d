package io.anabranch.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.anabranch.v1.ExportModelRequest;
import io.anabranch.v1.ExportModelResponse;
import io.anabranch.v1.ModelSelector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "export", description = "Write a version as the two files that import reads.")
final class ModelExportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(paramLabel = "NAME", description = "Name of the model.")
    private String name = "";

    @Parameters(paramLabel = "SPEC", description = "File for the ModelSpec, as JSON.")
    private Path structure = Path.of(".");

    @Parameters(paramLabel = "FILE", description = "File for the tensors, as safetensors.")
    private Path file = Path.of(".");

    @Option(
            names = "--model-version",
            paramLabel = "N",
            defaultValue = "0",
            description = "Version (default: the active one).")
    private long version;

    @Override
    public Integer call() {
        ModelSelector selector =
                ModelSelector.newBuilder().setName(name).setVersion(version).build();
        ExportModelResponse reply;
        try (ServiceClient client = connection.connect()) {
            reply = client.models()
                    .exportModel(
                            ExportModelRequest.newBuilder().setModel(selector).build());
        }
        try {
            write(structure, JsonFormat.printer().print(reply.getSpec()).getBytes(StandardCharsets.UTF_8));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("The spec has no JSON form.", e);
        }
        write(file, reply.getSafetensors().toByteArray());
        spec.commandLine().getOut().printf("%s and %s written.%n", structure, file);
        return ExitCode.OK;
    }

    private static void write(Path path, byte[] bytes) {
        try {
            Files.write(path, bytes);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "The file %s cannot be written: %s".formatted(path, e.getMessage()));
        }
    }
}
