package io.anabranch.learn.train;

import io.anabranch.graph.Part;
import io.anabranch.learn.history.HistoryPruning;
import io.anabranch.learn.spectral.KeptUnits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a training did and what its model is worth.
 *
 * @param metricName the metric by which the weights were chosen
 * @param bestEpoch whose weights were kept, from 1
 * @param epochs how many were made
 * @param seconds of wall-clock time
 * @param metrics per part, by name: {@code loss}, {@code accuracy}, {@code macro_f1}, {@code micro_f1}, {@code auc},
 *     {@code average_precision}, {@code rmse}, {@code rows}; what a part does not define is absent
 * @param trainLoss per epoch, with dropout
 * @param validationLoss per epoch; empty without a validation part
 * @param validationMetric per epoch; empty without a validation part
 * @param graphFigures what a probe found of the graph, such as {@code probe.stack2.held_out_alignment}, and of the weights since, which is
 *     {@code probe.lambda}; and what pruning saved, such as
 *     {@code pruned.parameters}; empty where there was none of both
 * @param notes what a reader of the figures must know, such as a missing part
 */
public record TrainingReport(
        String task,
        String metricName,
        int bestEpoch,
        int epochs,
        double seconds,
        Map<Part, Map<String, Double>> metrics,
        List<Double> trainLoss,
        List<Double> validationLoss,
        List<Double> validationMetric,
        Map<String, Double> graphFigures,
        List<String> notes) {

    public TrainingReport {
        Map<Part, Map<String, Double>> copy = new EnumMap<>(Part.class);
        metrics.forEach((part, values) -> copy.put(part, Collections.unmodifiableMap(new TreeMap<>(values))));
        metrics = Collections.unmodifiableMap(copy);
        trainLoss = List.copyOf(trainLoss);
        validationLoss = List.copyOf(validationLoss);
        validationMetric = List.copyOf(validationMetric);
        graphFigures = Collections.unmodifiableMap(new TreeMap<>(graphFigures));
        notes = List.copyOf(notes);
    }

    /** The same with what a probe found before the training. */
    TrainingReport withProbe(Map<String, Double> figures, List<String> found) {
        return new TrainingReport(
                task,
                metricName,
                bestEpoch,
                epochs,
                seconds,
                metrics,
                trainLoss,
                validationLoss,
                validationMetric,
                figures,
                concatenated(found, notes));
    }

    /** The same of a training that went on with a smaller model: its epochs behind those before, what was known of the graph, and what pruning did. */
    TrainingReport after(TrainingReport before, Slimming slimming) {
        Map<String, Double> figures = new TreeMap<>(before.graphFigures);
        figures.putAll(slimming.figures());
        before.metrics.forEach((part, values) -> {
            Double value = values.get(metricName);
            if (value != null) {
                figures.put("pruned.%s_before.%s".formatted(part.name().toLowerCase(Locale.ROOT), metricName), value);
            }
        });
        List<String> found = new ArrayList<>(slimming.notes());
        before.notes.stream().filter(note -> !notes.contains(note)).forEach(found::add);
        return new TrainingReport(
                task,
                metricName,
                before.epochs + bestEpoch,
                before.epochs + epochs,
                before.seconds + seconds,
                metrics,
                concatenated(before.trainLoss, trainLoss),
                concatenated(before.validationLoss, validationLoss),
                concatenated(before.validationMetric, validationMetric),
                figures,
                concatenated(found, notes));
    }

    /** The same of a model whose history encoder lost units: with what the whole one was worth, and what was lost. */
    TrainingReport after(TrainingReport before, HistoryPruning pruning) {
        Map<String, Double> figures = new TreeMap<>(before.graphFigures);
        before.metrics.forEach((part, values) -> {
            Double value = values.get(metricName);
            if (value != null) {
                figures.put("pruned.%s_before.%s".formatted(part.name().toLowerCase(Locale.ROOT), metricName), value);
            }
        });
        figures.put(
                "pruned.history_input_loss",
                pruning.kept().stream().mapToDouble(KeptUnits::inputLoss).sum());
        figures.put(
                "pruned.history_output_loss",
                pruning.kept().stream().mapToDouble(KeptUnits::outputLoss).sum());
        return withProbe(figures, List.of(pruning.note()));
    }

    private static <T> List<T> concatenated(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** One figure; NaN where the part does not define it. */
    public double metric(Part part, String name) {
        return metrics.getOrDefault(part, Map.of()).getOrDefault(name, Double.NaN);
    }

    /** All figures under one name each, such as {@code test.accuracy}, with {@code seconds} and the epochs. */
    public Map<String, Double> flat() {
        Map<String, Double> flat = new TreeMap<>();
        metrics.forEach((part, values) ->
                values.forEach((name, value) -> flat.put(part.name().toLowerCase(Locale.ROOT) + "." + name, value)));
        flat.putAll(graphFigures);
        flat.put("seconds", seconds);
        flat.put("epochs", (double) epochs);
        flat.put("best_epoch", (double) bestEpoch);
        return flat;
    }
}
