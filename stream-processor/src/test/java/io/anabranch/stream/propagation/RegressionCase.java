package io.anabranch.stream.propagation;

import com.google.protobuf.TextFormat;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeaturePatch;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.Provenance;
import io.anabranch.model.v1.ModelSnapshot;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A scenario as text: one that has failed once stays a test for ever, whatever becomes of the way in which scenarios are drawn.
 *
 * <pre>
 * # comment
 * seed 4711                                  of what is no part of the schedule
 * mode ONE_STORE
 * lateness 12                                any if left out
 * partitions 3
 * dimension 2
 * model {ModelSnapshot in protobuf's text format}
 * node ID TYPE TIME FEATURES                 comma-separated, - if there are none
 * -node ID TIME
 * patch ID TIME DIMENSION COLUMN:VALUE,...
 * edge SOURCE TARGET TYPE WEIGHT PROVENANCE TIME [EXPIRY]
 * -edge SOURCE TARGET TYPE TIME
 * label ID TASK CLASS TIME
 * -label ID TASK TIME
 * fault NAME                                 a rule that it takes to fail
 * do KIND NUMBER [SEED]                      an action of the schedule
 * </pre>
 *
 * An empty type is written as {@code -}.
 */
final class RegressionCase {
    private RegressionCase() {}

    static String write(Scenario scenario) {
        var text = new StringBuilder();
        line(text, "seed", scenario.seed());
        line(text, "mode", scenario.mode());
        if (scenario.lateness() != LogClock.ANY_LATENESS) {
            line(text, "lateness", scenario.lateness());
        }
        line(text, "partitions", scenario.partitions());
        line(text, "dimension", scenario.featureDimension());
        for (var model : scenario.models()) {
            line(text, "model", TextFormat.printer().emittingSingleLine(true).printToString(model));
        }
        scenario.faults().forEach(fault -> line(text, "fault", fault));
        scenario.trace().forEach(mutation -> text.append(write(mutation)).append('\n'));
        var schedule = scenario.schedule();
        (schedule == null ? Schedule.draw(scenario) : schedule).forEach(action -> line(text, "do", action));
        return text.toString();
    }

    private static void line(StringBuilder text, Object... words) {
        text.append(words[0]).append(' ').append(words[1]).append('\n');
    }

    private static String write(GraphMutation mutation) {
        return switch (mutation) {
            case GraphMutation.UpsertNode m ->
                words("node", m.id(), m.type(), m.time(), m.features() == null ? "-" : features(m.features()));
            case GraphMutation.RemoveNode m -> words("-node", m.id(), m.time());
            case GraphMutation.PatchNode m ->
                words("patch", m.id(), m.time(), m.columns().dimension(), columns(m.columns()));
            case GraphMutation.UpsertEdge m -> {
                String edge = words("edge", edge(m.edge()), m.weight(), m.provenance(), m.time());
                yield m.expiry() == GraphMutation.NEVER_EXPIRES ? edge : words(edge, m.expiry());
            }
            case GraphMutation.RemoveEdge m -> words("-edge", edge(m.edge()), m.time());
            case GraphMutation.EraseEdge m -> words("erase", edge(m.edge()), m.erasedTime(), m.time());
            case GraphMutation.SetLabel m ->
                words(
                        "label",
                        m.nodeId(),
                        m.label().task(),
                        m.label().value() instanceof LabelValue.OneClass one ? one.name() : "-",
                        m.time());
            case GraphMutation.RemoveLabel m -> words("-label", m.nodeId(), m.task(), m.time());
        };
    }

    private static String words(Object... words) {
        return java.util.Arrays.stream(words)
                .map(word -> word.toString().isEmpty() ? "-" : word.toString())
                .collect(Collectors.joining(" "));
    }

    private static String edge(EdgeId edge) {
        return words(edge.source(), edge.target(), edge.type());
    }

    private static String columns(FeaturePatch patch) {
        return IntStream.range(0, patch.size())
                .mapToObj(k -> patch.column(k) + ":" + patch.value(k))
                .collect(Collectors.joining(","));
    }

    private static String features(FeatureVector features) {
        float[] row = features.toArray();
        return IntStream.range(0, row.length)
                .mapToObj(i -> Float.toString(row[i]))
                .collect(Collectors.joining(","));
    }

    /** @throws IllegalArgumentException naming the line that cannot be read */
    static Scenario parse(String text) {
        long seed = 0;
        var mode = CrashMode.NONE;
        long lateness = LogClock.ANY_LATENESS;
        int partitions = 1;
        int dimension = 1;
        List<ModelSnapshot> models = new ArrayList<>();
        List<GraphMutation> trace = new ArrayList<>();
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        List<Action> schedule = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", -1);
            try {
                switch (words[0]) {
                    case "", "#" -> {}
                    case "seed" -> seed = Long.parseLong(words[1]);
                    case "mode" -> mode = CrashMode.valueOf(words[1]);
                    case "lateness" -> lateness = Long.parseLong(words[1]);
                    case "partitions" -> partitions = Integer.parseInt(words[1]);
                    case "dimension" -> dimension = Integer.parseInt(words[1]);
                    case "model" -> models.add(TextFormat.parse(line.substring(6), ModelSnapshot.class));
                    case "fault" -> faults.add(Fault.valueOf(words[1]));
                    case "do" -> schedule.add(Action.parse(words, 1));
                    default -> trace.add(mutation(words));
                }
            } catch (RuntimeException | TextFormat.ParseException e) {
                throw new IllegalArgumentException("The line (%s) cannot be read.".formatted(line), e);
            }
        }
        return new Scenario(
                seed, partitions, dimension, trace, models, lateness, mode, AssertionMode.OFF, faults, schedule);
    }

    private static GraphMutation mutation(String[] words) {
        long time = Long.parseLong(
                switch (words[0]) {
                    case "node" -> words[3];
                    case "patch" -> words[2];
                    case "edge" -> words[6];
                    default -> words[words.length - 1];
                });
        return switch (words[0]) {
            case "node" -> new GraphMutation.UpsertNode(words[1], name(words[2]), row(words[4]), time);
            case "-node" -> new GraphMutation.RemoveNode(words[1], time);
            case "patch" -> new GraphMutation.PatchNode(words[1], patch(Integer.parseInt(words[3]), words[4]), time);
            case "edge" ->
                new GraphMutation.UpsertEdge(
                        edge(words),
                        Float.parseFloat(words[4]),
                        Provenance.valueOf(words[5]),
                        time,
                        words.length > 7 ? Long.parseLong(words[7]) : GraphMutation.NEVER_EXPIRES);
            case "-edge" -> new GraphMutation.RemoveEdge(edge(words), time);
            case "erase" -> new GraphMutation.EraseEdge(edge(words), Long.parseLong(words[4]), time);
            case "label" ->
                new GraphMutation.SetLabel(
                        words[1],
                        new Label(words[2], new LabelValue.OneClass(words[3]), Part.byHash(words[1], words[2])),
                        time);
            case "-label" -> new GraphMutation.RemoveLabel(words[1], words[2], time);
            default -> throw new IllegalArgumentException("The word (%s) is unknown.".formatted(words[0]));
        };
    }

    private static EdgeId edge(String[] words) {
        return new EdgeId(words[1], words[2], name(words[3]));
    }

    private static FeaturePatch patch(int dimension, String word) {
        String[] written = word.split(",", -1);
        int[] columns = new int[written.length];
        float[] values = new float[written.length];
        for (int k = 0; k < written.length; k++) {
            int colon = written[k].indexOf(':');
            columns[k] = Integer.parseInt(written[k].substring(0, colon));
            values[k] = Float.parseFloat(written[k].substring(colon + 1));
        }
        return FeaturePatch.of(dimension, columns, values);
    }

    private static String name(String word) {
        return word.equals("-") ? "" : word;
    }

    private static @Nullable FeatureVector row(String word) {
        if (word.equals("-")) {
            return null;
        }
        String[] numbers = word.split(",", -1);
        float[] row = new float[numbers.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = Float.parseFloat(numbers[i]);
        }
        return FeatureVector.compact(row);
    }
}
