package io.anabranch.learn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.probe.ProbeOptions;
import io.anabranch.learn.probe.ProbeReport;
import io.anabranch.model.v1.DepthConnection;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutoDepthTest {

    private static final TrainingOptions AUTO =
            TrainerTest.options().layers(TrainingOptions.AUTO).maxEpochs(40).build();

    @Test
    void aProbeChoosesTheDepthAndItsFiguresGoWithTheModel() {
        GraphSnapshot graph = ToyGraphs.communities(3);
        TrainingResult result = TrainerTest.train(graph, ToyGraphs.TASK, AUTO);
        ProbeReport probe =
                Trainer.probe(graph, TrainingTask.named(graph, ToyGraphs.TASK), AUTO, ProbeOptions.defaults());

        int layers = result.model().getSpec().getLayersCount();
        assertThat(layers).isBetween(1, 6);
        assertThat(result.report().graphFigures())
                .containsEntry("probe.depth", (double) layers)
                .containsEntry("probe.hop2.alignment", probe.single().get(2).alignment())
                .containsEntry(
                        "probe.stack2.held_out_alignment",
                        probe.stacked().get(2).heldOut())
                .containsKey("probe.hop1.sigma_min_squared_nonzero")
                .hasEntrySatisfying(
                        "probe.lambda",
                        lambda -> assertThat(lambda).isPositive().isFinite());
        assertThat(result.model().getProvenance().getMetricsMap())
                .containsAllEntriesOf(result.report().graphFigures());
        assertThat(result.model().getProvenance().getHyperParametersMap())
                .containsEntry("layers", Integer.toString(layers));
        assertThat(result.report().notes())
                .anyMatch(note -> note.startsWith("Depth %d: the held-out alignment".formatted(layers)));
        assertThat(result.model().getProvenance().getNotesList())
                .isEqualTo(result.report().notes());
        assertThat(result.report().metric(Part.TEST, "accuracy")).isGreaterThan(0.7);
        // The neighbours of this graph tell more than the features alone.
        assertThat(probe.stacked().get(1).heldOut())
                .isGreaterThan(probe.stacked().get(0).heldOut() + 0.1);
    }

    @Test
    void numbersAndSetsOfLabelsAreProbedToo() {
        for (GraphSnapshot graph : List.of(ToyGraphs.targets(3), ToyGraphs.labelSets(3))) {
            ProbeReport probe =
                    Trainer.probe(graph, TrainingTask.named(graph, ToyGraphs.TASK), AUTO, ProbeOptions.defaults());
            assertThat(probe.rows()).isEqualTo(probe.trainingRows()).isPositive();
            assertThat(probe.stacked().get(2).heldOut()).isBetween(0.2, 1.0);
        }
    }

    @Test
    void everyStageGetsALayer() {
        TrainingOptions staged = AUTO.toBuilder()
                .depth(DepthOptions.of(DepthConnection.DEPTH_CONNECTION_RESIDUAL)
                        .withStageWidths(List.of(8, 8, 8, 4)))
                .maxEpochs(1)
                .build();
        TrainingResult result = TrainerTest.train(ToyGraphs.communities(3), ToyGraphs.TASK, staged);
        assertThat(result.model().getSpec().getLayersCount()).isGreaterThanOrEqualTo(4);
        assertThat(result.report().graphFigures()).doesNotContainKey("probe.lambda");
    }

    @Test
    void linksHaveNothingToProbe() {
        assertThatThrownBy(() -> TrainerTest.train(ToyGraphs.communities(3), TrainingTask.LINK, AUTO))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "The task (link) has no labels that a probe could explain, so the number of layers must be given.");
    }

    @Test
    void withoutAGraphThereAreTwoLayers() {
        GraphSnapshot graph = ToyGraphs.communities(3);
        TrainingTask task = TrainingTask.named(graph, ToyGraphs.TASK);
        TrainingReport report = new FeaturesOnlyBaseline(Clock.systemUTC())
                .train(graph, task, AUTO, ProgressListener.NONE, () -> false);
        assertThat(report.epochs()).isPositive();
    }
}
