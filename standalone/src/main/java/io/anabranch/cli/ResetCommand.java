package io.anabranch.cli;

import io.anabranch.standalone.FolderBroker;
import io.anabranch.standalone.InstanceFolder;
import io.anabranch.stream.KafkaAccess;
import io.anabranch.stream.StreamReset;
import io.anabranch.stream.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "reset",
        description = {
            "Delete all that the stream processor has made of its updates; its next start makes it anew. All processes must be stopped.",
            "Events, updates, models and dead letters stay. Says what it will delete, and does so with --yes.",
            "With --data alone: of the stopped instance on that folder, together with its local state."
        })
final class ResetCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private ApplicationOptions application = new ApplicationOptions();

    @Option(names = "--yes", description = "Delete what is named.")
    private boolean yes;

    @Override
    public Integer call() throws InterruptedException, IOException {
        InstanceFolder folder = kafka.givenFolder();
        if (kafka.elsewhere()) {
            return reset(kafka.access(), folder);
        }
        if (folder == null) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "Either --bootstrap-servers, or --data of an instance that is stopped, must be given.");
        }
        try (FolderBroker broker = FolderBroker.start(folder)) {
            return reset(kafka.access(broker.bootstrapServers()), folder);
        }
    }

    private int reset(KafkaAccess access, @Nullable InstanceFolder folder) throws InterruptedException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (StreamReset reset =
                new StreamReset(access, new Topics(kafka.topicPrefix()), application.applicationId())) {
            StreamReset.Plan plan = reset.plan();
            List<Path> state = folder == null ? List.of() : state(folder);
            out.println(yes ? "Deleting:" : "Would delete:");
            plan.topics().forEach(topic -> out.printf("  topic %s%n", topic));
            out.printf("  positions of the group %s in updates and halo%n", plan.group());
            state.forEach(path -> out.printf("  folder %s%n", path));
            out.flush();
            if (!yes) {
                throw new CommandFailure(ExitCode.USAGE, "Nothing was deleted.\nMaybe run it again with --yes.");
            }
            reset.run(plan);
            for (Path path : state) {
                delete(path);
            }
            out.println("Done.");
            if (folder == null) {
                out.printf(
                        "Left to do: delete the folder %s below anabranch.stream.state-dir of every process.%n",
                        plan.group());
            }
            out.println("Then start the stream processor, and the model service behind it.");
            out.flush();
        }
        return ExitCode.OK;
    }

    private List<Path> state(InstanceFolder folder) {
        Path state = folder.streams().resolve(application.applicationId());
        return Files.isDirectory(state) ? List.of(state) : List.of();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
