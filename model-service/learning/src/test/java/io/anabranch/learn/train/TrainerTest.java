package io.anabranch.learn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.gnn.Embeddings;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.ForwardPass;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.gnn.NaiveForward;
import io.anabranch.learn.gnn.NaiveForward.Edge;
import io.anabranch.learn.gnn.Parity;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.ModelWriter;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.TrainingEpoch;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_000), ZoneOffset.UTC);

    static TrainingOptions.Builder options() {
        return TrainingOptions.builder()
                .featureEncoding(FeatureEncoding.FEATURE_ENCODING_STANDARDIZED)
                .maxEpochs(120)
                .learningRate(0.02);
    }

    static TrainingResult train(GraphSnapshot graph, String task, TrainingOptions options) {
        return new Trainer(CLOCK, "test")
                .train(graph, TrainingTask.named(graph, task), options, ProgressListener.NONE, () -> false);
    }

    private static double[][] naive(GraphSnapshot graph, ModelSnapshot model) {
        List<Edge> edges = new ArrayList<>();
        double[][] features = new double[graph.nodeCount()][graph.features().dimension()];
        float[] row = new float[graph.features().dimension()];
        for (int v = 0; v < graph.nodeCount(); v++) {
            graph.features().copyRow(v, row, 0);
            for (int j = 0; j < row.length; j++) {
                features[v][j] = row[j];
            }
            for (int e = graph.in().start(v); e < graph.in().end(v); e++) {
                edges.add(new Edge(graph.in().neighbour(e), v, graph.in().weight(e)));
            }
        }
        return NaiveForward.embeddings(model, edges, features);
    }

    private static Embeddings embeddings(GraphSnapshot graph, ModelSnapshot model) {
        return ForwardPass.of(model).embeddings(MessageGraph.of(graph), FeatureRows.of(graph.features()));
    }

    @ParameterizedTest
    @EnumSource(
            value = Convolution.class,
            mode = EnumSource.Mode.MATCH_ANY,
            names = {"CONVOLUTION_GCN", "CONVOLUTION_SAGE_MEAN", "CONVOLUTION_SAGE_SUM"})
    void learnsCommunitiesBetterThanFeaturesAlone(Convolution convolution) {
        GraphSnapshot graph = ToyGraphs.communities(1);
        TrainingOptions options = options().convolution(convolution).build();

        TrainingResult result = train(graph, "", options);
        TrainingReport alone = new FeaturesOnlyBaseline(CLOCK)
                .train(graph, new TrainingTask.MultiClass(ToyGraphs.TASK), options, ProgressListener.NONE, () -> false);

        TrainingReport report = result.report();
        assertThat(report.metricName()).isEqualTo("accuracy");
        assertThat(report.metric(Part.TEST, "accuracy")).isGreaterThan(0.9);
        assertThat(alone.metric(Part.TEST, "accuracy")).isBetween(0.3, 0.75);
        assertThat(report.metric(Part.TEST, "rows")).isEqualTo(alone.metric(Part.TEST, "rows"));
        assertThat(report.trainLoss().getLast()).isLessThan(report.trainLoss().getFirst());
        assertThat(Parity.requireEqual(embeddings(graph, result.model()), naive(graph, result.model()), 1e-5))
                .isEqualTo(150);
    }

    @Test
    void reportsWhatTheWrittenModelDoes() {
        GraphSnapshot graph = ToyGraphs.communities(2);
        ModelSnapshot model =
                train(graph, "", options().embeddingWidth(8).build()).model();

        ForwardPass forward = ForwardPass.of(model);
        Embeddings logits = forward.logits(
                model.getSpec().getHeads(0),
                forward.embeddings(MessageGraph.of(graph), FeatureRows.of(graph.features())));
        int right = 0;
        int rows = 0;
        for (int v = 0; v < graph.nodeCount(); v++) {
            int community = Integer.parseInt(graph.nodeId(v).substring(1)) % 3;
            if (Integer.parseInt(graph.nodeId(v).substring(1)) / 3 % 4 == 3) {
                rows++;
                boolean best = true;
                for (int c = 0; c < 3; c++) {
                    best &= logits.value(v, community) >= logits.value(v, c);
                }
                right += best ? 1 : 0;
            }
        }
        assertThat(model.getSpec().getHeads(0).getClassNamesList()).containsExactly("c0", "c1", "c2");
        assertThat(model.getProvenance().getMetricsMap().get("test.accuracy"))
                .isCloseTo((double) right / rows, within(1e-12));
        assertThat(model.getProvenance().getMetricsMap()).containsEntry("test.rows", (double) rows);
    }

    @Test
    void writesSpecTensorsAndProvenance() {
        GraphSnapshot graph = ToyGraphs.communities(3);
        TrainingOptions options = options().modelName("m").seed(42).maxEpochs(3).build();

        TrainingResult result = train(graph, "", options);
        ModelSnapshot model = result.model();

        ModelWriter.requireValid(model);
        assertThat(model.getVersion()).isZero();
        assertThat(model.getSpec().getName()).isEqualTo("m");
        assertThat(ModelTensors.of(model).names())
                .containsExactlyInAnyOrder(
                        "features.mean",
                        "features.scale",
                        "layer.1.neighbor",
                        "layer.1.bias",
                        "layer.2.neighbor",
                        "layer.2.bias");
        assertThat(model.getProvenance().getSeed()).isEqualTo(42);
        assertThat(model.getProvenance().getCreatedAtMs()).isEqualTo(1_000);
        assertThat(model.getProvenance().getCodeVersion()).isEqualTo("test");
        assertThat(model.getProvenance().getOrigin()).isEqualTo("trained");
        assertThat(model.getProvenance().getVertices()).isEqualTo(150);
        assertThat(model.getProvenance().getEdges()).isEqualTo(graph.edgeCount());
        assertThat(model.getProvenance().getHyperParametersMap()).containsEntry("max_epochs", "3");
        assertThat(model.getProvenance().getMetricName()).isEqualTo("accuracy");
        assertThat(model.getProvenance().getCurveList())
                .extracting(TrainingEpoch::getTrainLoss)
                .containsExactlyElementsOf(result.report().trainLoss())
                .hasSize(3);
        assertThat(model.getProvenance().getCurveList())
                .extracting(TrainingEpoch::getValidationMetric)
                .containsExactlyElementsOf(result.report().validationMetric());
    }

    @Test
    void choosesTheEncodingByTheFeatures() {
        TrainingOptions options = TrainingOptions.builder().maxEpochs(1).build();
        GraphSnapshot.Builder words = GraphSnapshot.builder(50);
        GraphSnapshot.Builder signed = GraphSnapshot.builder(50);
        for (int v = 0; v < 4; v++) {
            int[] places = {v, v + 9};
            words.node(ToyGraphs.id(v), "", FeatureVector.sparse(50, places, new float[] {1, 2}));
            signed.node(ToyGraphs.id(v), "", FeatureVector.sparse(50, places, new float[] {1, -2}));
            Label label = new Label(ToyGraphs.TASK, new LabelValue.OneClass("c" + v % 2), Part.TRAIN);
            words.label(ToyGraphs.id(v), label);
            signed.label(ToyGraphs.id(v), label);
        }

        assertThat(encoding(words.build(), options)).isEqualTo(FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED);
        assertThat(encoding(signed.build(), options)).isEqualTo(FeatureEncoding.FEATURE_ENCODING_STANDARDIZED);
        assertThat(encoding(ToyGraphs.communities(3), options))
                .isEqualTo(FeatureEncoding.FEATURE_ENCODING_STANDARDIZED);
    }

    private static FeatureEncoding encoding(GraphSnapshot graph, TrainingOptions options) {
        return train(graph, "", options).model().getSpec().getFeatureEncoding();
    }

    @Test
    void learnsFromRowsOfManyWords() {
        GraphSnapshot graph = ToyGraphs.words(11);

        TrainingResult result = train(graph, "", TrainingOptions.defaults());

        assertThat(result.model().getSpec().getFeatureEncoding())
                .isEqualTo(FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED);
        assertThat(result.report().metric(Part.TRAIN, "accuracy")).isGreaterThan(0.95);
        // 0.29 where the rows stay faint.
        assertThat(result.report().metric(Part.TRAIN, "loss")).isLessThan(0.1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Convolution.class,
            mode = EnumSource.Mode.MATCH_ANY,
            names = {"CONVOLUTION_GCN", "CONVOLUTION_SAGE_MEAN", "CONVOLUTION_SAGE_SUM"})
    void writesWeightsForFeaturesThatAreNotScaled(Convolution convolution) {
        GraphSnapshot graph = ToyGraphs.words(12);
        TrainingOptions once = TrainingOptions.builder()
                .convolution(convolution)
                .dropout(0)
                .maxEpochs(1)
                .build();

        TrainingReport afterOne = train(graph, "", once).report();
        TrainingReport afterTwo =
                train(graph, "", once.toBuilder().maxEpochs(2).build()).report();

        // The second epoch starts with the weights that the first one left.
        assertThat(afterOne.metric(Part.TRAIN, "loss"))
                .isCloseTo(afterTwo.trainLoss().get(1), within(1e-5));
    }

    @Test
    void isAFunctionOfItsSeed() {
        GraphSnapshot graph = ToyGraphs.communities(4);
        TrainingOptions options = options().maxEpochs(15).build();

        TrainingResult first = train(graph, "", options);

        assertThat(train(graph, "", options)).isEqualTo(first);
        assertThat(train(graph, "", options.toBuilder().seed(99).build())
                        .model()
                        .getTensorsList())
                .isNotEqualTo(first.model().getTensorsList());
    }

    @Test
    void learnsLabelSets() {
        TrainingResult result = train(ToyGraphs.labelSets(5), "", options().build());

        assertThat(result.report().metricName()).isEqualTo("micro_f1");
        assertThat(result.report().metric(Part.TEST, "micro_f1")).isGreaterThan(0.9);
        assertThat(result.model().getSpec().getHeads(0).getKind()).isEqualTo(HeadKind.HEAD_KIND_MULTI_LABEL);
    }

    @Test
    void learnsTargetsInTheirOwnUnit() {
        GraphSnapshot graph = ToyGraphs.targets(6);
        TrainingResult result = train(graph, "", options().dropout(0.1).build());

        // Always saying the mean would be off by 41.
        assertThat(result.report().metricName()).isEqualTo("rmse");
        assertThat(result.report().metric(Part.TEST, "rmse")).isLessThan(20);
        ForwardPass forward = ForwardPass.of(result.model());
        Embeddings logits = forward.logits(result.model().getSpec().getHeads(0), embeddings(graph, result.model()));
        double squares = 0;
        int rows = 0;
        for (int v = 0; v < graph.nodeCount(); v++) {
            int number = Integer.parseInt(graph.nodeId(v).substring(1));
            if (number / 3 % 4 == 3) {
                squares += Math.pow(logits.value(v, 0) - (1000 + 50 * (number % 3)), 2);
                rows++;
            }
        }
        assertThat(Math.sqrt(squares / rows)).isCloseTo(result.report().metric(Part.TEST, "rmse"), within(0.01));
    }

    @Test
    void learnsLinksWithoutSeeingTheHeldOutOnes() {
        GraphSnapshot graph = ToyGraphs.unlabelled(7).build();
        TrainingResult result = train(graph, "link", options().dropout(0.1).build());

        assertThat(result.report().metricName()).isEqualTo("auc");
        // A third of the negatives lie within a community too, so that even knowing all communities gives no more than
        // 0.83.
        assertThat(result.report().metric(Part.TEST, "auc")).isBetween(0.68, 0.86);
        assertThat(result.report().metric(Part.TEST, "average_precision")).isGreaterThan(0.6);
        assertThat(result.model().getSpec().getHeads(0).getKind()).isEqualTo(HeadKind.HEAD_KIND_LINK);
        assertThat(result.model().getSpec().getHeads(0).getClassNamesList()).isEmpty();
    }

    @Test
    void balancesARareClass() {
        GraphSnapshot graph = ToyGraphs.rare(8);

        TrainingResult result = train(graph, "", options().build());

        assertThat(result.report().metricName()).isEqualTo("average_precision");
        // One row in ten is of the rare class: ranking by chance gives 0.1.
        assertThat(result.report().metric(Part.TEST, "average_precision")).isGreaterThan(0.8);
        assertThat(result.report().metric(Part.TEST, "auc")).isGreaterThan(0.9);
        assertThat(train(
                                graph,
                                "",
                                options().classWeighting(ClassWeighting.EQUAL).build())
                        .report()
                        .metricName())
                .isEqualTo("accuracy");
    }

    @Test
    void stopsWhenTheValidationPartNoLongerImproves() {
        TrainingReport report = train(
                        ToyGraphs.communities(9),
                        "",
                        options().maxEpochs(1_000).patience(5).learningRate(0.1).build())
                .report();

        assertThat(report.epochs()).isLessThan(1_000).isEqualTo(report.bestEpoch() + 5);
        assertThat(report.validationLoss()).hasSize(report.epochs());
        double best = report.validationMetric().get(report.bestEpoch() - 1);
        assertThat(report.validationMetric())
                .allSatisfy(metric -> assertThat(metric).isLessThanOrEqualTo(best));
        assertThat(report.metric(Part.VALIDATION, "accuracy")).isEqualTo(best);
    }

    @Test
    void tellsEachEpochAndCanBeCancelled() {
        GraphSnapshot graph = ToyGraphs.communities(10);
        List<ProgressListener.EpochProgress> told = new ArrayList<>();
        AtomicInteger asked = new AtomicInteger();

        assertThatThrownBy(() -> new Trainer(CLOCK, "test")
                        .train(
                                graph,
                                new TrainingTask.MultiClass(ToyGraphs.TASK),
                                options().build(),
                                told::add,
                                () -> asked.incrementAndGet() > 3))
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("cancelled after epoch (3)");
        assertThat(told).extracting(ProgressListener.EpochProgress::epoch).containsExactly(1, 2, 3);
        assertThat(told.getFirst().metricName()).isEqualTo("accuracy");
    }
}
