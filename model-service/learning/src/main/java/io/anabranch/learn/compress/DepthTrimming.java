package io.anabranch.learn.compress;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.TrajectoryPenalty;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.GnnEncoder;
import io.anabranch.learn.gnn.GraphInput;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.model.Levels;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Drops the last layers of a model where they change nothing: those whose step is shorter than a share of the rows, |h_l - h_{l-1}| against
 * |h_{l-1}|, on average over the vertices whose rows are not zero. A layer whose output is not as wide as its input, and the only layer of a
 * stage, stay. In a readout of all hops the weights of a dropped level go to the one before, whose rows are nearly the same.
 */
public final class DepthTrimming {

    /** Usual: a thousandth. */
    public static final double THRESHOLD = 1e-3;

    private DepthTrimming() {}

    /**
     * The mean relative step of every layer, from the first; NaN where a layer's rows have another width than those before.
     *
     * @param encoded features as the model's encoding gives them
     */
    public static double[] steps(ModelSpec spec, ModelTensors tensors, MessageGraph graph, FeatureRows encoded) {
        Compressible.require(spec);
        Levels levels = Levels.of(spec);
        Measure measure = new Measure();
        try (TensorScope scope = TensorScope.open();
                GnnEncoder encoder = GnnEncoder.of(spec, DataType.FLOAT32, tensors)) {
            encoder.encode(
                    new Tape(scope),
                    GraphInput.of(scope, DataType.FLOAT32, graph, encoded),
                    new Dropout(0),
                    Pass.inference(),
                    true,
                    measure);
        }
        double[] steps = new double[levels.layers()];
        Arrays.fill(steps, Double.NaN);
        int next = 0;
        for (int i = 1; i <= steps.length; i++) {
            if (measured(levels, i)) {
                steps[i - 1] = measure.ratios.get(next++);
            }
        }
        return steps;
    }

    /** The model without its last layers of which every step is below the threshold; itself where there are none. */
    public static Pruned trim(ModelSpec spec, ModelTensors tensors, double[] steps, double threshold) {
        Levels levels = Levels.of(spec);
        int left = levels.layers();
        while (left > 1 && droppable(levels, left) && steps[left - 1] < threshold) {
            left--;
        }
        return cut(spec, tensors, left);
    }

    /** Whether the encoder shows a step for it. */
    private static boolean measured(Levels levels, int layer) {
        return levels.stages() > 0 || (layer > 1 && levels.width(layer) == levels.width(layer - 1));
    }

    private static boolean droppable(Levels levels, int layer) {
        return levels.stages() == 0 ? measured(levels, layer) : levels.firstLayer(levels.stageOf(layer)) != layer;
    }

    private static Pruned cut(ModelSpec spec, ModelTensors tensors, int left) {
        int before = spec.getLayersCount();
        if (left == before) {
            return new Pruned(spec, tensors, Map.of());
        }
        ModelSpec.Builder shorter = spec.toBuilder();
        for (int i = before; i > left; i--) {
            shorter.removeLayers(i - 1);
        }
        if (spec.getStagesCount() > 0) {
            int last = spec.getStagesCount() - 1;
            shorter.getStagesBuilder(last).setLayers(spec.getStages(last).getLayers() - (before - left));
        }
        List<WeightTensor> kept = new ArrayList<>();
        for (WeightTensor tensor : tensors.list()) {
            if (tensor.name().equals(TensorNames.readout(left))) {
                kept.add(folded(tensors, left, before));
            } else if (!dropped(tensor.name(), left, before)) {
                kept.add(tensor);
            }
        }
        return new Pruned(shorter.build(), ModelTensors.of(kept), Map.of("layers", before - left));
    }

    private static boolean dropped(String name, int left, int before) {
        for (int i = left + 1; i <= before; i++) {
            if (name.startsWith("layer.%d.".formatted(i)) || name.equals(TensorNames.readout(i))) {
                return true;
            }
        }
        return false;
    }

    /** The readouts of the levels from the first that is equal to the others, as one. */
    private static WeightTensor folded(ModelTensors tensors, int left, int before) {
        WeightTensor first = tensors.get(TensorNames.readout(left));
        float[] sum = first.values();
        for (int l = left + 1; l <= before; l++) {
            WeightTensor next = tensors.get(TensorNames.readout(l));
            for (int i = 0; i < sum.length; i++) {
                sum[i] += next.value(i);
            }
        }
        return WeightTensor.of(first.name(), first.shape(), sum);
    }

    /** Looks at the rows on their way and asks nothing for it. */
    private static final class Measure implements TrajectoryPenalty {
        private final List<Double> ratios = new ArrayList<>();

        @Override
        public Variable step(Variable here, Variable next) {
            float[] before = here.value().toFloats();
            float[] after = next.value().toFloats();
            int width = here.columns();
            double sum = 0;
            int counted = 0;
            for (int v = 0; v < here.rows(); v++) {
                double moved = 0;
                double norm = 0;
                for (int i = v * width; i < (v + 1) * width; i++) {
                    moved += ((double) after[i] - before[i]) * ((double) after[i] - before[i]);
                    norm += (double) before[i] * before[i];
                }
                if (norm > 0) {
                    sum += Math.sqrt(moved / norm);
                    counted++;
                }
            }
            ratios.add(counted == 0 ? 0 : sum / counted);
            return nothing(here);
        }

        @Override
        public Variable bend(Variable before, Variable here, Variable next) {
            return nothing(here);
        }

        private static Variable nothing(Variable rows) {
            return rows.stopGradient().sum().times(0);
        }
    }
}
