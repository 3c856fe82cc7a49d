package io.anabranch.learn.train;

import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.ModelSnapshot;
import java.util.ArrayList;
import java.util.List;

/** Models whose history cells have units that repeat each other. */
final class HistoryRepeats {

    private HistoryRepeats() {}

    /** Every unit of a half is written as its first. */
    static ModelTensors ofFirstUnits(ModelSnapshot model) {
        int half = model.getSpec().getHistory().getWidth() / 2;
        List<WeightTensor> tensors = new ArrayList<>();
        for (WeightTensor tensor : ModelTensors.of(model).list()) {
            if (TensorNames.isHistory(tensor.name())) {
                float[] values = tensor.values();
                for (int at = 0; at < values.length; at++) {
                    values[at] = values[at - at % half];
                }
                tensors.add(WeightTensor.of(tensor.name(), tensor.shape(), values));
            } else {
                tensors.add(tensor);
            }
        }
        return ModelTensors.of(tensors);
    }
}
