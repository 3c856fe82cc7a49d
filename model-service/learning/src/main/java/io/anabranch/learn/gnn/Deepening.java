package io.anabranch.learn.gnn;

import io.anabranch.learn.model.InvalidModelException;
import io.anabranch.learn.model.Levels;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A model with more layers that gives the same embeddings: new levels enter the readout of all hops with zero weights, from where training can go
 * on.
 *
 * @param spec of the deeper model
 * @param tensors of the deeper model
 */
public record Deepening(ModelSpec spec, List<WeightTensor> tensors) {

    public Deepening {
        tensors = List.copyOf(tensors);
    }

    /**
     * Appends layers like the last one, to the last stage where there are stages. Their weights are drawn from the generator.
     *
     * @param layers how many to append, at least 1
     * @throws InvalidModelException if the model reads out its last level alone
     */
    public static Deepening of(ModelSpec spec, ModelTensors tensors, int layers, RandomGenerator random) {
        if (layers < 1) {
            throw new IllegalArgumentException(
                    "The number of layers to append (%d) must be at least 1.".formatted(layers));
        }
        if (!Levels.allHops(spec)) {
            throw new InvalidModelException(
                    "The model (%s) reads out its last level alone, which more layers would change; allowed: READOUT_ALL_HOPS."
                            .formatted(spec.getName()));
        }
        ModelSpec deeper = deeper(spec, layers);
        List<WeightTensor> all = new ArrayList<>();
        try (GnnEncoder drawn = GnnEncoder.initialised(deeper, DataType.FLOAT32, random)) {
            for (WeightTensor tensor : drawn.tensors()) {
                all.add(known(tensors, tensor));
            }
        }
        // What no layer owns, such as heads and the encoding of features, stays.
        List<String> names = all.stream().map(WeightTensor::name).toList();
        tensors.list().stream().filter(tensor -> !names.contains(tensor.name())).forEach(all::add);
        return new Deepening(deeper, all);
    }

    private static ModelSpec deeper(ModelSpec spec, int layers) {
        Layer last = spec.getLayers(spec.getLayersCount() - 1);
        int width = Levels.of(spec).width(spec.getLayersCount());
        ModelSpec.Builder deeper = spec.toBuilder();
        for (int i = 0; i < layers; i++) {
            deeper.addLayers(last.toBuilder().setInputWidth(width));
        }
        if (spec.getStagesCount() > 0) {
            var stage = deeper.getStagesBuilder(spec.getStagesCount() - 1);
            stage.setLayers(stage.getLayers() + layers);
        }
        return deeper.build();
    }

    private static WeightTensor known(ModelTensors tensors, WeightTensor drawn) {
        WeightTensor known = tensors.find(drawn.name());
        if (known != null) {
            return known;
        }
        boolean readOut = drawn.name().startsWith(TensorNames.READOUT_PREFIX);
        return readOut ? WeightTensor.of(drawn.name(), drawn.shape(), new float[drawn.size()]) : drawn;
    }
}
