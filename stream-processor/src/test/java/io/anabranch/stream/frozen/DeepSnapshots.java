package io.anabranch.stream.frozen;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Random structures of models with a connection along depth, and the tensors that come with connections and readouts. */
public final class DeepSnapshots {
    private static final Activation[] ACTIVATIONS = {
        Activation.ACTIVATION_IDENTITY,
        Activation.ACTIVATION_RELU,
        Activation.ACTIVATION_TANH,
        Activation.ACTIVATION_ELU
    };

    private DeepSnapshots() {}

    /**
     * A model of these kinds of layers, in one stage or two of random widths, with random weights; the readout is one or the other.
     *
     * @param kinds convolution, heads and relations of each layer; widths and activations are set here
     * @param widest stages are narrower than this
     */
    public static ModelSnapshot random(
            long version,
            DepthConnection connection,
            Layer[] kinds,
            int dimension,
            int widest,
            RandomGenerator random) {
        return model(version, spec(connection, kinds, dimension, widest, random).build(), random);
    }

    /** The structure alone. */
    public static ModelSpec.Builder spec(
            DepthConnection connection, Layer[] kinds, int dimension, int widest, RandomGenerator random) {
        var spec = ModelSpec.newBuilder()
                .setName("random")
                .setFeatureDimension(dimension)
                .setFeatureEncodingValue(random.nextInt(3) + FeatureEncoding.FEATURE_ENCODING_IDENTITY_VALUE)
                .setDepthConnection(connection);
        if (connection == DepthConnection.DEPTH_CONNECTION_PLAIN) {
            addPlain(spec, kinds, widest, random);
        } else {
            int first = kinds.length > 1 && random.nextBoolean() ? random.nextInt(1, kinds.length) : kinds.length;
            addStage(spec, kinds, 0, first, widest, random);
            if (first < kinds.length) {
                addStage(spec, kinds, first, kinds.length, widest, random);
            }
        }
        if (random.nextBoolean()) {
            spec.setReadout(Readout.READOUT_ALL_HOPS).setReadoutWidth(random.nextInt(1, widest));
        }
        return spec;
    }

    private static void addPlain(ModelSpec.Builder spec, Layer[] kinds, int widest, RandomGenerator random) {
        int in = spec.getFeatureDimension();
        for (var kind : kinds) {
            int out = fitting(kind, random.nextInt(1, widest));
            spec.addLayers(layer(kind, in, out, random));
            in = out;
        }
    }

    private static void addStage(
            ModelSpec.Builder spec, Layer[] kinds, int from, int to, int widest, RandomGenerator random) {
        int width = random.nextInt(1, widest);
        for (int l = from; l < to; l++) {
            width = width * fitting(kinds[l], 1) / gcd(width, fitting(kinds[l], 1));
        }
        var stage = Stage.newBuilder()
                .setLayers(to - from)
                .setWidth(width)
                .setEntryActivation(ACTIVATIONS[random.nextInt(ACTIVATIONS.length)]);
        boolean asWide = true;
        switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_MOMENTUM ->
                stage.setMomentum(random.nextInt(4) == 0 ? 0 : (float) random.nextDouble())
                        .setHiddenStartValue(random.nextInt(3));
            case DEPTH_CONNECTION_GRU, DEPTH_CONNECTION_LSTM -> {
                asWide = random.nextBoolean();
                stage.setSharedCell(asWide);
            }
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> {
                asWide = random.nextBoolean();
                stage.setSharedCell(asWide)
                        .setMaxForget(random.nextInt(4) == 0 ? 1 : (float) random.nextDouble(0.1, 1))
                        .setHiddenStartValue(random.nextInt(3));
            }
            default -> {}
        }
        for (int l = from; l < to; l++) {
            int out = asWide ? width : fitting(kinds[l], random.nextInt(1, widest));
            spec.addLayers(layer(kinds[l], width, out, random));
        }
        spec.addStages(stage);
    }

    private static Layer.Builder layer(Layer kind, int in, int out, RandomGenerator random) {
        var layer = kind.toBuilder()
                .setInputWidth(in)
                .setOutputWidth(out)
                .setActivation(ACTIVATIONS[random.nextInt(ACTIVATIONS.length)]);
        boolean inner = kind.getConvolution() == Convolution.CONVOLUTION_GIN
                || kind.getConvolution() == Convolution.CONVOLUTION_SAGE_POOL;
        return inner ? layer.setInnerWidth(random.nextInt(1, out + 4)) : layer;
    }

    /** At least this width, and a multiple of the number of heads if these are concatenated. */
    private static int fitting(Layer kind, int width) {
        boolean concatenated = kind.getConvolution() == Convolution.CONVOLUTION_GAT
                && kind.getHeadCombination() != HeadCombination.HEAD_COMBINATION_AVERAGED;
        return concatenated ? width * Math.max(1, kind.getHeads()) : width;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /**
     * Weights of this structure, weak where numbers would grow from layer to layer: errors of float sums are relative to the numbers that are
     * summed, those of what goes through a gate or a softmax are not.
     */
    public static ModelSnapshot model(long version, ModelSpec spec, RandomGenerator random) {
        var model = Snapshots.filled(version, spec, random);
        for (int l = 1; l <= spec.getLayersCount(); l++) {
            double strength = switch (spec.getLayers(l - 1).getConvolution()) {
                case CONVOLUTION_SAGE_SUM, CONVOLUTION_GIN -> 0.05;
                case CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN, CONVOLUTION_SAGE_POOL -> 0.3;
                default -> 0.7;
            };
            model = Snapshots.scaled(model, "layer." + l + ".neighbor", strength);
            model = Snapshots.scaled(model, "layer." + l + ".self", 0.7);
        }
        return model;
    }

    /** The model with the first gate of every layer's cell saturated: GRU and LSTM take nothing new in, the reversible gate keeps all that it may. */
    public static ModelSnapshot shut(ModelSnapshot model) {
        boolean keeps = model.getSpec().getDepthConnection() == DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE;
        for (var tensor : model.getTensorsList()) {
            if (tensor.getName().endsWith(".cell.bias")) {
                var bias = new float[tensor.getShape(0)];
                int gates = model.getSpec().getDepthConnection() == DepthConnection.DEPTH_CONNECTION_LSTM ? 4 : 3;
                Arrays.fill(bias, 0, bias.length / gates, keeps ? 60 : -60);
                model = Snapshots.with(model, tensor.getName(), bias);
            }
        }
        return model;
    }

    static void addTensors(ModelSnapshot.Builder snapshot, ModelSpec spec, RandomGenerator random) {
        int gates = switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_GRU, DEPTH_CONNECTION_REVERSIBLE_GATE -> 3;
            case DEPTH_CONNECTION_LSTM -> 4;
            default -> 0;
        };
        boolean stageHasCell = spec.getDepthConnection() != DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE;
        int l = 1;
        int before = spec.getFeatureDimension();
        addReadout(
                snapshot,
                spec,
                0,
                spec.getStagesCount() == 0 ? before : spec.getStages(0).getWidth(),
                random);
        for (int k = 1; k <= spec.getStagesCount(); k++) {
            var stage = spec.getStages(k - 1);
            int width = stage.getWidth();
            String prefix = "stage." + k;
            Snapshots.addMatrix(snapshot, prefix + ".entry", before, width, random);
            snapshot.addTensors(
                    Snapshots.tensor(prefix + ".entry_bias", Snapshots.gaussians(random, width, 0.5), width));
            if (stage.getHiddenStart() == HiddenStart.HIDDEN_START_LEARNED) {
                Snapshots.addMatrix(snapshot, prefix + ".hidden", width, width, random);
                snapshot.addTensors(
                        Snapshots.tensor(prefix + ".hidden_bias", Snapshots.gaussians(random, width, 0.5), width));
            }
            if (gates > 0 && (stage.getSharedCell() || stageHasCell)) {
                addCell(snapshot, prefix, width, width, gates, random);
            }
            for (int i = 0; i < stage.getLayers(); i++, l++) {
                if (gates > 0 && !stage.getSharedCell()) {
                    addCell(snapshot, "layer." + l, spec.getLayers(l - 1).getOutputWidth(), width, gates, random);
                }
                boolean border = i == stage.getLayers() - 1 && k < spec.getStagesCount();
                addReadout(snapshot, spec, l, border ? spec.getStages(k).getWidth() : width, random);
            }
            before = width;
        }
        for (; l <= spec.getLayersCount(); l++) {
            addReadout(snapshot, spec, l, spec.getLayers(l - 1).getOutputWidth(), random);
        }
    }

    private static void addReadout(
            ModelSnapshot.Builder snapshot, ModelSpec spec, int l, int in, RandomGenerator random) {
        if (spec.getReadout() != Readout.READOUT_ALL_HOPS) {
            return;
        }
        int out = spec.getReadoutWidth();
        Snapshots.addMatrix(snapshot, "readout." + l, in, out, random);
        if (l == 0) {
            snapshot.addTensors(Snapshots.tensor("readout.bias", Snapshots.gaussians(random, out, 0.5), out));
        }
    }

    private static void addCell(
            ModelSnapshot.Builder snapshot, String prefix, int in, int width, int gates, RandomGenerator random) {
        int columns = gates * width;
        Snapshots.addMatrix(snapshot, prefix + ".cell.input", in, columns, random);
        Snapshots.addMatrix(snapshot, prefix + ".cell.recurrent", width, columns, random);
        snapshot.addTensors(
                Snapshots.tensor(prefix + ".cell.bias", Snapshots.gaussians(random, columns, 0.5), columns));
    }
}
