package io.anabranch.learn.train;

import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.graph.snapshot.TaskLabels;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/** Turns the labels of a snapshot into objectives. */
final class Objectives {

    private Objectives() {}

    static Objective multiClass(GraphSnapshot graph, TrainingTask.MultiClass task, ClassWeighting weighting) {
        TaskLabels labels = labels(graph, task.name(), TaskLabels.Kind.ONE_CLASS);
        LabelRows<int[]> rows = new LabelRows<>();
        for (Part part : Part.values()) {
            int[] indices = indices(labels, part);
            int[] classes = new int[indices.length];
            for (int i = 0; i < indices.length; i++) {
                if (labels.value(indices[i]) instanceof LabelValue.OneClass one) {
                    classes[i] = labels.classIndex(one.name());
                }
            }
            rows.with(part, nodes(labels, indices), classes);
        }
        return new MultiClassObjective(task.name(), labels.classNames(), rows, weighting);
    }

    static Objective multiLabel(GraphSnapshot graph, TrainingTask.MultiLabel task) {
        TaskLabels labels = labels(graph, task.name(), TaskLabels.Kind.CLASS_SET);
        int width = labels.classNames().size();
        LabelRows<boolean[]> rows = new LabelRows<>();
        for (Part part : Part.values()) {
            int[] indices = indices(labels, part);
            boolean[] set = new boolean[Math.multiplyExact(indices.length, width)];
            for (int i = 0; i < indices.length; i++) {
                if (labels.value(indices[i]) instanceof LabelValue.ClassSet classes) {
                    for (String name : classes.names()) {
                        set[i * width + labels.classIndex(name)] = true;
                    }
                }
            }
            rows.with(part, nodes(labels, indices), set);
        }
        return new MultiLabelObjective(task.name(), labels.classNames(), rows);
    }

    static Objective regression(GraphSnapshot graph, TrainingTask.Regression task) {
        TaskLabels labels = labels(graph, task.name(), TaskLabels.Kind.TARGET);
        LabelRows<double[]> rows = new LabelRows<>();
        for (Part part : Part.values()) {
            int[] indices = indices(labels, part);
            double[] targets = new double[indices.length];
            for (int i = 0; i < indices.length; i++) {
                if (labels.value(indices[i]) instanceof LabelValue.Target target) {
                    targets[i] = target.value();
                }
            }
            rows.with(part, nodes(labels, indices), targets);
        }
        return new RegressionObjective(task.name(), rows);
    }

    private static TaskLabels labels(GraphSnapshot graph, String task, TaskLabels.Kind kind) {
        TaskLabels labels = graph.labels(task);
        if (labels == null || labels.size() == 0) {
            throw new TrainingException(
                    "The graph has no labels of task (%s); it has those of %s.\nMaybe the labelled nodes do not exist yet."
                            .formatted(task, graph.labels().keySet()));
        }
        if (!labels.kinds().equals(Set.of(kind))) {
            throw new TrainingException(
                    "The labels of task (%s) are of kind %s, needed is %s.".formatted(task, labels.kinds(), kind));
        }
        if (indices(labels, Part.TRAIN).length == 0) {
            throw new TrainingException(
                    "None of the (%d) labels of task (%s) is in the train part.".formatted(labels.size(), task));
        }
        return labels;
    }

    private static int[] indices(TaskLabels labels, Part part) {
        return IntStream.range(0, labels.size())
                .filter(i -> labels.part(i) == part)
                .toArray();
    }

    private static int[] nodes(TaskLabels labels, int[] indices) {
        return Arrays.stream(indices).map(labels::node).toArray();
    }
}
