package io.anabranch.serve.predict;

import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is served, vertex by vertex, for those who check it. Any thread. */
public final class ServedVectors {
    private final ModelChooser chooser;
    private final EmbeddingView view;

    public ServedVectors(ModelRegistry registry, EmbeddingView view) {
        this.chooser = new ModelChooser(registry);
        this.view = view;
    }

    /** The chosen version; its embeddings must be exact by what its partitions say. */
    public ModelVersion version(ModelChoice choice) {
        return chooser.readable(choice, version -> true, "");
    }

    /** A copy; null: none is served. */
    public float @Nullable [] vector(long version, String vertexId) {
        NodeVector vector = view.of(version).get(vertexId);
        return vector == null ? null : vector.values().clone();
    }

    /** The vertices that have one; may grow and shrink meanwhile. */
    public Set<String> ids(long version) {
        return view.of(version).keySet();
    }
}
