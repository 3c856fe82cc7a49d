package io.anabranch.learn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.model.v1.FeatureEncoding;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainerRefusalTest {

    private static GraphSnapshot.Builder nodes(int count) {
        GraphSnapshot.Builder graph = GraphSnapshot.builder(2);
        for (int v = 0; v < count; v++) {
            graph.node(ToyGraphs.id(v), "", FeatureVector.dense(v, -v));
        }
        return graph;
    }

    private static GraphSnapshot.Builder label(GraphSnapshot.Builder graph, int node, LabelValue value, Part part) {
        return graph.label(ToyGraphs.id(node), new Label("t", value, part));
    }

    private static LabelValue one(String name) {
        return new LabelValue.OneClass(name);
    }

    private static void refused(GraphSnapshot graph, String task, String message) {
        assertThatThrownBy(() -> TrainerTest.train(graph, task, TrainingOptions.defaults()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining(message);
    }

    private static void refused(GraphSnapshot graph, TrainingTask task, String message) {
        assertThatThrownBy(() -> new Trainer(Clock.systemUTC(), "test")
                        .train(graph, task, TrainingOptions.defaults(), ProgressListener.NONE, () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining(message);
    }

    @Test
    void anEmptyGraph() {
        refused(GraphSnapshot.builder(2).build(), "link", "The graph is empty");
        refused(GraphSnapshot.builder(2).build(), new TrainingTask.MultiClass("t"), "The graph is empty");
    }

    @Test
    void noLabels() {
        refused(nodes(3).build(), "", "The graph has no labels");
        refused(nodes(3).build(), new TrainingTask.MultiClass("t"), "no labels of task (t)");
        refused(nodes(3).build(), new TrainingTask.MultiLabel("t"), "no labels of task (t)");
        refused(nodes(3).build(), new TrainingTask.Regression("t"), "no labels of task (t)");
    }

    @Test
    void anUnknownOrAmbiguousTask() {
        GraphSnapshot.Builder graph = label(nodes(3), 0, one("a"), Part.TRAIN);
        refused(graph.build(), "other", "The task (other) is unknown: the graph has labels of the tasks [t]");
        graph.label(ToyGraphs.id(1), new Label("u", one("a"), Part.TRAIN));
        refused(graph.build(), "", "labels of the tasks [t, u]; name one");
    }

    @Test
    void oneClass() {
        GraphSnapshot.Builder graph = label(nodes(3), 0, one("a"), Part.TRAIN);
        label(graph, 1, one("a"), Part.TRAIN);
        label(graph, 2, one("b"), Part.TEST);

        refused(graph.build(), "", "train part of task (t) has (2) rows of only one class");
    }

    @Test
    void noTrainPart() {
        GraphSnapshot.Builder graph = label(nodes(3), 0, one("a"), Part.TEST);
        label(graph, 1, one("b"), Part.VALIDATION);

        refused(graph.build(), "", "None of the (2) labels of task (t) is in the train part");
    }

    @Test
    void noFeatures() {
        GraphSnapshot graph = label(GraphSnapshot.builder(0).node(ToyGraphs.id(0), "", null), 0, one("a"), Part.TRAIN)
                .build();

        refused(graph, "", "The feature dimension of the graph is (0)");
    }

    @Test
    void labelsOfDifferentKinds() {
        GraphSnapshot.Builder graph = label(nodes(3), 0, one("a"), Part.TRAIN);
        label(graph, 1, new LabelValue.Target(1), Part.TRAIN);

        refused(graph.build(), "", "of different kinds");
        refused(graph.build(), new TrainingTask.MultiClass("t"), "needed is ONE_CLASS");
    }

    @Test
    void emptyLabelSets() {
        GraphSnapshot.Builder graph = label(nodes(3), 0, LabelValue.ClassSet.of(List.of()), Part.TRAIN);
        label(graph, 1, LabelValue.ClassSet.of(List.of("a")), Part.TEST);

        refused(graph.build(), "", "have no label set");
    }

    @Test
    void constantTargets() {
        GraphSnapshot.Builder graph = label(nodes(3), 0, new LabelValue.Target(7), Part.TRAIN);
        label(graph, 1, new LabelValue.Target(7), Part.TRAIN);

        refused(graph.build(), "", "all are (7.0)");
    }

    @Test
    void linksOfTooFewOrTooManyPairs() {
        refused(nodes(3).build(), "link", "has (0) connected pairs");
        GraphSnapshot.Builder complete = nodes(6);
        for (int a = 0; a < 6; a++) {
            for (int b = 0; b < a; b++) {
                complete.edge(new EdgeId(ToyGraphs.id(a), ToyGraphs.id(b), ""), 1);
            }
        }
        refused(complete.build(), "link", "Of (15) pairs of vertices (15) are connected");
        assertThatThrownBy(() -> new TrainingTask.LinkPrediction("link", 0.5))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("(held-out share) cannot be (0.5)");
    }

    @Test
    void aLossThatIsNoNumber() {
        GraphSnapshot.Builder graph = GraphSnapshot.builder(50);
        float[] huge = new float[50];
        Arrays.fill(huge, Float.MAX_VALUE);
        for (int v = 0; v < 2; v++) {
            graph.node(ToyGraphs.id(v), "", FeatureVector.dense(huge));
            label(graph, v, one("c" + v), Part.TRAIN);
        }
        TrainingOptions options = TrainingOptions.builder()
                .featureEncoding(FeatureEncoding.FEATURE_ENCODING_IDENTITY)
                .dropout(0)
                .build();

        assertThatThrownBy(() -> TrainerTest.train(graph.build(), "", options))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("The loss became (")
                .hasMessageContaining("Maybe a lower learning rate");
    }

    @Test
    void missingPartsAreNotedNotRefused() {
        GraphSnapshot.Builder graph = label(nodes(3), 0, one("a"), Part.TRAIN);
        label(graph, 1, one("b"), Part.TRAIN);

        TrainingReport report = TrainerTest.train(
                        graph.build(),
                        "",
                        TrainingOptions.builder().maxEpochs(4).build())
                .report();

        assertThat(report.bestEpoch()).isEqualTo(4);
        assertThat(report.validationMetric()).isEmpty();
        assertThat(report.notes())
                .hasSize(2)
                .anySatisfy(note -> assertThat(note).contains("no validation part"));
        assertThat(report.metric(Part.TEST, "accuracy")).isNaN();
    }
}
