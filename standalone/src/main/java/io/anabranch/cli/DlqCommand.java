package io.anabranch.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.stream.Topics;
import io.anabranch.stream.deadletter.DeadLetter;
import io.anabranch.stream.deadletter.DeadLetterTopic;
import io.anabranch.stream.deadletter.StoredLetter;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "dlq",
        description = {
            "Look at the events that were not taken, and send them again.",
            "They stay in the topic whatever is done."
        })
final class DlqCommand implements Runnable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int WORDS = 80;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "One of list, show, replay is missing.");
    }

    @Command(name = "list", description = "The newest dead letters, and how many there are of each reason.")
    int list(
            @Mixin KafkaOptions kafka,
            @Mixin OutputOptions output,
            @Mixin LetterOptions wanted,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "At most so many, the newest (default: ${DEFAULT-VALUE}).")
                    int limit) {
        if (limit < 1) {
            throw new CommandFailure(ExitCode.USAGE, "--limit (%d) must be at least 1.".formatted(limit));
        }
        Deque<StoredLetter> newest = new ArrayDeque<>();
        Map<String, Long> reasons = new TreeMap<>();
        topic(kafka).read(wanted.from(), letter -> {
            if (wanted.wants(letter)) {
                reasons.merge(letter.reason(), 1L, Long::sum);
                newest.addLast(letter);
                if (newest.size() > limit) {
                    newest.removeFirst();
                }
            }
        });
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            OutputOptions.print(
                    out,
                    Map.of(
                            "reasons",
                            reasons,
                            "letters",
                            newest.stream().map(DlqCommand::summary).toList()));
            return ExitCode.OK;
        }
        TextTable table = new TextTable("offset", "rejected", "reason", "event", "from", "what was wrong");
        newest.forEach(l -> table.row(
                Long.toString(l.offset()),
                Instant.ofEpochMilli(l.timestampMs()).toString(),
                l.reason(),
                l.eventId(),
                l.source(),
                oneLine(l.message())));
        out.print(table);
        long all = reasons.values().stream().mapToLong(Long::longValue).sum();
        out.printf("%n%,d of %,d%n", newest.size(), all);
        reasons.forEach((reason, count) -> out.printf("%,8d  %s%n", count, reason));
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description = {
                "One dead letter as a whole.",
                "With --event the event alone, as a line that can be mended and published again."
            })
    int show(
            @Mixin KafkaOptions kafka,
            @Mixin OutputOptions output,
            @Option(names = "--event", description = "Print the event alone, as one line of JSON.") boolean event,
            @Parameters(paramLabel = "OFFSET", description = "Offset of the dead letter.") long offset) {
        StoredLetter letter = letters(topic(kafka), Set.of(offset)).getFirst();
        PrintWriter out = spec.commandLine().getOut();
        if (event) {
            GraphEvent decoded = letter.event();
            if (decoded == null) {
                throw new CommandFailure(ExitCode.FAILED, "The dead letter %d is no event.".formatted(offset));
            }
            OutputOptions.printLine(out, decoded);
            return ExitCode.OK;
        }
        Map<String, Object> all = summary(letter);
        all.put("headers", new TreeMap<>(letter.headers()));
        all.put("value", value(letter));
        if (output.json()) {
            OutputOptions.print(out, all);
            return ExitCode.OK;
        }
        TextTable table = new TextTable("dead letter", "");
        summary(letter).forEach((name, text) -> table.row(name, String.valueOf(text)));
        out.print(table);
        out.println();
        out.println(value(letter));
        String trace = letter.headers().get(DeadLetter.STACKTRACE);
        if (trace != null) {
            out.println();
            out.println(trace);
        }
        return ExitCode.OK;
    }

    @Command(
            name = "replay",
            description = {
                "Send events of dead letters to the events topic again: the given ones, or those that the options choose.",
                "An event without a time of its own goes with the time at which it was first accepted, so that it undoes nothing that was said since.",
                "What is wrong still becomes a dead letter again."
            })
    int replay(
            @Mixin KafkaOptions kafka,
            @Mixin OutputOptions output,
            @Mixin LetterOptions wanted,
            @Option(names = "--all", description = "All there are.") boolean all,
            @Option(names = "--dry-run", description = "Say what would be sent, and send nothing.") boolean dryRun,
            @Parameters(paramLabel = "OFFSET", arity = "0..*", description = "Offsets of dead letters.")
                    List<Long> offsets)
            throws InterruptedException {
        List<Long> named = offsets == null ? List.of() : offsets;
        if ((named.isEmpty() ? 0 : 1) + (wanted.given() ? 1 : 0) + (all ? 1 : 0) != 1) {
            throw new CommandFailure(ExitCode.USAGE, "Either offsets, or options that choose, or --all must be given.");
        }
        DeadLetterTopic topic = topic(kafka);
        List<StoredLetter> chosen =
                named.isEmpty() ? letters(topic, wanted) : letters(topic, new LinkedHashSet<>(named));
        Map<Long, String> refused = new TreeMap<>();
        List<StoredLetter> sendable = new ArrayList<>();
        for (StoredLetter letter : chosen) {
            String obstacle = DeadLetterTopic.obstacle(letter);
            if (obstacle == null) {
                sendable.add(letter);
            } else {
                refused.put(letter.offset(), obstacle);
            }
        }
        if (!dryRun) {
            try (Progress progress = Progress.start(
                    "Replaying", sendable.size(), spec.commandLine().getErr(), output.json())) {
                topic.replay(sendable, sent -> progress.at(sent));
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            OutputOptions.print(
                    out, Map.of("sent", dryRun ? 0 : sendable.size(), "sendable", sendable.size(), "refused", refused));
        } else {
            out.printf(dryRun ? "would send %,d%n" : "sent %,d%n", sendable.size());
            refused.forEach((offset, why) -> out.printf("not sent: %d, since %s%n", offset, why));
        }
        return refused.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static DeadLetterTopic topic(KafkaOptions kafka) {
        Topics topics = new Topics(kafka.topicPrefix());
        return new DeadLetterTopic(kafka.clientProperties(), PATIENCE, topics.deadLetters(), topics.events());
    }

    private static List<StoredLetter> letters(DeadLetterTopic topic, LetterOptions wanted) {
        List<StoredLetter> letters = new ArrayList<>();
        topic.read(wanted.from(), letter -> {
            if (wanted.wants(letter)) {
                letters.add(letter);
            }
        });
        return letters;
    }

    /** In the order of the topic; every one must be there. */
    private static List<StoredLetter> letters(DeadLetterTopic topic, Set<Long> offsets) {
        List<StoredLetter> letters = new ArrayList<>();
        Set<Long> missing = new LinkedHashSet<>(offsets);
        topic.read(offsets.stream().mapToLong(Long::longValue).min().orElse(0), letter -> {
            if (missing.remove(letter.offset())) {
                letters.add(letter);
            }
        });
        if (!missing.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "There is no dead letter %s.".formatted(missing.iterator().next()));
        }
        return letters;
    }

    private static Map<String, Object> summary(StoredLetter letter) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("offset", letter.offset());
        summary.put("rejected", Instant.ofEpochMilli(letter.timestampMs()).toString());
        summary.put("reason", letter.reason());
        summary.put("event_id", letter.eventId());
        summary.put("source", letter.source());
        summary.put("replay_of", letter.replayOf());
        summary.put("truncated", letter.truncated());
        summary.put("message", letter.message());
        return summary;
    }

    /** The event in its JSON form; what is none as text; what is no text in base 64. */
    private static String value(StoredLetter letter) {
        byte[] bytes = letter.value();
        GraphEvent event = letter.event();
        if (event != null) {
            try {
                return JsonFormat.printer().print(event);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("The event has no JSON form.", e);
            }
        }
        if (bytes == null) {
            return "";
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return "base64:" + Base64.getEncoder().encodeToString(bytes);
        }
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= WORDS ? line : line.substring(0, WORDS) + "…";
    }
}
