package io.anabranch.standalone.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders that a run leaves behind and the next one begins with. */
final class Folders {

    private Folders() {}

    /** Makes the folder, or deletes what is in it. */
    static void empty(Path folder) {
        try {
            if (Files.exists(folder)) {
                try (Stream<Path> all = Files.walk(folder)) {
                    for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("The folder %s cannot be emptied.".formatted(folder), e);
        }
    }
}
