package io.anabranch.learn.train;

import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.graph.snapshot.TaskLabels;

/** What a model is to predict. */
public sealed interface TrainingTask {

    /** The name that asks for link prediction. */
    String LINK = "link";

    /** As the labels name it; of links, as the head is to be called. */
    String name();

    /** One class per node. */
    record MultiClass(String name) implements TrainingTask {}

    /** Any number of classes per node. */
    record MultiLabel(String name) implements TrainingTask {}

    /** A number per node. */
    record Regression(String name) implements TrainingTask {}

    /**
     * Whether two nodes are connected; learnt from the edges, without labels.
     *
     * @param heldOutShare of the connected pairs for the validation part, and as many again for the test part; where histories are read, links
     *     are split by time instead, 15 % for each
     */
    record LinkPrediction(String name, double heldOutShare) implements TrainingTask {
        public LinkPrediction {
            if (!(heldOutShare > 0 && heldOutShare <= 0.4)) {
                throw new TrainingException(
                        "The option (held-out share) cannot be (%s); allowed: more than 0, at most 0.4."
                                .formatted(heldOutShare));
            }
        }

        public LinkPrediction() {
            this(LINK, 0.1);
        }
    }

    /**
     * The task of this name: {@link #LINK} is link prediction, every other name is that of labels whose values say what is
     * to be predicted. An empty name means the graph's only labelled task. Throws {@link TrainingException} naming the
     * tasks that there are.
     */
    static TrainingTask named(GraphSnapshot graph, String name) {
        if (name.equals(LINK)) {
            return new LinkPrediction();
        }
        if (name.isEmpty() && graph.labels().size() != 1) {
            throw new TrainingException(
                    graph.labels().isEmpty()
                            ? "The graph has no labels, so there is no task to learn.\nMaybe train the task (%s), which needs none."
                                    .formatted(LINK)
                            : "The graph has labels of the tasks %s; name one of them."
                                    .formatted(graph.labels().keySet()));
        }
        String task = name.isEmpty() ? graph.labels().firstKey() : name;
        TaskLabels labels = graph.labels(task);
        if (labels == null) {
            throw new TrainingException(
                    "The task (%s) is unknown: the graph has labels of the tasks %s, and (%s) is link prediction."
                            .formatted(task, graph.labels().keySet(), LINK));
        }
        if (labels.kinds().size() != 1) {
            throw new TrainingException("The labels of task (%s) are of different kinds %s; one kind is needed."
                    .formatted(task, labels.kinds()));
        }
        return switch (labels.kinds().iterator().next()) {
            case ONE_CLASS -> new MultiClass(task);
            case CLASS_SET -> new MultiLabel(task);
            case TARGET -> new Regression(task);
        };
    }
}
