package io.anabranch.serve.registry;

import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import org.jspecify.annotations.Nullable;

/**
 * One version of a model as the models topic has it. A retired version may have lost its snapshot: its chunks are
 * given up, its number and name stay.
 */
public record ModelVersion(
        long version,
        String name,
        boolean retired,
        @Nullable ModelSnapshot snapshot) {

    public ModelVersion {
        if (version < 1) {
            throw new IllegalArgumentException(
                    "The version (%d) of model (%s) must be positive.".formatted(version, name));
        }
        if (snapshot == null && !retired) {
            throw new IllegalArgumentException(
                    "The live version (%d) of model (%s) must have its snapshot.".formatted(version, name));
        }
    }

    public ModelSpec spec() {
        return snapshot == null ? ModelSpec.newBuilder().setName(name).build() : snapshot.getSpec();
    }

    public ModelProvenance provenance() {
        return snapshot == null ? ModelProvenance.getDefaultInstance() : snapshot.getProvenance();
    }

    boolean trained() {
        return provenance().getOrigin().equals("trained");
    }
}
