package io.anabranch.cli;

import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.TopicStatus;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "topics",
        description = "List Anabranch's Kafka topics with their sizes and what is still to be read.",
        subcommands = TopicsCreateCommand.class)
final class TopicsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ServiceClient client = connection.connect()) {
            GetStatusResponse status = client.status();
            if (output.json()) {
                OutputOptions.print(out, list(status));
            } else {
                TextTable table = new TextTable("topic", "partitions", "records", "lag");
                for (TopicStatus topic : status.getTopicsList()) {
                    table.row(
                            topic.getTopic(),
                            StatusCommand.count(topic.getPartitions()),
                            StatusCommand.count(topic.getRecords()),
                            StatusCommand.count(topic.getLag()));
                }
                out.print(table);
            }
        }
        return ExitCode.OK;
    }

    private static List<Map<String, Object>> list(GetStatusResponse status) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (TopicStatus topic : status.getTopicsList()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("topic", topic.getTopic());
            row.put("partitions", topic.getPartitions());
            row.put("records", topic.getRecords());
            row.put("lag", topic.getLag());
            list.add(row);
        }
        return list;
    }
}
