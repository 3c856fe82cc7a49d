package io.anabranch.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.anabranch.event.v1.GraphEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "publish",
        description =
                "Send events from a file, one JSON object a line (the JSON form of GraphEvent); - is standard input.")
final class PublishCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(
            names = "--events-rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Events per second (default: as fast as they are acknowledged).")
    private double eventsPerSecond;

    @Parameters(paramLabel = "FILE", description = "File of events, or -.")
    private String file = "-";

    @Override
    public Integer call() throws InterruptedException, IOException {
        PrintWriter err = spec.commandLine().getErr();
        try (ServiceClient client = connection.connect();
                BufferedReader lines = open();
                Progress progress = Progress.start("Publishing", -1, err, output.json())) {
            Iterator<GraphEvent> events = new NumberedLines(lines.lines().iterator());
            // The last event of each partition; read when the last acknowledgement has come.
            Map<Integer, Long> last = new ConcurrentSkipListMap<>();
            long sent = EventStream.send(
                    client,
                    events,
                    eventsPerSecond,
                    progress::at,
                    (event, at) -> last.merge(at.getPartition(), at.getOffset(), Math::max));
            String after = last.entrySet().stream()
                    .map(at -> at.getKey() + ":" + at.getValue())
                    .collect(Collectors.joining(","));
            if (output.json()) {
                OutputOptions.print(spec.commandLine().getOut(), Map.of("published", sent, "after", after));
            } else {
                spec.commandLine().getOut().println("published " + StatusCommand.count(sent));
                if (!after.isEmpty()) {
                    spec.commandLine().getOut().println("to read them: predict --after " + after);
                }
            }
        }
        return ExitCode.OK;
    }

    private BufferedReader open() throws IOException {
        if (file.equals("-")) {
            return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        }
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw new CommandFailure(ExitCode.FAILED, "The file %s cannot be read.".formatted(path));
        }
        return Files.newBufferedReader(path, StandardCharsets.UTF_8);
    }

    /** Parses lines, skipping blank ones; a wrong one is named by its number. */
    private static final class NumberedLines implements Iterator<GraphEvent> {

        private final Iterator<String> lines;
        private int number;
        private String line = "";

        private NumberedLines(Iterator<String> lines) {
            this.lines = lines;
        }

        @Override
        public boolean hasNext() {
            while (line.isBlank() && lines.hasNext()) {
                line = lines.next();
                number++;
            }
            return !line.isBlank();
        }

        @Override
        public GraphEvent next() {
            if (!hasNext()) {
                throw new NoSuchElementException("All lines are read.");
            }
            try {
                GraphEvent.Builder event = GraphEvent.newBuilder();
                JsonFormat.parser().merge(line, event);
                line = "";
                return event.build();
            } catch (InvalidProtocolBufferException e) {
                throw new CommandFailure(ExitCode.FAILED, "Line %d is no event: %s".formatted(number, e.getMessage()));
            }
        }
    }
}
