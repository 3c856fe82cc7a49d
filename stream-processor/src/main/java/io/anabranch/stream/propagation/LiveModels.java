package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.FrozenModel;
import java.util.List;
import java.util.Set;

/**
 * What the models topic says.
 *
 * @param live versions for which embeddings are kept; one engine each
 * @param retired versions that will never be live again
 */
public record LiveModels(List<FrozenModel> live, Set<Long> retired) {
    public static final LiveModels NONE = new LiveModels(List.of(), Set.of());

    public LiveModels {
        live = List.copyOf(live);
        retired = Set.copyOf(retired);
        for (var model : live) {
            if (retired.contains(model.version())) {
                throw new IllegalArgumentException(
                        "The model version (%d) must not be both live and retired.".formatted(model.version()));
            }
        }
    }
}
