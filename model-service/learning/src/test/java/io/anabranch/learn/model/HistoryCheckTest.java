package io.anabranch.learn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class HistoryCheckTest {

    /** A step has 11 + 1 + 2 + 1 + 4 numbers. */
    private static final int STEP = 19;

    private static HistoryEncoder.Builder history(HistoryCell cell) {
        return HistoryEncoder.newBuilder()
                .setCell(cell)
                .setWidth(6)
                .setMaxForget(0.875f)
                .setShortestGapS(0.1)
                .setLongestGapS(100)
                .addEdgeTypes("")
                .addEdgeTypes("pays")
                .setWeightScale(1)
                .setIdentityWidth(4);
    }

    private static ModelSpec spec(HistoryEncoder.Builder history) {
        return ModelSpec.newBuilder()
                .setName("m")
                .setFeatureDimension(3)
                .addLayers(Layer.newBuilder()
                        .setConvolution(Convolution.CONVOLUTION_GCN)
                        .setInputWidth(9)
                        .setOutputWidth(2))
                .setHistory(history)
                .build();
    }

    private static List<WeightTensor> tensors(int blocks) {
        List<WeightTensor> tensors = new ArrayList<>(List.of(
                WeightTensor.matrix("layer.1.neighbor", 9, 2, new float[18]),
                WeightTensor.vector("layer.1.bias", new float[2])));
        for (String half : List.of("history.1.", "history.2.")) {
            int columns = blocks * 3;
            tensors.add(WeightTensor.matrix(half + "input", STEP, columns, new float[STEP * columns]));
            tensors.add(WeightTensor.matrix(half + "recurrent", 3, columns, new float[3 * columns]));
            tensors.add(WeightTensor.vector(half + "bias", new float[columns]));
        }
        return tensors;
    }

    private static void refused(UnaryOperator<HistoryEncoder.Builder> change, String message) {
        ModelSpec spec = spec(change.apply(history(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU)));
        assertThatThrownBy(() -> ModelWriter.write(spec, tensors(3), ModelProvenance.getDefaultInstance()))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void bothCellsAreWrittenAndReadAgain() {
        for (HistoryCell cell :
                List.of(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU, HistoryCell.HISTORY_CELL_REVERSIBLE_LSTM)) {
            List<WeightTensor> tensors = tensors(cell == HistoryCell.HISTORY_CELL_REVERSIBLE_GRU ? 3 : 5);
            var model = ModelWriter.write(spec(history(cell)), tensors, ModelProvenance.getDefaultInstance());

            assertThat(ModelTensors.of(model).list()).containsExactlyInAnyOrderElementsOf(tensors);
        }
    }

    @Test
    void sizesThatAreNoneAreRefused() {
        refused(history -> history.clearCell(), "history cell (0)");
        refused(history -> history.setWidth(5), "history width (5)");
        refused(history -> history.setWidth(0), "history width (0)");
        refused(history -> history.setMaxForget(0), "max forget (0.0)");
        refused(history -> history.setMaxForget(1.5f), "max forget (1.5)");
        refused(history -> history.setShortestGapS(0), "shortest gap (0.0 s)");
        refused(history -> history.setLongestGapS(0.1), "longest (0.1 s)");
        refused(history -> history.addEdgeTypes("pays"), "edge type (pays) twice");
        refused(history -> history.setWeightMean(Float.NaN), "weight mean (NaN)");
        refused(history -> history.setWeightScale(0), "weight scale (0.0)");
        refused(history -> history.setIdentityWidth(-1), "identity width (4294967295)");
    }

    @Test
    void layersAndTensorsThatDoNotFitAreRefused() {
        refused(history -> history.setWidth(8), "reads (9) values but is given (11)");
        refused(history -> history.setIdentityWidth(5), "(history.1.input) has shape [19, 9]");
        refused(
                history -> history.setCell(HistoryCell.HISTORY_CELL_REVERSIBLE_LSTM),
                "(history.1.input) has shape [19, 9]");
    }
}
