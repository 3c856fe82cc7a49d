package io.anabranch.graph.snapshot;

import java.io.IOException;
import java.nio.file.Path;

/** A data-set folder that does not follow the format; the message names the file and the line. */
public final class MalformedDataSetException extends IOException {

    private static final long serialVersionUID = 1;

    MalformedDataSetException(Path file, String problem) {
        super("%s: %s".formatted(file, problem));
    }

    MalformedDataSetException(Path file, int line, String problem) {
        super("%s, line %d: %s".formatted(file, line, problem));
    }
}
