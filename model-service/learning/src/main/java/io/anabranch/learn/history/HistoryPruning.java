package io.anabranch.learn.history;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.model.HistoryFormat;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.recurrent.PrunableCell;
import io.anabranch.learn.spectral.KeptUnits;
import io.anabranch.learn.spectral.SecondMoments;
import io.anabranch.learn.spectral.SpectralPruning;
import io.anabranch.learn.spectral.UnitStrategy;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A model whose history encoder remembers with fewer units, without training on (spectral pruning, Furuya et al., AISTATS 2022): units are chosen by what the
 * cell showed after every step of the histories, and whoever read all of them, the cell and the first layer or stage or readout, reads the best guess at them.
 *
 * @param spec with the narrower encoder, and a first layer that takes as many numbers fewer where layers read what is shown
 * @param tensors of it
 * @param kept of each half, with the information losses
 * @param degreesOfFreedom as how many units all of what was shown counted, at a thousandth of a unit's mean square
 */
public record HistoryPruning(ModelSpec spec, ModelTensors tensors, List<KeptUnits> kept, double degreesOfFreedom) {

    /** Both losses alike, as in {@link io.anabranch.learn.temporal.EncoderPruning}. */
    private static final double THETA = 0.5;

    private static final double RIDGE = 1e-6;
    private static final double SCALE = 1e-3;

    public HistoryPruning {
        kept = List.copyOf(kept);
    }

    /**
     * Prunes the encoder. Memory: 8 bytes and more for each number that is shown after a step.
     *
     * @param rows the histories to judge by, of one step at least
     * @param width numbers that the cell shows afterwards, even and fewer than before
     */
    public static HistoryPruning of(ModelSpec spec, ModelTensors tensors, HistoryRows rows, int width) {
        if (width < HistoryFormat.HALVES
                || width % HistoryFormat.HALVES != 0
                || width >= spec.getHistory().getWidth()) {
            throw new IllegalArgumentException("The width (%d) must be even, from 2 to less than (%d)."
                    .formatted(width, spec.getHistory().getWidth()));
        }
        try (HistoryReader reader = HistoryReader.of(spec.getHistory(), tensors)) {
            PrunableCell cell = reader.cell();
            SecondMoments moments = moments(reader, rows);
            int half = cell.outputWidth() / HistoryFormat.HALVES;
            List<KeptUnits> kept = new ArrayList<>();
            for (int group = 0; group < HistoryFormat.HALVES; group++) {
                int from = group * half;
                double[][] block = moments.block(from, from + half);
                List<double[][]> readers = new ArrayList<>(cell.readers(group));
                for (WeightTensor tensor : tensors.list()) {
                    if (readsShown(spec, tensor)) {
                        readers.add(rows(tensor, spec.getFeatureDimension() + from, half));
                    }
                }
                kept.add(new SpectralPruning(SpectralPruning.readers(readers), THETA, RIDGE * trace(block) / half)
                        .choose(block, width / HistoryFormat.HALVES, UnitStrategy.GREEDY, new double[half], 0));
            }
            return new HistoryPruning(
                    narrower(spec, width), narrower(spec, tensors, cell, kept), kept, degreesOfFreedom(moments));
        }
    }

    /** As how many units what a cell shows after the steps of histories counts. */
    public static double degreesOfFreedom(ModelSpec spec, ModelTensors tensors, HistoryRows rows) {
        try (HistoryReader reader = HistoryReader.of(spec.getHistory(), tensors)) {
            return degreesOfFreedom(moments(reader, rows));
        }
    }

    /** What a reader of the model must know. */
    public String note() {
        return String.format(
                Locale.ROOT,
                "Pruning: %d of %d units of the history's cell stay; losses of information %s (input) and %s (output) in the halves; all of them counted as %.1f.",
                kept.stream().mapToInt(KeptUnits::count).sum(),
                kept.stream().mapToInt(each -> each.reconstruction().length).sum(),
                kept.stream()
                        .map(each -> String.format(Locale.ROOT, "%.3g", each.inputLoss()))
                        .toList(),
                kept.stream()
                        .map(each -> String.format(Locale.ROOT, "%.3g", each.outputLoss()))
                        .toList(),
                degreesOfFreedom);
    }

    private static SecondMoments moments(HistoryReader reader, HistoryRows rows) {
        try (TensorScope scope = TensorScope.open()) {
            Variable shown = reader.everyStep(new Tape(scope), HistoryInput.of(scope, DataType.FLOAT32, rows));
            float[] values = shown.value().toFloats();
            int width = reader.cell().outputWidth();
            SecondMoments moments = SecondMoments.of(width);
            for (int at = 0; at < values.length; at += width) {
                moments.add(values, at);
            }
            return moments;
        }
    }

    private static double degreesOfFreedom(SecondMoments moments) {
        double[][] matrix = moments.matrix();
        double trace = trace(matrix);
        return trace == 0 ? 0 : SpectralPruning.degreesOfFreedom(matrix, SCALE * trace / matrix.length);
    }

    /** Whether rows of the tensor, behind those of features, are of what the cell shows. */
    private static boolean readsShown(ModelSpec spec, WeightTensor tensor) {
        int input = spec.getFeatureDimension() + spec.getHistory().getWidth();
        if (tensor.shape().length != 2 || tensor.shape()[0] != input) {
            return false;
        }
        String name = tensor.name();
        if (!plain(spec)) {
            return name.equals(TensorNames.entry(1));
        }
        return name.equals(TensorNames.self(1))
                || name.equals(TensorNames.neighbor(1))
                || name.startsWith(TensorNames.neighbor(1) + ".")
                || name.equals(TensorNames.pool(1))
                || name.equals(TensorNames.readout(0));
    }

    private static boolean plain(ModelSpec spec) {
        return spec.getDepthConnection() == DepthConnection.DEPTH_CONNECTION_PLAIN
                || spec.getDepthConnection() == DepthConnection.DEPTH_CONNECTION_UNSPECIFIED;
    }

    private static ModelSpec narrower(ModelSpec spec, int width) {
        ModelSpec.Builder narrower = spec.toBuilder();
        narrower.getHistoryBuilder().setWidth(width);
        if (plain(spec)) {
            narrower.getLayersBuilder(0).setInputWidth(spec.getFeatureDimension() + width);
        }
        return narrower.build();
    }

    private static ModelTensors narrower(
            ModelSpec spec, ModelTensors tensors, PrunableCell cell, List<KeptUnits> kept) {
        List<WeightTensor> narrower = new ArrayList<>();
        for (WeightTensor tensor : tensors.list()) {
            if (!TensorNames.isHistory(tensor.name())) {
                narrower.add(readsShown(spec, tensor) ? narrower(spec, tensor, kept) : tensor);
            }
        }
        try (PrunableCell pruned = cell.pruned(kept, true)) {
            for (Parameter parameter : pruned.parameters()) {
                narrower.add(
                        TensorNames.isVector(parameter.name())
                                ? WeightTensor.vector(parameter.name(), parameter.values())
                                : WeightTensor.matrix(
                                        parameter.name(), parameter.rows(), parameter.columns(), parameter.values()));
            }
        }
        return ModelTensors.of(narrower);
    }

    /** The rows of features as they are, and of the units that stay what reads the best guess at all. */
    private static WeightTensor narrower(ModelSpec spec, WeightTensor tensor, List<KeptUnits> kept) {
        int out = tensor.shape()[1];
        int features = spec.getFeatureDimension();
        int half = spec.getHistory().getWidth() / HistoryFormat.HALVES;
        List<double[]> rows = new ArrayList<>(List.of(rows(tensor, 0, features)));
        for (int group = 0; group < kept.size(); group++) {
            rows.addAll(List.of(kept.get(group).reading(rows(tensor, features + group * half, half))));
        }
        float[] values = new float[rows.size() * out];
        int at = 0;
        for (double[] row : rows) {
            for (double value : row) {
                values[at++] = (float) value;
            }
        }
        return WeightTensor.matrix(tensor.name(), rows.size(), out, values);
    }

    private static double[][] rows(WeightTensor tensor, int from, int count) {
        int out = tensor.shape()[1];
        float[] values = tensor.values();
        double[][] rows = new double[count][out];
        for (int r = 0; r < count; r++) {
            for (int c = 0; c < out; c++) {
                rows[r][c] = values[(from + r) * out + c];
            }
        }
        return rows;
    }

    private static double trace(double[][] matrix) {
        double sum = 0;
        for (int i = 0; i < matrix.length; i++) {
            sum += matrix[i][i];
        }
        return sum;
    }
}
