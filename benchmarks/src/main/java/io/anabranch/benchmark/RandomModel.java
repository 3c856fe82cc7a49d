package io.anabranch.benchmark;

import com.google.protobuf.ByteString;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.InvalidModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** Models with Gaussian weights of variance 1 / fan-in: rectified layers, and a last one that is not. */
final class RandomModel {
    private RandomModel() {}

    /** @param widths that of features, then of each layer */
    static ModelSnapshot of(Convolution convolution, SplittableRandom random, int... widths) {
        var spec = ModelSpec.newBuilder().setName("random").setFeatureDimension(widths[0]);
        var snapshot = ModelSnapshot.newBuilder().setVersion(1);
        for (int l = 1; l < widths.length; l++) {
            boolean last = l == widths.length - 1;
            int in = widths[l - 1];
            int out = widths[l];
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(convolution)
                    .setInputWidth(in)
                    .setOutputWidth(out)
                    .setActivation(last ? Activation.ACTIVATION_IDENTITY : Activation.ACTIVATION_RELU));
            String prefix = "layer." + l;
            switch (convolution) {
                case CONVOLUTION_GCN -> {}
                case CONVOLUTION_GAT -> {
                    snapshot.addTensors(tensor(prefix + ".attention_source", out, random, 1, out));
                    snapshot.addTensors(tensor(prefix + ".attention_target", out, random, 1, out));
                }
                default -> snapshot.addTensors(tensor(prefix + ".self", in, random, in, out));
            }
            snapshot.addTensors(tensor(prefix + ".neighbor", in, random, in, out));
            snapshot.addTensors(tensor(prefix + ".bias", out, random, out));
        }
        return snapshot.setSpec(spec).build();
    }

    /**
     * Makes the last of a model's features what an encoder of random weights shows, with a limit of three bits.
     *
     * @param model of as many more features than the graph has
     */
    static ModelSnapshot reading(ModelSnapshot model, HistoryCell cell, int width, SplittableRandom random) {
        var history = HistoryEncoder.newBuilder()
                .setCell(cell)
                .setWidth(width)
                .setMaxForget(0.875f)
                .setShortestGapS(0.001)
                .setLongestGapS(86_400)
                .setWeightScale(1)
                .setIdentityWidth(16)
                .build();
        var reading = model.toBuilder();
        reading.getSpecBuilder()
                .setFeatureDimension(model.getSpec().getFeatureDimension() - width)
                .setHistory(history);
        int in = 11 + 1 + 1 + history.getIdentityWidth();
        int half = width / 2;
        int columns = (cell == HistoryCell.HISTORY_CELL_REVERSIBLE_GRU ? 3 : 5) * half;
        for (int p = 1; p <= 2; p++) {
            reading.addTensors(tensor("history." + p + ".input", in, random, in, columns))
                    .addTensors(tensor("history." + p + ".recurrent", half, random, half, columns))
                    .addTensors(tensor("history." + p + ".bias", columns, random, columns));
        }
        return reading.build();
    }

    /** The same as the engine takes it. */
    static FrozenModel frozen(ModelSnapshot snapshot) {
        try {
            return FrozenModel.decode(snapshot);
        } catch (InvalidModelException e) {
            throw new IllegalStateException("The random model is not valid.", e);
        }
    }

    private static Tensor tensor(String name, int fanIn, SplittableRandom random, int... shape) {
        var tensor = Tensor.newBuilder().setName(name);
        int numbers = 1;
        for (int size : shape) {
            numbers *= size;
            tensor.addShape(size);
        }
        var data = ByteBuffer.allocate(Float.BYTES * numbers).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < numbers; i++) {
            data.putFloat((float) (random.nextGaussian() / Math.sqrt(fanIn)));
        }
        return tensor.setData(ByteString.copyFrom(data.array())).build();
    }
}
