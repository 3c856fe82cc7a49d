package io.anabranch.cli;

import io.anabranch.standalone.InstanceFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The folder that an instance keeps everything in. Without {@code --data} each use has a folder of its own below
 * {@code .anabranch}, since graphs of different feature dimensions cannot share one, and a client finds the one that runs.
 */
final class FolderOptions {

    private static final Path HOME = Path.of(".anabranch");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {
                "Folder of the instance.",
                "Default: the one below .anabranch that runs; to start: .anabranch/demo, /default or /NAME-OF-DATA-SET."
            })
    private @Nullable Path data;

    /** The folder that was named; null: none. */
    @Nullable
    InstanceFolder given() {
        return data == null ? null : new InstanceFolder(data);
    }

    /** Where an instance is to start. */
    InstanceFolder toStart(String name) {
        return new InstanceFolder(data == null ? HOME.resolve(name) : data);
    }

    /** The folder of the instance that runs; null when none does. */
    @Nullable
    InstanceFolder findRunning() {
        List<InstanceFolder> running =
                candidates().stream().filter(InstanceFolder::running).toList();
        if (running.size() > 1) {
            String names = running.stream().map(f -> f.path().toString()).collect(Collectors.joining(", "));
            throw new CommandFailure(
                    ExitCode.USAGE, "More than one instance runs: %s.\nMaybe choose one with --data.".formatted(names));
        }
        return running.isEmpty() ? null : running.getFirst();
    }

    private List<InstanceFolder> candidates() {
        if (data != null) {
            return List.of(new InstanceFolder(data));
        }
        if (!Files.isDirectory(HOME)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(HOME)) {
            return folders.filter(Files::isDirectory)
                    .sorted()
                    .map(InstanceFolder::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The folder %s cannot be read.".formatted(HOME), e);
        }
    }

    String describe() {
        return data == null ? "below the folder " + HOME.toAbsolutePath() : "on the folder " + data;
    }
}
