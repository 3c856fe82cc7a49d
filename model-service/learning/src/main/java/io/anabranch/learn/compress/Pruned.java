package io.anabranch.learn.compress;

import io.anabranch.learn.model.ModelTensors;
import io.anabranch.model.v1.ModelSpec;
import java.util.Map;
import java.util.TreeMap;

/**
 * A smaller model.
 *
 * @param removed how many channels went, by axis: {@code stage.1}, {@code level.1}, {@code layer.2.inner}, {@code layer.2.output},
 *     {@code embedding}; of those that lost some
 */
public record Pruned(ModelSpec spec, ModelTensors tensors, Map<String, Integer> removed) {

    public Pruned {
        removed = Map.copyOf(removed);
    }

    @Override
    public String toString() {
        return "removed " + new TreeMap<>(removed);
    }
}
