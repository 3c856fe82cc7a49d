package io.anabranch.cli;

import io.anabranch.standalone.Instance;
import io.anabranch.standalone.InstanceFolder;
import io.anabranch.standalone.StandaloneInstance;
import io.anabranch.standalone.Work;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        description = {
            "Start an instance and serve until Ctrl-C: embedded Kafka broker, stream processor, model service.",
            "What it stores stays in the folder; the next start goes on from there."
        })
final class ServeCommand implements Callable<Integer> {

    static final Duration START_PATIENCE = Duration.ofMinutes(5);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private FolderOptions folder = new FolderOptions();

    @Mixin
    private StartOptions start = new StartOptions();

    @Option(
            names = "--feature-dimension",
            paramLabel = "N",
            description = "Length of a node's feature row; required for a new folder.")
    private @Nullable Integer featureDimension;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        InstanceFolder chosen = folder.toStart("default");
        err.println("Starting on " + chosen.path() + " …");
        return StandaloneInstance.run(
                start.request(chosen, featureDimension, true), instance -> announce(instance, err));
    }

    private static int announce(Instance instance, PrintWriter err) throws InterruptedException {
        try (ServiceClient client = ServiceClient.connect("127.0.0.1", instance.grpcPort())) {
            client.awaitReady(START_PATIENCE);
        }
        err.print(addresses(instance));
        err.println("Serving until Ctrl-C.");
        err.flush();
        return Work.KEEP_SERVING;
    }

    static TextTable addresses(Instance instance) {
        return new TextTable("address", "")
                .row("gRPC (reflection, health)", "127.0.0.1:" + instance.grpcPort())
                .row("page", "http://127.0.0.1:%d/".formatted(instance.httpPort()))
                .row("REST", "http://127.0.0.1:%d/q/openapi".formatted(instance.httpPort()))
                .row("Kafka", "127.0.0.1:" + instance.kafkaPort());
    }
}
