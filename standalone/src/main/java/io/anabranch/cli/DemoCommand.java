package io.anabranch.cli;

import io.anabranch.standalone.Instance;
import io.anabranch.standalone.StandaloneInstance;
import io.anabranch.standalone.StartRequest;
import io.anabranch.standalone.payments.PaymentsStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = {
            "Find fraud rings in a generated stream of payments.",
            "Starts an instance, streams a history, trains a model on the live graph, then streams live payments while it"
                    + " answers; prints what it measured and serves until Ctrl-C. A second run goes on from the first."
        })
final class DemoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private FolderOptions folder = new FolderOptions();

    @Mixin
    private StartOptions start = new StartOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private DemoOptions demo = new DemoOptions();

    @Option(names = "--exit", description = "End after the table instead of serving on.")
    private boolean exit;

    @Override
    public Integer call() {
        demo.check(spec.commandLine());
        StartRequest request = start.request(folder.toStart("demo"), PaymentsStream.FEATURE_DIMENSION, false);
        return StandaloneInstance.run(request, this::work);
    }

    private int work(Instance instance) throws InterruptedException {
        return new DemoRun(
                        instance,
                        demo,
                        output,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                .run(exit);
    }
}
