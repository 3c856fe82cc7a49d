package io.anabranch.learn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.Part;
import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.compress.ChannelPruning;
import io.anabranch.learn.compress.GraphSize;
import io.anabranch.learn.compress.ModelCost;
import io.anabranch.learn.compress.Pruned;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.ModelWriter;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.Readout;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TuningTest {

    private static final TrainingOptions RESIDUAL = TrainerTest.options()
            .hiddenWidth(16)
            .maxEpochs(60)
            .depth(DepthOptions.of(DepthConnection.DEPTH_CONNECTION_RESIDUAL).with(Readout.READOUT_ALL_HOPS))
            .build();

    private static TrainingResult tune(GraphSnapshot graph, ModelSnapshot model, TrainingOptions options) {
        return new Trainer(Clock.systemUTC(), "test")
                .tune(
                        graph,
                        KnownHags.NONE,
                        TrainingTask.named(graph, ToyGraphs.TASK),
                        model,
                        options,
                        ProgressListener.NONE,
                        () -> false);
    }

    /** A step of next to nothing leaves the weights where they were: features are scaled, targets standardised there and back. */
    @Test
    void startsWhereTheModelIs() {
        TrainingOptions words =
                TrainingOptions.builder().maxEpochs(5).hiddenWidth(8).build();
        TrainingOptions numbers = RESIDUAL.toBuilder().maxEpochs(5).build();
        requireStart(ToyGraphs.words(3), words);
        requireStart(ToyGraphs.targets(3), numbers);
    }

    private static void requireStart(GraphSnapshot graph, TrainingOptions options) {
        ModelSnapshot model = TrainerTest.train(graph, ToyGraphs.TASK, options).model();
        ModelSnapshot tuned = tune(
                        graph,
                        model,
                        options.toBuilder().learningRate(1e-9).maxEpochs(1).build())
                .model();
        assertThat(tuned.getSpec()).isEqualTo(model.getSpec());
        List<WeightTensor> after = ModelTensors.of(tuned).list();
        for (WeightTensor before : ModelTensors.of(model).list()) {
            WeightTensor same = after.stream()
                    .filter(tensor -> tensor.name().equals(before.name()))
                    .findFirst()
                    .orElseThrow();
            for (int i = 0; i < before.size(); i++) {
                assertThat(same.value(i))
                        .as(before.name())
                        .isCloseTo(before.value(i), within(1e-5f * Math.max(1, Math.abs(before.value(i)))));
            }
        }
    }

    @Test
    void aModelThatLostChannelsLearnsWhatItLost() {
        GraphSnapshot graph = ToyGraphs.communities(3);
        ModelSnapshot model = TrainerTest.train(graph, ToyGraphs.TASK, RESIDUAL).model();
        GraphSize size = new GraphSize(graph.nodeCount(), graph.edgeCount(), ToyGraphs.DIMENSION);
        Pruned pruned = ChannelPruning.toBudget(model.getSpec(), ModelTensors.of(model), 0.6, size);
        ModelSnapshot small = ModelWriter.write(pruned.spec(), pruned.tensors().list(), model.getProvenance());
        assertThat(ModelCost.of(pruned.spec(), pruned.tensors(), size)
                        .removedOf(ModelCost.of(model.getSpec(), ModelTensors.of(model), size)))
                .isGreaterThanOrEqualTo(0.6);

        TrainingResult tuned = tune(graph, small, RESIDUAL);

        assertThat(tuned.model().getSpec()).isEqualTo(pruned.spec());
        assertThat(tuned.report().metric(Part.TEST, "accuracy")).isGreaterThan(0.8);
    }

    @Test
    void epochsAreCountedOnWhileAPrunedModelIsTrained() {
        GraphSnapshot graph = ToyGraphs.communities(3);
        TrainingCurve heard = new TrainingCurve();
        TrainingResult small = new Trainer(Clock.systemUTC(), "test")
                .train(
                        graph,
                        TrainingTask.named(graph, ToyGraphs.TASK),
                        RESIDUAL.toBuilder().maxEpochs(7).prune(0.5).build(),
                        progress -> heard.add(progress.epoch(), progress.trainLoss(), progress.validationMetric()),
                        () -> false);

        assertThat(heard.points()).hasSize(14);
        assertThat(small.report().epochs()).isEqualTo(14);
        assertThat(small.report().bestEpoch()).isBetween(8, 14);
        assertThat(small.model().getProvenance().getCurveList()).isEqualTo(heard.points());
    }

    @Test
    void aTrainingPrunesWhereItIsAskedTo() {
        GraphSnapshot graph = ToyGraphs.communities(3);
        TrainingResult whole = TrainerTest.train(graph, ToyGraphs.TASK, RESIDUAL);
        TrainingResult small = TrainerTest.train(
                graph, ToyGraphs.TASK, RESIDUAL.toBuilder().prune(0.5).build());

        Map<String, Double> figures = small.report().graphFigures();
        assertThat(figures.get("pruned.parameters"))
                .isLessThanOrEqualTo(0.5 * figures.getOrDefault("pruned.parameters_before", Double.NaN));
        assertThat(figures.get("pruned.flops"))
                .isLessThanOrEqualTo(0.5 * figures.getOrDefault("pruned.flops_before", Double.NaN));
        assertThat(figures)
                .containsEntry("pruned.test_before.accuracy", whole.report().metric(Part.TEST, "accuracy"));
        long learnt = ModelTensors.of(small.model()).list().stream()
                .filter(tensor -> !tensor.name().startsWith("features."))
                .mapToLong(WeightTensor::size)
                .sum();
        assertThat(figures.get("pruned.parameters")).isEqualTo(learnt);
        assertThat(small.model().getProvenance().getHyperParametersMap())
                .containsEntry("prune", "0.5")
                .containsEntry("max_epochs", "60");
        assertThat(small.model().getProvenance().getMetricsMap()).containsAllEntriesOf(figures);
        assertThat(small.report().notes())
                .anyMatch(note -> note.startsWith("Pruning: layers removed {}, channels removed {stage.1="));
        assertThat(small.report().metric(Part.TEST, "accuracy")).isGreaterThan(0.8);
        assertThatThrownBy(() -> RESIDUAL.toBuilder().prune(1).build())
                .hasMessage("The option (prune) cannot be (1.0); allowed: 0 or more, less than 1.");
    }

    @Test
    void refusesTheModelOfAnotherTask() {
        ModelSnapshot model = TrainerTest.train(
                        ToyGraphs.targets(3),
                        ToyGraphs.TASK,
                        RESIDUAL.toBuilder().maxEpochs(1).build())
                .model();
        assertThatThrownBy(() -> tune(ToyGraphs.communities(3), model, RESIDUAL))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith(
                        "The model (default) has the heads [community]; a training goes on with the one");
    }
}
