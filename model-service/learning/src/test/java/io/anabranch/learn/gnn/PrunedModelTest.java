package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.learn.compress.ChannelPruning;
import io.anabranch.learn.compress.Pruned;
import io.anabranch.learn.gnn.RandomModels.Sample;
import io.anabranch.learn.model.Levels;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.ModelWriter;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Channels that nothing is written to go, and the outputs stay what they were, bit for bit in a forward pass that adds in order. Which
 * weights write to a channel is said here once more, from the formulas of model.proto.
 */
class PrunedModelTest {

    private static final int DIMENSION = 6;

    static Stream<Arguments> everyConnectionAndConvolution() {
        return DepthEncoderTest.everyConnectionAndConvolution();
    }

    @ParameterizedTest
    @MethodSource("everyConnectionAndConvolution")
    void silentChannelsGoAndNothingElseChanges(DepthConnection connection, Convolution convolution) {
        SplittableRandom random = new SplittableRandom(31);
        for (int run = 0; run < 4; run++) {
            Sample sample = RandomModels.sample(random, 6 + random.nextInt(8), DIMENSION, run % 2 == 0);
            ModelSpec spec = connection.getNumber() <= DepthConnection.DEPTH_CONNECTION_PLAIN_VALUE
                    ? RandomModels.spec(
                                    FeatureEncoding.FEATURE_ENCODING_IDENTITY,
                                    List.of(convolution, Convolution.CONVOLUTION_GCN, convolution),
                                    DIMENSION,
                                    5,
                                    5,
                                    4)
                            .toBuilder()
                            .setDepthConnection(connection)
                            .build()
                    : RandomModels.staged(
                            random, connection, List.of(convolution, Convolution.CONVOLUTION_GCN), DIMENSION, 2, 1);
            requireSame(random, sample, run < 2 ? spec : RandomModels.readingAllHops(spec, 4));
        }
    }

    /** Stages of attention whose heads stand side by side: 3 heads of 2, then 2 of 3 in the next layer, so 6 channels are one unit. */
    @Test
    void headsSideBySideGoAsAWhole() {
        SplittableRandom random = new SplittableRandom(32);
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName("heads")
                .setFeatureDimension(DIMENSION)
                .setDepthConnection(DepthConnection.DEPTH_CONNECTION_RESIDUAL);
        spec.addStagesBuilder().setLayers(2).setWidth(12);
        for (int heads : new int[] {6, 4}) {
            spec.addLayersBuilder()
                    .setConvolution(Convolution.CONVOLUTION_GAT)
                    .setInputWidth(12)
                    .setOutputWidth(12)
                    .setHeads(heads)
                    .setActivation(Activation.ACTIVATION_TANH);
        }
        Sample sample = RandomModels.sample(random, 9, DIMENSION, false);
        Pruned pruned = requireSame(random, sample, spec.build());
        assertThat(pruned.removed()).containsExactly(Map.entry("stage.1", 6));
        assertThat(pruned.spec().getLayersList())
                .extracting(layer -> layer.getHeads())
                .containsExactly(3, 2);
    }

    private static Pruned requireSame(SplittableRandom random, Sample sample, ModelSpec plain) {
        ModelSpec spec = plain.toBuilder()
                .addHeads(Head.newBuilder().setTask("t").setKind(HeadKind.HEAD_KIND_REGRESSION))
                .build();
        int width = Levels.of(spec).embeddingWidth();
        List<WeightTensor> tensors = new ArrayList<>(ModelTensors.of(RandomModels.model(random, plain, sample.rows()))
                .list());
        tensors.add(WeightTensor.matrix("head.t.weight", width, 1, RandomModels.gaussian(random, width)));
        tensors.add(WeightTensor.vector("head.t.bias", new float[] {0.5f}));
        Silence silence = new Silence(spec, tensors);
        ModelSnapshot whole = model(spec, silence.tensors());

        Pruned pruned = ChannelPruning.below(spec, ModelTensors.of(silence.tensors()), 1e-9);
        ModelSnapshot small = model(pruned.spec(), pruned.tensors().list());

        assertThat(pruned.removed()).as("%s", spec).isEqualTo(silence.removed);
        int[] kept = IntStream.range(0, width)
                .filter(j -> !silence.ofEmbedding.contains(j))
                .toArray();
        double[][] before = NaiveForward.embeddings(whole, sample.edges(), sample.features());
        double[][] after = NaiveForward.embeddings(small, sample.edges(), sample.features());
        float[] fast =
                ForwardPass.of(whole).embeddings(sample.graph(), sample.rows()).toArray();
        float[] fastAfter =
                ForwardPass.of(small).embeddings(sample.graph(), sample.rows()).toArray();
        assertThat(fastAfter).hasSize(before.length * kept.length);
        for (int v = 0; v < before.length; v++) {
            for (int j = 0; j < kept.length; j++) {
                assertThat(after[v][j]).as("vertex %d, %d", v, j).isEqualTo(before[v][kept[j]]);
                assertThat(fastAfter[v * kept.length + j]).isEqualTo(fast[v * width + kept[j]]);
            }
        }
        return pruned;
    }

    private static ModelSnapshot model(ModelSpec spec, List<WeightTensor> tensors) {
        return ModelWriter.write(spec, tensors, ModelProvenance.getDefaultInstance());
    }

    /** Makes some channels of everything that can lose some silent. */
    private static final class Silence {
        private final ModelSpec spec;
        private final Map<String, WeightTensor> byName = new LinkedHashMap<>();
        private final Map<String, Integer> removed = new LinkedHashMap<>();
        private final TreeSet<Integer> ofEmbedding = new TreeSet<>();

        Silence(ModelSpec spec, List<WeightTensor> tensors) {
            this.spec = spec;
            tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
            if (spec.getStagesCount() == 0) {
                for (int i = 1; i <= spec.getLayersCount(); i++) {
                    layer(i, "level." + i);
                }
            } else {
                stages();
            }
            for (int i = 1; i <= spec.getLayersCount(); i++) {
                int inner = spec.getLayers(i - 1).getInnerWidth();
                if (inner > 0) {
                    boolean gin = spec.getLayers(i - 1).getConvolution() == Convolution.CONVOLUTION_GIN;
                    TreeSet<Integer> channels = some("layer." + i + ".inner", inner, 1);
                    silence("layer." + i + (gin ? ".neighbor" : ".pool"), inner, 0, channels);
                    silence("layer." + i + (gin ? ".bias" : ".pool_bias"), inner, 0, channels);
                }
            }
            if (spec.getReadoutWidth() > 0) {
                ofEmbedding.clear();
                ofEmbedding.addAll(some("embedding", spec.getReadoutWidth(), 1));
                for (int l = 0; l <= spec.getLayersCount(); l++) {
                    silence("readout." + l, spec.getReadoutWidth(), 0, ofEmbedding);
                }
                silence("readout.bias", spec.getReadoutWidth(), 0, ofEmbedding);
            }
        }

        List<WeightTensor> tensors() {
            return List.copyOf(byName.values());
        }

        private void stages() {
            int layer = 1;
            for (int k = 1; k <= spec.getStagesCount(); k++) {
                String stage = "stage." + k;
                int width = spec.getStages(k - 1).getWidth();
                boolean ownCells = byName.containsKey("layer." + layer + ".cell.bias");
                int unit = 1;
                for (int i = 0; i < spec.getStages(k - 1).getLayers() && !ownCells; i++) {
                    unit = Math.max(unit, unit(layer + i));
                }
                // 2 and 3: 6.
                unit = unit == 3 ? 6 : unit;
                TreeSet<Integer> channels = some(stage, width, unit);
                ofEmbedding.clear();
                ofEmbedding.addAll(channels);
                silence(stage + ".entry", width, 0, channels);
                silence(stage + ".entry_bias", width, 0, channels);
                silence(stage + ".hidden", width, 0, channels);
                silence(stage + ".hidden_bias", width, 0, channels);
                // The third block, n or g, is what a cell writes.
                for (String part : List.of(".input", ".recurrent", ".bias")) {
                    silence(stage + ".cell" + part, width, 2, channels);
                }
                for (int i = 0; i < spec.getStages(k - 1).getLayers(); i++, layer++) {
                    for (String part : List.of(".input", ".recurrent", ".bias")) {
                        silence("layer." + layer + ".cell" + part, width, 2, channels);
                    }
                    if (ownCells) {
                        layer(layer, "layer." + layer + ".output");
                    } else {
                        output(layer, channels);
                    }
                }
            }
        }

        private int unit(int layer) {
            var of = spec.getLayers(layer - 1);
            boolean sideBySide =
                    of.getConvolution() == Convolution.CONVOLUTION_GAT && of.getHeadCombinationValue() != 2;
            return sideBySide ? of.getOutputWidth() / Math.max(1, of.getHeads()) : 1;
        }

        private void layer(int i, String axis) {
            TreeSet<Integer> channels = some(axis, spec.getLayers(i - 1).getOutputWidth(), unit(i));
            if (spec.getStagesCount() == 0) {
                ofEmbedding.clear();
                ofEmbedding.addAll(channels);
            }
            output(i, channels);
        }

        private void output(int i, TreeSet<Integer> channels) {
            int width = spec.getLayers(i - 1).getOutputWidth();
            boolean gin = spec.getLayers(i - 1).getConvolution() == Convolution.CONVOLUTION_GIN;
            List<String> parts = gin ? List.of(".outer", ".outer_bias") : List.of(".self", ".neighbor", ".bias");
            for (String part : parts) {
                WeightTensor tensor = byName.get("layer." + i + part);
                if (tensor != null) {
                    // Heads that are averaged repeat the columns.
                    int blocks = tensor.extent(tensor.rank() - 1) / width;
                    for (int block = 0; block < blocks; block++) {
                        silence(tensor.name(), width, block, channels);
                    }
                }
            }
        }

        /** The second unit, and the last of four or more. */
        private TreeSet<Integer> some(String axis, int width, int unit) {
            TreeSet<Integer> channels = new TreeSet<>();
            int units = width / unit;
            for (int j = 0; j < width; j++) {
                if (j / unit == 1 || (units > 3 && j / unit == units - 1)) {
                    channels.add(j);
                }
            }
            if (!channels.isEmpty()) {
                removed.put(axis, channels.size());
            }
            return channels;
        }

        private void silence(String name, int width, int block, TreeSet<Integer> channels) {
            WeightTensor tensor = byName.get(name);
            if (tensor == null) {
                return;
            }
            int columns = tensor.extent(tensor.rank() - 1);
            float[] values = tensor.values();
            for (int i = 0; i < values.length; i++) {
                int column = i % columns;
                if (column / width == block && channels.contains(column % width)) {
                    values[i] = 0;
                }
            }
            byName.put(name, WeightTensor.of(name, tensor.shape(), values));
        }
    }
}
