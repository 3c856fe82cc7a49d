package io.anabranch.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = {"Print a completion script for bash and zsh.", "Use it: source <(./anabranch completion)"})
final class CompletionCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine()
                .getOut()
                .println(AutoComplete.bash("anabranch", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
    }
}
