package io.anabranch.cli;

import io.anabranch.stream.KafkaAccess;
import io.anabranch.stream.TopicFinding;
import io.anabranch.stream.TopicSetup;
import io.anabranch.stream.Topics;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "create",
        description = {
            "Create the topics that are missing, as the stream processor would, and say what differs of those that are there.",
            "Ends with 1 if a topic differs from the plan, or is missing at a dry run. Nothing that is there is changed."
        })
final class TopicsCreateCommand implements Callable<Integer> {

    private static final int MOST_PARTITIONS = 1000;
    private static final int MOST_REPLICAS = 32;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(
            names = "--partitions",
            paramLabel = "P",
            defaultValue = "4",
            description =
                    "Partitions of the graph, as anabranch.partitions; fixed once there is a graph (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            defaultValue = "1",
            description = "Copies of every topic (default: ${DEFAULT-VALUE}).")
    private int replicationFactor;

    @Option(
            names = "--halo-retention",
            paramLabel = "DURATION",
            defaultValue = "P7D",
            description =
                    "How long the halo topic is kept, longer than the longest outage, as anabranch.topics.halo-retention (default: ${DEFAULT-VALUE}).")
    private Duration haloRetention = Duration.ofDays(7);

    @Option(names = "--dry-run", description = "Say what is there and what is missing, and create nothing.")
    private boolean dryRun;

    @Override
    public Integer call() throws InterruptedException {
        requireWithin("--partitions", partitions, MOST_PARTITIONS);
        requireWithin("--replication-factor", replicationFactor, MOST_REPLICAS);
        if (haloRetention.compareTo(Duration.ofHours(1)) < 0) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--halo-retention (%s) must be an hour (PT1H) or more.".formatted(haloRetention));
        }
        KafkaAccess access = kafka.access();
        List<TopicFinding> findings = TopicSetup.run(
                access, new Topics(kafka.topicPrefix()), partitions, replicationFactor, haloRetention, dryRun);
        print(findings);
        return findings.stream().allMatch(TopicsCreateCommand::asPlanned) ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void requireWithin(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new CommandFailure(
                    ExitCode.USAGE, "%s (%d) must be between 1 and %d.".formatted(option, value, most));
        }
    }

    private static boolean asPlanned(TopicFinding finding) {
        return switch (finding.state()) {
            case AS_PLANNED, CREATED -> true;
            case DIFFERENT, MISSING -> false;
        };
    }

    private void print(List<TopicFinding> findings) {
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (TopicFinding finding : findings) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("topic", finding.topic());
                row.put("state", words(finding));
                row.put("partitions", finding.partitions());
                row.put("differences", finding.differences());
                rows.add(row);
            }
            OutputOptions.print(out, rows);
            return;
        }
        TextTable table = new TextTable("topic", "partitions", "state");
        for (TopicFinding finding : findings) {
            table.row(finding.topic(), StatusCommand.count(finding.partitions()), words(finding));
        }
        out.print(table);
        findings.forEach(finding ->
                finding.differences().forEach(difference -> out.printf("%n%s: %s", finding.topic(), difference)));
        if (findings.stream().anyMatch(finding -> !finding.differences().isEmpty())) {
            out.println();
        }
        out.flush();
    }

    private static String words(TopicFinding finding) {
        return finding.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
