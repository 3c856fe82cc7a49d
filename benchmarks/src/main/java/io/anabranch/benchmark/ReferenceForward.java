package io.anabranch.benchmark;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.anabranch.graph.history.GapCode;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A two-layer SAGE (mean or sum) or GCN model with random weights, its safetensors file, and its forward pass in double precision, written from the
 * equations of model.proto with plain maps and loops. Independent of the engine, the frozen kernels and the trainer.
 */
final class ReferenceForward {

    private static final int IDENTITY_WIDTH = 16;

    private final ModelSpec spec;
    private final TreeMap<String, float[]> tensors = new TreeMap<>();
    private final Map<String, int[]> shapes = new HashMap<>();

    ReferenceForward(
            String name, Convolution convolution, int dimension, int hidden, int width, RandomGenerator random) {
        this(name, convolution, dimension, 0, hidden, width, random);
    }

    /** @param units of a reversible GRU that reads histories; 0: none does */
    ReferenceForward(
            String name,
            Convolution convolution,
            int dimension,
            int units,
            int hidden,
            int width,
            RandomGenerator random) {
        int[] widths = {dimension + units, hidden, width};
        ModelSpec.Builder builder = ModelSpec.newBuilder().setName(name).setFeatureDimension(dimension);
        for (int l = 1; l <= 2; l++) {
            builder.addLayers(Layer.newBuilder()
                    .setConvolution(convolution)
                    .setInputWidth(widths[l - 1])
                    .setOutputWidth(widths[l])
                    .setActivation(l == 1 ? Activation.ACTIVATION_RELU : Activation.ACTIVATION_IDENTITY));
            if (convolution != Convolution.CONVOLUTION_GCN) {
                tensor("layer." + l + ".self", random, widths[l - 1], widths[l]);
            }
            tensor("layer." + l + ".neighbor", random, widths[l - 1], widths[l]);
            tensor("layer." + l + ".bias", random, widths[l]);
        }
        if (units > 0) {
            builder.setHistory(history(units, random));
        }
        this.spec = builder.build();
    }

    private HistoryEncoder history(int units, RandomGenerator random) {
        int in = GapCode.WIDTH + 3 + IDENTITY_WIDTH;
        int half = units / 2;
        for (int p = 1; p <= 2; p++) {
            tensor("history." + p + ".input", random, in, 3 * half);
            tensor("history." + p + ".recurrent", random, half, 3 * half);
            tensor("history." + p + ".bias", random, 3 * half);
        }
        return HistoryEncoder.newBuilder()
                .setCell(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU)
                .setWidth(units)
                .setMaxForget(0.875f)
                .setShortestGapS(0.001)
                .setLongestGapS(86_400)
                .addEdgeTypes(Workload.EDGE_TYPE)
                .setWeightScale(1)
                .setIdentityWidth(IDENTITY_WIDTH)
                .build();
    }

    private @Nullable ReferenceHistories histories() {
        if (!spec.hasHistory()) {
            return null;
        }
        ModelSnapshot.Builder model = ModelSnapshot.newBuilder().setVersion(1).setSpec(spec);
        tensors.forEach((name, values) -> {
            ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            data.asFloatBuffer().put(values);
            Tensor.Builder tensor = Tensor.newBuilder().setName(name).setData(ByteString.copyFrom(data));
            for (int extent : requireNonNull(shapes.get(name))) {
                tensor.addShape(extent);
            }
            model.addTensors(tensor);
        });
        return new ReferenceHistories(
                requireNonNull(RandomModel.frozen(model.build()).history()));
    }

    ModelSpec spec() {
        return spec;
    }

    /** The weights as a safetensors file. */
    byte[] safetensors() {
        StringBuilder header = new StringBuilder("{");
        int offset = 0;
        for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
            int bytes = tensor.getValue().length * Float.BYTES;
            StringBuilder shape = new StringBuilder();
            for (int extent : requireNonNull(shapes.get(tensor.getKey()))) {
                shape.append(shape.isEmpty() ? "" : ",").append(extent);
            }
            header.append(header.length() > 1 ? "," : "")
                    .append("\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                            .formatted(tensor.getKey(), shape, offset, offset + bytes));
            offset += bytes;
        }
        byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + json.length + offset).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        tensors.values().forEach(values -> {
            for (float value : values) {
                file.putFloat(value);
            }
        });
        return file.array();
    }

    /** Embeddings of every vertex of the workload's final graph. */
    Map<String, double[]> embeddings(Workload workload) {
        Map<String, double[]> h = new HashMap<>();
        ReferenceHistories histories = histories();
        workload.finalFeatures().forEach((id, row) -> {
            float[] shown = histories == null ? new float[0] : histories.shown(workload.history(id));
            double[] x = new double[row.length + shown.length];
            for (int j = 0; j < x.length; j++) {
                x[j] = j < row.length ? row[j] : shown[j - row.length];
            }
            h.put(id, x);
        });
        Map<String, double[]> current = h;
        for (int l = 1; l <= spec.getLayersCount(); l++) {
            current = layer(l, current, workload);
        }
        return current;
    }

    private Map<String, double[]> layer(int l, Map<String, double[]> h, Workload workload) {
        Layer layer = spec.getLayers(l - 1);
        boolean gcn = layer.getConvolution() == Convolution.CONVOLUTION_GCN;
        float @Nullable [] self = tensors.get("layer." + l + ".self");
        float[] neighbor = requireNonNull(tensors.get("layer." + l + ".neighbor"));
        float[] bias = requireNonNull(tensors.get("layer." + l + ".bias"));
        Map<String, double[]> out = new HashMap<>();
        h.forEach((id, row) -> {
            double[] sum = new double[row.length];
            double scale = norm(workload, id);
            for (String source : workload.inNeighbors(id)) {
                axpy(gcn ? norm(workload, source) : 1, requireNonNull(h.get(source)), sum);
            }
            int degree = workload.inNeighbors(id).size();
            if (gcn) {
                axpy(scale, row, sum);
            }
            double factor = switch (layer.getConvolution()) {
                case CONVOLUTION_GCN -> scale;
                case CONVOLUTION_SAGE_SUM -> 1;
                default -> degree == 0 ? 0 : 1.0 / degree;
            };
            double[] result = new double[layer.getOutputWidth()];
            for (int j = 0; j < result.length; j++) {
                double value = bias[j];
                for (int i = 0; i < row.length; i++) {
                    value += factor * sum[i] * neighbor[i * result.length + j];
                    if (self != null) {
                        value += row[i] * self[i * result.length + j];
                    }
                }
                result[j] = layer.getActivation() == Activation.ACTIVATION_RELU ? Math.max(0, value) : value;
            }
            out.put(id, result);
        });
        return out;
    }

    private static double norm(Workload workload, String id) {
        return 1 / Math.sqrt(1 + workload.inNeighbors(id).size());
    }

    private static void axpy(double factor, double[] row, double[] sum) {
        for (int i = 0; i < row.length; i++) {
            sum[i] += factor * row[i];
        }
    }

    private void tensor(String name, RandomGenerator random, int... shape) {
        int size = 1;
        for (int extent : shape) {
            size *= extent;
        }
        float[] values = new float[size];
        double scale = 1 / Math.sqrt(shape[0]);
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        tensors.put(name, values);
        shapes.put(name, shape);
    }
}
