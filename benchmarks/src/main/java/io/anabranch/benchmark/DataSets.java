package io.anabranch.benchmark;

import io.anabranch.graph.snapshot.DataSetFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Data-set folders for commands, which end with a stack trace where a folder cannot be read. */
final class DataSets {

    private DataSets() {}

    static DataSetFolder open(Path folder) {
        try {
            return DataSetFolder.open(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("The data set %s cannot be read.".formatted(folder), e);
        }
    }
}
