package io.anabranch.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "snapshot",
        description =
                "Take the graph and its models out of a service, and bring them into one: for recovery, a move, or a first load.",
        subcommands = {SnapshotExportCommand.class, SnapshotImportCommand.class, SnapshotCreateCommand.class})
final class SnapshotCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "One of export, import, create is missing.");
    }
}
