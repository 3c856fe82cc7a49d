package io.anabranch.cli;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.GraphMutation.SetLabel;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.standalone.Instance;
import io.anabranch.standalone.MutationEvents;
import io.anabranch.v1.Classification;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.TrainingJob;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A replay once something serves: events, perhaps training, and the test nodes' predictions read back. */
final class ReplayRun {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final DataSetFolder data;
    private final double eventsPerSecond;
    private final @Nullable StartTrainingRequest training;
    private final OutputOptions output;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Map<String, Object> measured = new LinkedHashMap<>();

    /**
     * @param training what to train afterwards; null: nothing
     */
    ReplayRun(
            DataSetFolder data,
            double eventsPerSecond,
            @Nullable StartTrainingRequest training,
            OutputOptions output,
            PrintWriter out,
            PrintWriter err) {
        this.data = data;
        this.eventsPerSecond = eventsPerSecond;
        this.training = training;
        this.output = output;
        this.out = out;
        this.err = err;
    }

    void run(Instance instance) throws InterruptedException {
        try (ServiceClient client = ServiceClient.connect("127.0.0.1", instance.grpcPort())) {
            GetStatusResponse status = client.awaitReady(ServeCommand.START_PATIENCE);
            int dimension = Math.max(1, data.dimension());
            if (status.getFeatureDimension() != dimension) {
                throw new CommandFailure(
                        ExitCode.FAILED, """
                        The instance that runs has feature dimension %d; the data set %s has %d.
                        Maybe stop it, or start another with --data.""".formatted(status.getFeatureDimension(), data.name(), dimension));
            }
            try (CatchUp catchUp = new CatchUp(client, instance)) {
                stream(client, catchUp);
            }
            if (training != null) {
                TrainingJob job = TrainingRun.follow(client, training, err, output.json());
                judge(job, client);
            }
            status = client.status();
            measured.put("vertices", status.getVertices());
            measured.put("edges", status.getEdges());
            measured.put("dead letters", status.getDeadLetters());
        }
        print();
    }

    private void stream(ServiceClient client, CatchUp catchUp) throws InterruptedException {
        long events = data.eventCount();
        long span = data.events(0).mapToLong(GraphMutation::time).max().orElse(0);
        // The last event is now: events from the future would be dead letters.
        Iterator<GraphEvent> stream = data.events(System.currentTimeMillis() - span)
                .map(MutationEvents::of)
                .iterator();
        long start = System.nanoTime();
        try (Progress progress = Progress.start("Streaming " + data.name(), events, err, output.json())) {
            EventStream.send(client, stream, eventsPerSecond, progress::at);
            catchUp.await(PATIENCE);
            progress.note("%s events".formatted(StatusCommand.count(events)));
        }
        measured.put("events", events);
        measured.put("events/s", Math.round(events / ((System.nanoTime() - start) / 1e9)));
    }

    /** Accuracy where a node has one class, micro F1 where it may have several. */
    private void judge(TrainingJob job, ServiceClient client) {
        Map<String, LabelValue> truth = new LinkedHashMap<>();
        data.events(0).forEach(mutation -> {
            if (mutation instanceof SetLabel label
                    && label.label().part() == Part.TEST
                    && label.label().task().equals(job.getTask())) {
                truth.put(label.nodeId(), label.label().value());
            }
        });
        measured.put("model", job.getModelName() + " " + job.getModelVersion());
        measured.put("task", job.getTask());
        if (truth.isEmpty()) {
            job.getMetricsMap().forEach(measured::put);
            return;
        }
        Classifier classifier = new Classifier(client, job.getModelName(), job.getModelVersion(), job.getTask());
        long said = 0;
        long right = 0;
        long actually = 0;
        for (Classification c : classifier.classify(List.copyOf(truth.keySet()))) {
            Set<String> predicted = new HashSet<>(c.getClassNamesList());
            Set<String> actual = classes(truth.get(c.getNodeId()));
            said += predicted.size();
            actually += actual.size();
            predicted.retainAll(actual);
            right += predicted.size();
        }
        measured.put("test nodes", truth.size());
        // With one class each, said = true = number of nodes, and this is the accuracy.
        double score = 2.0 * right / (said + actually);
        measured.put(data.multiLabel() ? "test micro F1" : "test accuracy", score);
    }

    private static Set<String> classes(@Nullable LabelValue value) {
        return switch (value) {
            case LabelValue.OneClass one -> Set.of(one.name());
            case LabelValue.ClassSet set -> set.names();
            case LabelValue.Target target -> Set.of();
            case null -> Set.of();
        };
    }

    private void print() {
        if (output.json()) {
            OutputOptions.print(out, measured);
            return;
        }
        // One space between name and figure, so that a line can be searched for as it is said.
        int width = measured.keySet().stream().mapToInt(String::length).max().orElse(0);
        out.println();
        measured.forEach((name, value) -> {
            String text = value instanceof Double number
                    ? String.format(Locale.ROOT, "%.3f", number)
                    : value instanceof Number count ? StatusCommand.count(count.longValue()) : value.toString();
            out.println(" ".repeat(width - name.length()) + name + " " + text);
        });
        out.flush();
    }
}
