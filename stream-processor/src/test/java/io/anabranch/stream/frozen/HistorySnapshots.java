package io.anabranch.stream.frozen;

import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Random models that read histories. */
public final class HistorySnapshots {
    private static final List<List<String>> TYPES = List.of(List.of(), List.of("pays"), List.of("knows", "", "never"));

    private HistorySnapshots() {}

    /**
     * Makes the last of a model's features what a random encoder shows.
     *
     * @param model of as many more features than the graph has
     * @param width even, below the model's number of features
     */
    public static ModelSnapshot reading(ModelSnapshot model, int width, RandomGenerator random) {
        int features = model.getSpec().getFeatureDimension() - width;
        boolean gru = random.nextBoolean();
        var history = HistoryEncoder.newBuilder()
                .setCell(gru ? HistoryCell.HISTORY_CELL_REVERSIBLE_GRU : HistoryCell.HISTORY_CELL_REVERSIBLE_LSTM)
                .setWidth(width)
                .setMaxForget(random.nextInt(4) == 0 ? 1 : (float) random.nextDouble(0.3, 1))
                .setShortestGapS(0.001)
                .setLongestGapS(random.nextDouble(0.01, 1))
                .addAllEdgeTypes(TYPES.get(random.nextInt(TYPES.size())))
                .setWeightMean((float) random.nextDouble())
                .setWeightScale((float) random.nextDouble(0.5, 2))
                .setIdentityWidth(random.nextInt(9))
                .build();
        var reading = model.toBuilder();
        reading.getSpecBuilder().setFeatureDimension(features).setHistory(history);
        for (int i = 0; i < reading.getTensorsCount(); i++) {
            if (reading.getTensors(i).getName().startsWith("features.")) {
                reading.setTensors(i, first(reading.getTensors(i), features));
            }
        }
        int in = 11 + 1 + history.getEdgeTypesCount() + 1 + history.getIdentityWidth();
        int half = width / 2;
        int columns = (gru ? 3 : 5) * half;
        var tensors = ModelSnapshot.newBuilder();
        for (int p = 1; p <= 2; p++) {
            Snapshots.addMatrix(tensors, "history." + p + ".input", in, columns, random);
            Snapshots.addMatrix(tensors, "history." + p + ".recurrent", half, columns, random);
            tensors.addTensors(
                    Snapshots.tensor("history." + p + ".bias", Snapshots.gaussians(random, columns, 0.5), columns));
        }
        return reading.addAllTensors(tensors.getTensorsList()).build();
    }

    private static Tensor first(Tensor tensor, int count) {
        var floats = tensor.getData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return Snapshots.tensor(tensor.getName(), Arrays.copyOf(values, count), count);
    }
}
