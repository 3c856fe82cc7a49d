package io.anabranch.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "anabranch",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        description = "Exact graph-neural-network predictions over a live stream of graph events.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the service answered with an error, or the work failed",
            "2:wrong command line",
            "3:no instance runs, or it cannot be reached or started"
        },
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            ReplayCommand.class,
            PlanCommand.class,
            PublishCommand.class,
            TrainCommand.class,
            PredictCommand.class,
            SimilarCommand.class,
            RankCommand.class,
            WatchCommand.class,
            ExplainCommand.class,
            AuditCommand.class,
            ModelsCommand.class,
            StatusCommand.class,
            TopicsCommand.class,
            DlqCommand.class,
            SnapshotCommand.class,
            ResetCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        })
final class RootCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "A command is missing.");
    }
}
