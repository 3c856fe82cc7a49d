package io.anabranch.cli;

import com.google.protobuf.ByteString;
import io.anabranch.v1.Classification;
import io.anabranch.v1.LinkScore;
import io.anabranch.v1.NodePair;
import io.anabranch.v1.ThresholdCrossing;
import io.anabranch.v1.WatchCondition;
import io.anabranch.v1.WatchKind;
import io.anabranch.v1.WatchRequest;
import io.anabranch.v1.WatchResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "watch",
        description = {
            "Print predictions when they change, until Ctrl-C; a service that goes away is waited for.",
            "Of the given nodes or links; of all nodes without any."
        })
final class WatchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private PredictCommand.ModelOptions model = new PredictCommand.ModelOptions();

    @Option(names = "--json", description = "Print each message of the service as one line of JSON, heartbeats too.")
    private boolean json;

    @Option(
            names = "--link",
            paramLabel = "ID",
            arity = "2",
            description = "Source and target of a link whose score is watched, as often as wanted.")
    private List<String> links = new ArrayList<>();

    @Option(names = "--flip", description = "Only changes of the predicted class.")
    private boolean flip;

    @Option(
            names = "--threshold",
            paramLabel = "SCORE",
            description = "Only scores that cross this one: of --class, of a link, or a regression's value.")
    private @Nullable Float threshold;

    @Option(names = "--class", paramLabel = "NAME", defaultValue = "", description = "Class of --threshold.")
    private String className = "";

    @Option(names = "--state", description = "Print what is predicted now first.")
    private boolean state;

    @Option(
            names = "--resume-file",
            paramLabel = "FILE",
            description = "Go on where the last watch with this file ended, and keep the place there.")
    private @Nullable Path resumeFile;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "End after N messages that are no heartbeats (default: never).")
    private @Nullable Long count;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of nodes.")
    private List<String> ids = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        WatchRequest request = request();
        PrintWriter out = spec.commandLine().getOut();
        try (ServiceClient client = connection.connect()) {
            ResumableWatch watch =
                    new ResumableWatch(client, request, spec.commandLine().getErr());
            long left = count == null ? Long.MAX_VALUE : count;
            while (left > 0) {
                WatchResponse message = watch.next();
                print(message, out);
                // A reader that has gone away, as after "| head".
                if (out.checkError()) {
                    break;
                }
                keep(message.getResumeToken());
                left -= message.getKind() == WatchKind.WATCH_KIND_HEARTBEAT ? 0 : 1;
            }
        }
        return ExitCode.OK;
    }

    private WatchRequest request() {
        if (!ids.isEmpty() && !links.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, "Either nodes or links are watched, not both.");
        }
        if (flip && threshold != null) {
            throw new CommandFailure(ExitCode.USAGE, "--flip and --threshold exclude each other.");
        }
        if (!className.isEmpty() && threshold == null) {
            throw new CommandFailure(ExitCode.USAGE, "--class needs --threshold.");
        }
        if (count != null && count < 1) {
            throw new CommandFailure(ExitCode.USAGE, "--count (%d) must be at least 1.".formatted(count));
        }
        WatchRequest.Builder request = WatchRequest.newBuilder()
                .setModel(model.selector())
                .setTask(model.task())
                .addAllNodeIds(ids)
                .setInitialState(state)
                .setResumeToken(kept());
        for (int i = 0; i < links.size(); i += 2) {
            request.addPairs(NodePair.newBuilder().setSource(links.get(i)).setTarget(links.get(i + 1)));
        }
        if (flip) {
            request.setCondition(WatchCondition.newBuilder().setClassFlip(true));
        } else if (threshold != null) {
            request.setCondition(WatchCondition.newBuilder()
                    .setCrossing(ThresholdCrossing.newBuilder()
                            .setClassName(className)
                            .setThreshold(threshold)));
        }
        return request.build();
    }

    private void print(WatchResponse message, PrintWriter out) {
        if (json) {
            OutputOptions.printLine(out, message);
            return;
        }
        switch (message.getKind()) {
            case WATCH_KIND_RESYNC ->
                out.printf("-- changes were lost (%s); the whole state follows%n", message.getReason());
            case WATCH_KIND_VERSION_CHANGED ->
                out.printf("-- version %d answers now; the whole state follows%n", message.getModelVersion());
            default -> {}
        }
        String time = LocalTime.now().truncatedTo(ChronoUnit.MILLIS).toString();
        for (Classification c : message.getClassificationsList()) {
            out.printf(
                    "%s  %s  %s  %s%n",
                    time, c.getNodeId(), PredictCommand.outcome(c), PredictCommand.probabilities(c));
        }
        for (LinkScore score : message.getLinksList()) {
            out.printf(
                    "%s  %s → %s  %s%n",
                    time, score.getSource(), score.getTarget(), PredictCommand.decimal(score.getProbability()));
        }
        message.getMissingNodeIdsList().forEach(id -> out.printf("%s  %s  no prediction%n", time, id));
        message.getMissingPairsList()
                .forEach(p -> out.printf("%s  %s → %s  no prediction%n", time, p.getSource(), p.getTarget()));
        if (message.getKind() == WatchKind.WATCH_KIND_STATE_COMPLETE) {
            out.println("-- this was the whole state; changes follow");
        }
        out.flush();
    }

    private ByteString kept() {
        if (resumeFile == null) {
            return ByteString.EMPTY;
        }
        try {
            return ByteString.copyFrom(Files.readAllBytes(resumeFile));
        } catch (NoSuchFileException e) {
            return ByteString.EMPTY;
        } catch (IOException e) {
            throw fileFailure(resumeFile, "read", e);
        }
    }

    /** A file beside it first: a watch that is killed leaves the old place or the new one. */
    private void keep(ByteString token) {
        if (resumeFile == null || token.isEmpty()) {
            return;
        }
        try {
            Path next = resumeFile.resolveSibling(resumeFile.getFileName() + ".next");
            Files.write(next, token.toByteArray());
            Files.move(next, resumeFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw fileFailure(resumeFile, "written", e);
        }
    }

    private static CommandFailure fileFailure(Path file, String what, IOException e) {
        return new CommandFailure(
                ExitCode.FAILED, "The file %s cannot be %s: %s".formatted(file, what, e.getMessage()));
    }
}
