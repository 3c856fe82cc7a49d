package io.anabranch.serve.wire;

import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.ShadowReport;
import io.anabranch.serve.predict.Traffic;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelState;

/** A version as a message, with all that this process knows of it. Never blocks. */
public final class ModelMessages {

    private final ModelRegistry registry;
    private final EmbeddingView view;
    private final Traffic traffic;

    public ModelMessages(ModelRegistry registry, EmbeddingView view, Traffic traffic) {
        this.registry = registry;
        this.view = view;
        this.traffic = traffic;
    }

    Model of(ModelVersion version) {
        Model.Builder model = Mapping.model(registry, version, view.size(version.version())).toBuilder()
                .setServed(Mapping.served(traffic.served(version.version())));
        ShadowReport report = traffic.shadow(version.version());
        if (report != null) {
            model.setShadowComparison(Mapping.comparison(report));
        }
        return model.build();
    }

    ModelState state(ModelVersion version) {
        return Mapping.state(registry.state(version));
    }
}
