package io.anabranch.learn.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.Part;
import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.gnn.Embeddings;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.ForwardPass;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.gnn.NaiveForward;
import io.anabranch.learn.history.EventTrace;
import io.anabranch.learn.history.HistoryPruning;
import io.anabranch.learn.history.HistoryRows;
import io.anabranch.learn.history.NaiveHistory;
import io.anabranch.learn.model.ModelImport;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.ModelSnapshot;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HistoryTrainingTest {

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_000), ZoneOffset.UTC);
    private static final HistoryOptions GRU = new HistoryOptions(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU, 16, 3, 0, 0);

    private static TrainingOptions.Builder options() {
        return TrainingOptions.builder()
                .convolution(Convolution.CONVOLUTION_SAGE_MEAN)
                .layers(1)
                .dropout(0)
                .maxEpochs(60)
                .learningRate(0.02)
                .history(GRU);
    }

    private static TrainingResult train(TrainingGraph graph, TrainingTask task, TrainingOptions options) {
        return new Trainer(CLOCK, "test").train(graph, task, options, ProgressListener.NONE, () -> false);
    }

    private static double test(TrainingReport report, String metric) {
        return requireNonNull(requireNonNull(report.metrics().get(Part.TEST)).get(metric));
    }

    @ParameterizedTest
    @EnumSource(
            value = HistoryCell.class,
            names = {"HISTORY_CELL_REVERSIBLE_GRU", "HISTORY_CELL_REVERSIBLE_LSTM"})
    void whatOnlyHistoriesTellIsLearnt(HistoryCell cell) {
        GapGraphs gaps = GapGraphs.classes();
        TrainingTask task = new TrainingTask.MultiClass(GapGraphs.TASK);
        HistoryOptions history = new HistoryOptions(cell, 16, 3, 2, 0.05);

        TrainingResult read =
                train(gaps.graph(), task, options().history(history).build());
        TrainingReport unread = train(
                        gaps.graph(),
                        task,
                        options().history(HistoryOptions.NONE).build())
                .report();
        TrainingReport features = new FeaturesOnlyBaseline(CLOCK)
                .train(gaps.graph(), task, options().build(), ProgressListener.NONE, () -> false);

        assertThat(test(read.report(), "accuracy")).isGreaterThan(0.9);
        assertThat(test(unread, "accuracy")).isLessThan(0.75);
        assertThat(test(features, "accuracy")).isLessThan(0.75);
        assertThat(read.report().notes())
                .anyMatch(
                        note -> note.matches("Histories: \\d+ steps of 2\\d\\d vertices, .* kept \\d\\.\\d\\d bits .*"))
                .anyMatch(note -> note.startsWith("Stability of the history's cell"));
        assertThat(read.model().getProvenance().getHyperParametersMap())
                .containsEntry("history_width", "16")
                .containsEntry("history_forget_bits", "3")
                .containsEntry("history_identity_width", "2")
                .containsEntry("history_noise", "0.05");
    }

    @Test
    void setsAndTargetsAreLearntToo() {
        TrainingReport sets = train(
                        GapGraphs.sets().graph(),
                        new TrainingTask.MultiLabel(GapGraphs.TASK),
                        options().build())
                .report();
        TrainingReport targets = train(
                        GapGraphs.targets().graph(),
                        new TrainingTask.Regression(GapGraphs.TASK),
                        options().build())
                .report();

        assertThat(test(sets, "micro_f1")).isGreaterThan(0.9);
        // Half of the targets are 10 above the mean, half 10 below.
        assertThat(test(targets, "rmse")).isLessThan(5);
    }

    /** Of sixteen units few are needed to tell two classes apart. */
    @ParameterizedTest
    @EnumSource(
            value = HistoryCell.class,
            names = {"HISTORY_CELL_REVERSIBLE_GRU", "HISTORY_CELL_REVERSIBLE_LSTM"})
    void aCellThatLosesUnitsStillKnows(HistoryCell cell) {
        GapGraphs gaps = GapGraphs.classes();
        TrainingTask task = new TrainingTask.MultiClass(GapGraphs.TASK);
        HistoryOptions history = new HistoryOptions(cell, 16, 3, 0, 0, 8);

        TrainingResult kept =
                train(gaps.graph(), task, options().history(history).build());

        assertThat(kept.model().getSpec().getHistory().getWidth()).isEqualTo(8);
        assertThat(test(kept.report(), "accuracy")).isGreaterThan(0.85);
        assertThat(kept.report().graphFigures())
                .containsKeys("pruned.history_input_loss", "pruned.history_output_loss");
        assertThat(requireNonNull(kept.report().graphFigures().get("pruned.test_before.accuracy")))
                .isGreaterThan(0.9);
        assertThat(kept.report().notes())
                .anyMatch(note ->
                        note.matches("Pruning: 8 of 16 units of the history's cell stay; .* counted as \\d+\\.\\d\\."));
        assertThat(kept.model().getProvenance().getHyperParametersMap()).containsEntry("history_keep", "8");
    }

    /** With as many units as what was shown counts nothing is lost: here all but one of each half repeat others. */
    @Test
    void unitsThatRepeatOthersGoWithoutALoss() {
        EventTrace trace = EventTrace.random(new SplittableRandom(6), 30, 200, 4);
        ModelSnapshot model = train(
                        TrainingGraph.of(trace.snapshot(), trace.histories()),
                        new TrainingTask.LinkPrediction(),
                        options().maxEpochs(2).embeddingWidth(5).build())
                .model();
        ModelTensors repeated = HistoryRepeats.ofFirstUnits(model);
        HistoryRows rows = HistoryRows.of(trace.histories(), model.getSpec().getHistory());

        HistoryPruning pruning = HistoryPruning.of(model.getSpec(), repeated, rows, 2);

        assertThat(pruning.degreesOfFreedom()).isBetween(0.9, 2.0);
        Embeddings before = ForwardPass.of(model.getSpec(), repeated)
                .embeddings(
                        MessageGraph.of(trace.snapshot()),
                        FeatureRows.of(trace.snapshot().features()),
                        trace.histories());
        Embeddings after = ForwardPass.of(pruning.spec(), pruning.tensors())
                .embeddings(
                        MessageGraph.of(trace.snapshot()),
                        FeatureRows.of(trace.snapshot().features()),
                        trace.histories());
        for (int v = 0; v < before.vertices(); v++) {
            for (int j = 0; j < before.width(); j++) {
                assertThat(after.value(v, j)).isCloseTo(before.value(v, j), within(1e-4f));
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameModel() {
        TrainingGraph graph = GapGraphs.classes().graph();
        TrainingTask task = new TrainingTask.MultiClass(GapGraphs.TASK);
        TrainingOptions few = options().maxEpochs(4).build();

        assertThat(train(graph, task, few).model().getTensorsList())
                .isEqualTo(train(graph, task, few).model().getTensorsList());
    }

    /** Sparse features that are scaled while training, which a state is not. */
    @ParameterizedTest
    @EnumSource(
            value = FeatureEncoding.class,
            names = {"FEATURE_ENCODING_STANDARDIZED", "FEATURE_ENCODING_ROW_NORMALIZED"})
    void theModelGivesWhatItsFormulasSayAfterSavingAndLoading(FeatureEncoding encoding) {
        EventTrace trace = EventTrace.random(new SplittableRandom(5), 40, 300, 6);
        GraphSnapshot graph = trace.snapshot();
        TrainingResult result = train(
                TrainingGraph.of(graph, trace.histories()),
                new TrainingTask.LinkPrediction(),
                options()
                        .featureEncoding(encoding)
                        .layers(2)
                        .embeddingWidth(5)
                        .maxEpochs(8)
                        .build());
        ModelSnapshot loaded =
                ModelImport.read(result.model().getSpec(), ModelImport.export(result.model()), "test", CLOCK);

        Embeddings embeddings = ForwardPass.of(loaded)
                .embeddings(MessageGraph.of(graph), FeatureRows.of(graph.features()), trace.histories());
        double[][] naive = naive(loaded, trace);
        for (int v = 0; v < graph.nodeCount(); v++) {
            for (int j = 0; j < 5; j++) {
                assertThat((double) embeddings.value(v, j)).isCloseTo(naive[v][j], within(1e-5));
            }
        }
        assertThat(result.report().trainLoss().getLast())
                .isLessThan(result.report().trainLoss().getFirst());
    }

    /** Without dropout the loss that an epoch begins with is that of the model that the epochs before give. */
    @ParameterizedTest
    @EnumSource(
            value = FeatureEncoding.class,
            names = {"FEATURE_ENCODING_STANDARDIZED", "FEATURE_ENCODING_ROW_NORMALIZED"})
    void theModelIsWhatTheTrainingComputes(FeatureEncoding encoding) {
        GapGraphs gaps = GapGraphs.classes();
        TrainingTask task = new TrainingTask.MultiClass(GapGraphs.TASK);
        TrainingOptions.Builder plain = options()
                .featureEncoding(encoding)
                .classWeighting(ClassWeighting.EQUAL)
                .learningRate(0.1);

        TrainingReport once =
                train(gaps.graph(), task, plain.maxEpochs(1).build()).report();
        TrainingReport twice =
                train(gaps.graph(), task, plain.maxEpochs(2).build()).report();

        assertThat(requireNonNull(once.metrics().get(Part.TRAIN)).get("loss"))
                .isCloseTo(twice.trainLoss().getLast(), within(1e-5));
    }

    private static double[][] naive(ModelSnapshot model, EventTrace trace) {
        GraphSnapshot graph = trace.snapshot();
        List<NaiveForward.Edge> edges = new ArrayList<>();
        double[][] features = new double[graph.nodeCount()][graph.features().dimension()];
        float[] row = new float[graph.features().dimension()];
        for (int v = 0; v < graph.nodeCount(); v++) {
            graph.features().copyRow(v, row, 0);
            for (int j = 0; j < row.length; j++) {
                features[v][j] = row[j];
            }
            for (int e = graph.in().start(v); e < graph.in().end(v); e++) {
                edges.add(new NaiveForward.Edge(
                        graph.in().neighbour(e), v, graph.in().weight(e)));
            }
        }
        return NaiveForward.embeddings(
                model, edges, features, NaiveHistory.shown(model, graph.nodeIds(), trace.mutations()));
    }

    @Test
    void historiesThatNobodyKnowsAreRefused() {
        GapGraphs gaps = GapGraphs.classes();
        TrainingTask task = new TrainingTask.MultiClass(GapGraphs.TASK);

        assertThatThrownBy(() ->
                        train(TrainingGraph.of(gaps.snapshot()), task, options().build()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("history cell")
                .hasMessageContaining("times");
        assertThatThrownBy(() -> train(
                        TrainingGraph.of(gaps.snapshot(), gaps.histories().before(0)),
                        task,
                        options().build()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("none of the (252) vertices");
    }

    @Test
    void optionsThatCannotGoTogetherAreRefused() {
        assertThatThrownBy(() -> options().layers(TrainingOptions.AUTO).build())
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("layers");
        assertThatThrownBy(() -> options().prune(0.3).build())
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("prune");
        assertThatThrownBy(() -> new HistoryOptions(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU, 7, 3, 0, 0))
                .hasMessageContaining("(history width) cannot be (7)");
        assertThatThrownBy(() -> new HistoryOptions(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU, 8, 21, 0, 0))
                .hasMessageContaining("(history forget bits) cannot be (21)");
        assertThatThrownBy(() -> new HistoryOptions(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU, 8, 3, -1, 0))
                .hasMessageContaining("(history identity width) cannot be (-1)");
        assertThatThrownBy(() -> new HistoryOptions(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU, 8, 3, 0, -0.1))
                .hasMessageContaining("(history noise) cannot be (-0.1)");
    }

    @Test
    void aModelThatReadsHistoriesIsNotTrainedOn() {
        GapGraphs gaps = GapGraphs.classes();
        TrainingTask task = new TrainingTask.MultiClass(GapGraphs.TASK);
        ModelSnapshot model =
                train(gaps.graph(), task, options().maxEpochs(1).build()).model();

        assertThatThrownBy(() -> new Trainer(CLOCK, "test")
                        .tune(
                                gaps.snapshot(),
                                KnownHags.NONE,
                                task,
                                model,
                                options().history(HistoryOptions.NONE).build(),
                                ProgressListener.NONE,
                                () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("reads histories");
    }
}
