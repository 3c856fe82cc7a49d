package io.anabranch.learn.compress;

import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Removes channels of a model that little is written to (Feature flow regularisation, Wu et al. 2021, pruning step): s_j = |W[:, j]|_1 + |b_j|
 * against the strongest channel. A channel of a stage goes only if all its writers are faint there: the entry, the hidden start, every layer,
 * every cell's candidate. It goes from everybody who reads it too. Of each axis at least one unit stays.
 *
 * <p>Where what is written to the removed channels is exactly 0, the smaller model computes the same sums without their zero terms, so its
 * outputs are the same. Otherwise it has to be trained on for some epochs. Weights alone say nothing about scale: magnitudes are compared
 * within an axis, across axes as shares of the strongest.
 */
public final class ChannelPruning {

    private ChannelPruning() {}

    /**
     * Removes every channel whose score is below the threshold.
     *
     * @param threshold from 0, which removes nothing, to 1; 0.01 is usual
     */
    public static Pruned below(ModelSpec spec, ModelTensors tensors, double threshold) {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException(
                    "The threshold (%s) of pruning must be from 0 to 1.".formatted(threshold));
        }
        Selection selection = new Selection(spec, tensors);
        for (Unit unit : selection.order) {
            if (unit.score() < threshold) {
                selection.remove(unit);
            }
        }
        return selection.pruned();
    }

    /**
     * Removes the faintest channels until that share of parameters and of FLOPs is gone, as far as one unit of each axis can stay.
     *
     * @param share more than 0, less than 1
     */
    public static Pruned toBudget(ModelSpec spec, ModelTensors tensors, double share, GraphSize graph) {
        return toBudget(spec, tensors, share, graph, ModelCost.of(spec, tensors, graph));
    }

    /** The same share of what a model cost before it lost layers. */
    public static Pruned toBudget(
            ModelSpec spec, ModelTensors tensors, double share, GraphSize graph, ModelCost before) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "The share (%s) of pruning must be more than 0 and less than 1.".formatted(share));
        }
        Selection selection = new Selection(spec, tensors);
        for (Unit unit : selection.order) {
            if (selection.cost(graph).removedOf(before) >= share) {
                break;
            }
            selection.remove(unit);
        }
        return selection.pruned();
    }

    private record Unit(String axis, int number, double score) {}

    private static final class Selection {
        private final ModelSpec spec;
        private final ModelTensors tensors;
        private final ModelAxes axes;
        private final Map<String, BitSet> kept = new LinkedHashMap<>();
        /** Faintest first. */
        private final List<Unit> order = new ArrayList<>();

        Selection(ModelSpec spec, ModelTensors tensors) {
            this.spec = spec;
            this.tensors = tensors;
            this.axes = ModelAxes.of(spec, tensors);
            ChannelScores.of(axes, tensors).forEach((axis, scores) -> {
                BitSet all = new BitSet();
                all.set(0, scores.length);
                kept.put(axis, all);
                for (int u = 0; u < scores.length; u++) {
                    order.add(new Unit(axis, u, scores[u]));
                }
            });
            order.sort(Comparator.comparingDouble(Unit::score));
        }

        void remove(Unit unit) {
            BitSet units = kept.getOrDefault(unit.axis(), new BitSet());
            if (units.cardinality() > 1) {
                units.clear(unit.number());
            }
        }

        ModelCost cost(GraphSize graph) {
            Slicing slicing = new Slicing(axes, kept);
            Map<String, int[]> shapes = new LinkedHashMap<>();
            for (WeightTensor tensor : tensors.list()) {
                shapes.put(tensor.name(), slicing.shape(tensor.name(), tensor.shape()));
            }
            return ModelCost.of(slicing.spec(spec), shapes, graph);
        }

        Pruned pruned() {
            Slicing slicing = new Slicing(axes, kept);
            Map<String, Integer> removed = new LinkedHashMap<>();
            for (String axis : kept.keySet()) {
                int gone = axes.axis(axis).size() - slicing.size(axis);
                if (gone > 0) {
                    removed.put(axis, gone);
                }
            }
            return new Pruned(slicing.spec(spec), slicing.tensors(tensors), removed);
        }
    }
}
