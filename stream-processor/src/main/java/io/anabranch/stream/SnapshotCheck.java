package io.anabranch.stream;

import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Ownership;
import io.anabranch.stream.ingest.Ingested.Rejected;
import io.anabranch.stream.ingest.RejectionReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether registers of a snapshot fit the partition that they lie in: whoever wrote them may have meant another number of partitions or features. */
final class SnapshotCheck {

    private final Ownership ownership;
    private final int featureDimension;

    SnapshotCheck(Ownership ownership, int featureDimension) {
        this.ownership = ownership;
        this.featureDimension = featureDimension;
    }

    /** Why none of the registers can be taken; null if all can. */
    @Nullable
    Rejected problem(List<Fact> registers) {
        String owned = "";
        for (Fact register : registers) {
            String vertex = register.owner();
            // In-edges of a vertex stand together.
            if (!vertex.equals(owned)) {
                if (!ownership.owns(vertex)) {
                    return rejected(
                            "The vertex (%s) belongs to partition %d, not %d.%nMaybe the snapshot was imported for another number of partitions."
                                    .formatted(vertex, ownership.ownerOf(vertex), ownership.partition()));
                }
                owned = vertex;
            }
            FeatureVector features = register instanceof NodeFact node ? node.features() : null;
            if (features != null && features.dimension() != featureDimension) {
                return rejected("The node (%s) has %d features, but %s says %d."
                        .formatted(vertex, features.dimension(), StreamConfig.FEATURES_DIMENSION, featureDimension));
            }
        }
        return null;
    }

    private static Rejected rejected(String detail) {
        return new Rejected(RejectionReason.SNAPSHOT_MISFIT, detail, null, null);
    }
}
