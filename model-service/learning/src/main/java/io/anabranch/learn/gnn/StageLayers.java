package io.anabranch.learn.gnn;

import io.anabranch.learn.depth.Connection;
import io.anabranch.learn.depth.StageEntry;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;
import java.util.stream.Stream;

/** What a stage has beside its convolutions: how it begins, and how its layers are connected. */
record StageLayers(StageEntry entry, Connection connection) {

    /** @param stage from 1 */
    static StageLayers of(ModelSpec spec, int stage, ParameterSource source) {
        return new StageLayers(StageEntry.of(spec, stage, source), Connection.of(spec, stage, source));
    }

    List<Parameter> weights() {
        return Stream.concat(Stream.of(entry.weight()), connection.weights().stream())
                .toList();
    }

    List<Parameter> vectors() {
        return Stream.concat(Stream.of(entry.bias()), connection.vectors().stream())
                .toList();
    }
}
