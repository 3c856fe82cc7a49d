package io.anabranch.learn.compress;

import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Takes what is left of a model's axes out of its spec and tensors; the order of channels stays. */
final class Slicing {

    private final ModelAxes axes;
    private final Map<String, BitSet> kept;

    /** @param kept units by axis; an axis that is not named stays whole */
    Slicing(ModelAxes axes, Map<String, BitSet> kept) {
        this.axes = axes;
        this.kept = kept;
    }

    /** How many channels are left. */
    int size(String axis) {
        Axis of = axes.axis(axis);
        BitSet units = kept.get(axis);
        return units == null ? of.size() : units.cardinality() * of.unit();
    }

    /** The shape that is left. */
    int[] shape(String tensor, int[] before) {
        int[] shape = before.clone();
        List<AxisUse> uses = axes.uses(tensor);
        for (int axis = 0; axis < uses.size(); axis++) {
            AxisUse use = uses.get(axis);
            if (!use.axis().isEmpty()) {
                shape[axis] = use.extent(size(use.axis()));
            }
        }
        return shape;
    }

    ModelTensors tensors(ModelTensors before) {
        List<WeightTensor> sliced = new ArrayList<>();
        for (WeightTensor tensor : before.list()) {
            sliced.add(sliced(tensor));
        }
        return ModelTensors.of(sliced);
    }

    private WeightTensor sliced(WeightTensor tensor) {
        List<AxisUse> uses = axes.uses(tensor.name());
        if (uses.isEmpty()) {
            return tensor;
        }
        int[] shape = shape(tensor.name(), tensor.shape());
        int[] rows = tensor.rank() == 1 ? new int[] {0} : indices(uses.getFirst(), tensor.extent(0));
        int[] columns = indices(uses.getLast(), tensor.extent(tensor.rank() - 1));
        int width = tensor.extent(tensor.rank() - 1);
        float[] values = new float[rows.length * columns.length];
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < columns.length; c++) {
                values[r * columns.length + c] = tensor.value(rows[r] * width + columns[c]);
            }
        }
        return WeightTensor.of(tensor.name(), shape, values);
    }

    private int[] indices(AxisUse use, int extent) {
        BitSet units = kept.get(use.axis());
        if (units == null) {
            return IntStream.range(0, extent).toArray();
        }
        Axis axis = axes.axis(use.axis());
        int block = axis.size() / use.step();
        int[] indices = new int[use.extent(size(use.axis()))];
        int found = 0;
        for (int i = 0; i < extent; i++) {
            if (units.get(i % block * use.step() / axis.unit())) {
                indices[found++] = i;
            }
        }
        return Arrays.copyOf(indices, found);
    }

    ModelSpec spec(ModelSpec before) {
        ModelSpec.Builder spec = before.toBuilder();
        for (int i = 1; i <= before.getLayersCount(); i++) {
            Layer.Builder layer = spec.getLayersBuilder(i - 1);
            int out = size(axes.output(i));
            if (layer.getHeads() > 1
                    && layer.getOutputWidth() != out
                    && ModelAxes.concatenated(before.getLayers(i - 1))) {
                layer.setHeads(out / (layer.getOutputWidth() / layer.getHeads()));
            }
            layer.setInputWidth(size(axes.input(i))).setOutputWidth(out);
            if (layer.getInnerWidth() > 0) {
                layer.setInnerWidth(size(ModelAxes.inner(i)));
            }
        }
        for (int k = 1; k <= before.getStagesCount(); k++) {
            spec.getStagesBuilder(k - 1).setWidth(size(ModelAxes.stage(k)));
        }
        if (before.getReadoutWidth() > 0) {
            spec.setReadoutWidth(size(ModelAxes.embedding()));
        }
        return spec.build();
    }
}
