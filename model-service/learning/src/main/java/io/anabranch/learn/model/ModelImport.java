package io.anabranch.learn.model;

import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Weights trained elsewhere, in and out as safetensors. Stateless. */
public final class ModelImport {

    /** What the provenance of an imported model says. */
    public static final String ORIGIN_IMPORTED = "imported";

    private ModelImport() {}

    /**
     * A snapshot without a version from a spec and a safetensors file whose tensors bear the names of the wire
     * vocabulary. Absent biases become zeros: many layers elsewhere have none. Throws {@link InvalidModelException}.
     */
    public static ModelSnapshot read(ModelSpec spec, byte[] safetensors, String codeVersion, Clock clock) {
        SpecCheck.requireValid(spec);
        Safetensors file = Safetensors.parse(safetensors);
        ModelProvenance provenance = ModelProvenance.newBuilder()
                .setCreatedAtMs(clock.millis())
                .setCodeVersion(codeVersion)
                .setOrigin(ORIGIN_IMPORTED)
                .putAllHyperParameters(file.metadata())
                .build();
        return ModelWriter.write(spec, withBiases(spec, file.tensors()), provenance);
    }

    /** The tensors of a model with its name, version and code version as metadata. */
    public static byte[] export(ModelSnapshot model) {
        TreeMap<String, String> metadata = new TreeMap<>();
        metadata.put("anabranch.model", model.getSpec().getName());
        metadata.put("anabranch.version", Long.toString(model.getVersion()));
        metadata.put("anabranch.code-version", model.getProvenance().getCodeVersion());
        return new Safetensors(ModelTensors.of(model).list(), metadata).toBytes();
    }

    private static List<WeightTensor> withBiases(ModelSpec spec, List<WeightTensor> tensors) {
        ModelTensors given = ModelTensors.of(tensors);
        List<WeightTensor> complete = new ArrayList<>(tensors);
        for (int i = 0; i < spec.getLayersCount(); i++) {
            String bias = TensorNames.bias(i + 1);
            if (given.find(bias) == null) {
                complete.add(
                        WeightTensor.vector(bias, new float[spec.getLayers(i).getOutputWidth()]));
            }
        }
        for (Head head : spec.getHeadsList()) {
            WeightTensor weight = given.find(TensorNames.headWeight(head.getTask()));
            String bias = TensorNames.headBias(head.getTask());
            if (weight != null && weight.rank() == 2 && given.find(bias) == null) {
                complete.add(WeightTensor.vector(bias, new float[weight.extent(1)]));
            }
        }
        return complete;
    }
}
