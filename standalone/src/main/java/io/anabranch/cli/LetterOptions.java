package io.anabranch.cli;

import io.anabranch.stream.deadletter.StoredLetter;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead letters are meant. */
final class LetterOptions {

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            split = ",",
            description = "Only those with one of these reasons, such as LATE.")
    private Set<String> reasons = new LinkedHashSet<>();

    @Option(
            names = "--event-id",
            paramLabel = "ID",
            split = ",",
            description = "Only those of events with one of these ids.")
    private Set<String> eventIds = new LinkedHashSet<>();

    @Option(
            names = "--from",
            paramLabel = "OFFSET",
            defaultValue = "0",
            description = "The first one (default: ${DEFAULT-VALUE}).")
    private long from;

    @Option(names = "--to", paramLabel = "OFFSET", description = "The last one (default: the last there is).")
    private @Nullable Long to;

    long from() {
        return from;
    }

    /** Whether the user has narrowed anything down. */
    boolean given() {
        return !reasons.isEmpty() || !eventIds.isEmpty() || from > 0 || to != null;
    }

    boolean wants(StoredLetter letter) {
        return (to == null || letter.offset() <= to)
                && (reasons.isEmpty() || reasons.contains(letter.reason()))
                && (eventIds.isEmpty() || eventIds.contains(letter.eventId()));
    }
}
