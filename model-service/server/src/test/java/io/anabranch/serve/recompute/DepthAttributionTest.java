package io.anabranch.serve.recompute;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a number of an embedding is made of, through every connection and convolution. */
class DepthAttributionTest {

    private static Offset<Double> relative(double expected) {
        return within(1e-9 * (1 + Math.abs(expected)));
    }

    @ParameterizedTest
    @MethodSource("io.anabranch.serve.recompute.DeepModels#everyConnectionAndConvolution")
    void everyHopAndAllFeaturesSumToTheValue(DepthConnection connection, Convolution convolution) {
        SplittableRandom random = new SplittableRandom(8);
        GraphSnapshot snapshot = DeepModels.graph(random);
        ForwardGraph graph = ForwardGraph.of(snapshot);
        double incoming = 0;
        for (boolean allHops : new boolean[] {false, true}) {
            ModelSnapshot model = DeepModels.model(random, DeepModels.spec(connection, convolution, allHops));
            for (String id : new String[] {"n1", "n4", "n9"}) {
                Recomputation pass = new Recomputation(model, graph, 10_000, () -> {});
                int v = graph.nodeOf(id);
                double[] embedding = pass.embeddingOf(v);
                double[] slope = new double[embedding.length];
                slope[0] = 1;
                slope[1] = -0.5;
                Attribution attribution = new Attribution(pass, Map.of(v, slope), 0.25);

                double expected = embedding[0] - 0.5 * embedding[1] + 0.25;
                assertThat(attribution.value()).isCloseTo(expected, relative(expected));
                for (Attribution.HopSum hop : attribution.hops()) {
                    assertThat(hop.total()).as("hop %d", hop.hop()).isCloseTo(expected, relative(expected));
                    incoming = Math.max(incoming, Math.abs(hop.edges()));
                }
                double features = 0;
                for (int u = 0; u < DeepModels.VERTICES; u++) {
                    double[] of = attribution.features(u);
                    for (int j = 0; of != null && j < of.length; j++) {
                        features += of[j];
                    }
                }
                assertThat(features + attribution.constants()).isCloseTo(expected, relative(expected));
            }
        }
        assertThat(incoming).isGreaterThan(1e-3);
    }

    /** Of a model without any activation or gate a feature contributes what would be missing without it. */
    @ParameterizedTest
    @EnumSource(
            value = DepthConnection.class,
            names = {"DEPTH_CONNECTION_PLAIN", "DEPTH_CONNECTION_RESIDUAL", "DEPTH_CONNECTION_MOMENTUM"})
    void aLinearModelLosesWhatAFeatureContributes(DepthConnection connection) {
        SplittableRandom random = new SplittableRandom(9);
        ModelSpec.Builder spec = DeepModels.spec(connection, Convolution.CONVOLUTION_SAGE_MEAN, true).toBuilder();
        spec.getLayersBuilderList().forEach(layer -> layer.setActivation(Activation.ACTIVATION_IDENTITY));
        spec.getStagesBuilderList().forEach(stage -> stage.setEntryActivation(Activation.ACTIVATION_IDENTITY));
        ModelSnapshot model = DeepModels.model(random, spec.build());
        GraphSnapshot whole = DeepModels.graph(new SplittableRandom(10));
        GraphSnapshot without = DeepModels.graph(new SplittableRandom(10), "n5");
        Recomputation pass = new Recomputation(model, whole, 10_000);
        ForwardGraph graph = pass.graph();
        int v = graph.nodeOf("n1");
        Attribution attribution = new Attribution(pass, Map.of(v, new double[] {1, 0, 0}), 0);
        double of = 0;
        for (double product : requireNonNull(attribution.features(graph.nodeOf("n5")))) {
            of += product;
        }

        double lost = requireNonNull(pass.embedding("n1"))[0]
                - requireNonNull(new Recomputation(model, without, 10_000).embedding("n1"))[0];
        assertThat(of).isCloseTo(lost, relative(lost)).isNotZero();
    }
}
