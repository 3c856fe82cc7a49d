package io.anabranch.standalone.chaos;

import com.google.protobuf.ByteString;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import io.anabranch.v1.ImportModelRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.random.RandomGenerator;

/** Two-layer models with random weights, and the safetensors file by which a server takes one. */
final class RandomModel {

    private static final int HIDDEN = 6;
    private static final int WIDTH = 4;
    private static final int HEADS = 2;
    private static final int HISTORY = 4;
    private static final int IDENTITY = 5;

    private RandomModel() {}

    /** A model of the n-th kind, round and round. Its version is for the server to give. */
    static ModelSnapshot ofKind(int n, String name, int dimension, RandomGenerator random) {
        return of(ModelKind.values()[n % ModelKind.values().length], name, dimension, random);
    }

    /** A model of this kind. */
    static ModelSnapshot of(ModelKind kind, String name, int dimension, RandomGenerator random) {
        int[] widths = {dimension + (kind.history() ? HISTORY : 0), HIDDEN, WIDTH};
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName(name)
                .setFeatureDimension(dimension)
                .setFeatureEncoding(FeatureEncoding.FEATURE_ENCODING_IDENTITY);
        ModelSnapshot.Builder model = ModelSnapshot.newBuilder();
        for (int l = 1; l < widths.length; l++) {
            boolean last = l == widths.length - 1;
            spec.addLayers(layer(kind, widths[l - 1], widths[l], last));
            addTensors(model, kind, l, widths[l - 1], widths[l], last, random);
        }
        if (kind.history()) {
            addHistory(spec, model, random);
        }
        return model.setSpec(spec).build();
    }

    private static void addHistory(ModelSpec.Builder spec, ModelSnapshot.Builder model, RandomGenerator random) {
        HistoryEncoder history = HistoryEncoder.newBuilder()
                .setCell(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU)
                .setWidth(HISTORY)
                .setMaxForget(0.875f)
                .setShortestGapS(0.001)
                .setLongestGapS(600)
                .addEdgeTypes("pays")
                .setWeightMean(1)
                .setWeightScale(2)
                .setIdentityWidth(IDENTITY)
                .build();
        spec.setHistory(history);
        int half = HISTORY / 2;
        int in = 11 + 1 + history.getEdgeTypesCount() + 1 + IDENTITY;
        for (int p = 1; p <= 2; p++) {
            model.addTensors(gaussian("history." + p + ".input", random, in, 3 * half))
                    .addTensors(gaussian("history." + p + ".recurrent", random, half, 3 * half))
                    .addTensors(gaussian("history." + p + ".bias", random, 3 * half));
        }
    }

    private static Layer.Builder layer(ModelKind kind, int in, int out, boolean last) {
        Layer.Builder layer = Layer.newBuilder()
                .setConvolution(kind.convolution())
                .setInputWidth(in)
                .setOutputWidth(out)
                .addAllRelations(kind.relations())
                .setActivation(last ? Activation.ACTIVATION_IDENTITY : Activation.ACTIVATION_RELU);
        if (kind.convolution() == Convolution.CONVOLUTION_GAT) {
            layer.setHeads(HEADS)
                    .setHeadCombination(
                            last
                                    ? HeadCombination.HEAD_COMBINATION_AVERAGED
                                    : HeadCombination.HEAD_COMBINATION_CONCATENATED);
        }
        return layer;
    }

    private static void addTensors(
            ModelSnapshot.Builder model, ModelKind kind, int l, int in, int out, boolean last, RandomGenerator random) {
        String prefix = "layer." + l + ".";
        switch (kind.convolution()) {
            case CONVOLUTION_GAT -> {
                // Averaged heads are as wide as the row, concatenated ones make it up together.
                int all = last ? HEADS * out : out;
                model.addTensors(gaussian(prefix + "neighbor", random, in, all))
                        .addTensors(gaussian(prefix + "attention_source", random, HEADS, all / HEADS))
                        .addTensors(gaussian(prefix + "attention_target", random, HEADS, all / HEADS));
            }
            case CONVOLUTION_GCN -> model.addTensors(gaussian(prefix + "neighbor", random, in, out));
            default -> {
                model.addTensors(gaussian(prefix + "self", random, in, out));
                for (String relation : kind.relations().isEmpty() ? List.of("") : kind.relations()) {
                    String name = prefix + "neighbor" + (relation.isEmpty() ? "" : "." + relation);
                    model.addTensors(gaussian(name, random, in, out));
                }
            }
        }
        model.addTensors(gaussian(prefix + "bias", random, out));
    }

    private static Tensor gaussian(String name, RandomGenerator random, int... shape) {
        Tensor.Builder tensor = Tensor.newBuilder().setName(name);
        int size = 1;
        for (int extent : shape) {
            tensor.addShape(extent);
            size *= extent;
        }
        ByteBuffer data = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        double scale = 1 / Math.sqrt(shape[0]);
        for (int i = 0; i < size; i++) {
            data.putFloat((float) (random.nextGaussian() * scale));
        }
        return tensor.setData(ByteString.copyFrom(data.flip())).build();
    }

    static ImportModelRequest request(ModelSnapshot model) {
        return ImportModelRequest.newBuilder()
                .setSpec(model.getSpec())
                .setSafetensors(safetensors(model.getTensorsList()))
                .build();
    }

    /** Length of the header (8 bytes, little-endian), JSON header, data. */
    private static ByteString safetensors(List<Tensor> tensors) {
        List<ByteString> data = new ArrayList<>();
        StringJoiner header = new StringJoiner(",", "{", "}");
        int offset = 0;
        for (Tensor tensor : tensors) {
            int end = offset + tensor.getData().size();
            header.add("\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(tensor.getName(), tensor.getShapeList(), offset, end));
            data.add(tensor.getData());
            offset = end;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .flip();
        return ByteString.copyFrom(length).concat(ByteString.copyFrom(json)).concat(ByteString.copyFrom(data));
    }
}
