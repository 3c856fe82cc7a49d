package io.anabranch.learn.depth;

import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.LstmCell;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.learn.nn.Parametric;
import java.util.List;

/** Cells under the names of the model format. Shapes: input [in, g · width], recurrent [width, g · width], bias [1, g · width]. */
final class GatedParameters {

    private static final int GRU = 3;
    private static final int LSTM = 4;

    private GatedParameters() {}

    static GruCell gru(String name, int in, int width, ParameterSource source) {
        return GruCell.of(
                source.parameter(TensorNames.cellInput(name), in, GRU * width),
                source.parameter(TensorNames.cellRecurrent(name), width, GRU * width),
                source.parameter(TensorNames.cellBias(name), 1, GRU * width));
    }

    static LstmCell lstm(String name, int in, int width, ParameterSource source) {
        return LstmCell.of(
                source.parameter(TensorNames.cellInput(name), in, LSTM * width),
                source.parameter(TensorNames.cellRecurrent(name), width, LSTM * width),
                source.parameter(TensorNames.cellBias(name), 1, LSTM * width));
    }

    static List<Parameter> weights(List<? extends Parametric> cells) {
        return cells.stream()
                .flatMap(cell -> cell.parameters().subList(0, 2).stream())
                .toList();
    }

    static List<Parameter> vectors(List<? extends Parametric> cells) {
        return cells.stream().map(cell -> cell.parameters().getLast()).toList();
    }
}
