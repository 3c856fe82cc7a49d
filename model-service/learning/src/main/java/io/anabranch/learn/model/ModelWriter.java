package io.anabranch.learn.model;

import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;

/** Assembles snapshots that are known to be whole. Stateless. */
public final class ModelWriter {

    private ModelWriter() {}

    /**
     * A snapshot without a version, which only the registry can give. Throws {@link InvalidModelException} unless the
     * spec is consistent and the tensors are exactly those that it names.
     */
    public static ModelSnapshot write(ModelSpec spec, List<WeightTensor> tensors, ModelProvenance provenance) {
        SpecCheck.requireValid(spec);
        TensorCheck.requireFit(spec, ModelTensors.of(tensors));
        ModelSnapshot.Builder model = ModelSnapshot.newBuilder().setSpec(spec).setProvenance(provenance);
        tensors.forEach(tensor -> model.addTensors(ModelTensors.encoded(tensor)));
        return model.build();
    }

    /** The same model with its version and the offsets of the graph topic that its training graph had seen. */
    public static ModelSnapshot stamped(ModelSnapshot model, long version, List<Long> graphOffsets) {
        if (version <= 0) {
            throw new IllegalArgumentException("The model version (%d) must be positive.".formatted(version));
        }
        ModelSnapshot.Builder stamped = model.toBuilder().setVersion(version);
        stamped.getProvenanceBuilder().clearGraphOffsets().addAllGraphOffsets(graphOffsets);
        return stamped.build();
    }

    /** Throws {@link InvalidModelException} unless the snapshot is whole. */
    public static void requireValid(ModelSnapshot model) {
        SpecCheck.requireValid(model.getSpec());
        TensorCheck.requireFit(model.getSpec(), ModelTensors.of(model));
    }
}
