package io.anabranch.stream.propagation;

import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import java.util.ArrayList;
import java.util.List;

/** A situation that a set of seeds must have met to be worth anything. */
enum Sight {
    /** A task died with a batch open. */
    CRASH_WITH_A_BATCH_OPEN,
    /** A task died with values or embeddings still queued. */
    CRASH_WITH_EMISSIONS_QUEUED,
    /** A task died after a commit that a batch was deferred over. */
    CRASH_AFTER_A_DEFERRED_COMMIT,
    /** A task died before it knew its epoch. */
    CRASH_BEFORE_THE_EPOCH,
    /** A task died while a version was not covered everywhere. */
    CRASH_DURING_A_FILL,
    /** A task died between the two steps of forgetting. */
    CRASH_WHILE_FORGETTING,
    /** A life found state of an earlier one. */
    RESTORE,
    /** A record was read a second time. */
    REDELIVERY,
    /** Ingest wrote an event twice. */
    DUPLICATE,
    /** A record of a dead instance came out late. */
    ZOMBIE,
    /** A halo record was dropped for its epoch. */
    OLD_EPOCH,
    /** A vertex that was gone came back. */
    RECREATION,
    /** A partition unsubscribed. */
    UNSUBSCRIPTION,
    /** A restarted partition had lost the value of what it wants. */
    SYNC_WITHOUT_A_VALUE,
    /** A VALUE left layers out. */
    LAYERS_LEFT_OUT,
    /** An update was refused for its age. */
    LATE_REFUSED,
    /** An update was taken that came after a later one. */
    LATE_TAKEN,
    /** The clock buried an edge. */
    EXPIRY,
    /** Registers of a snapshot were merged. */
    SNAPSHOT,
    /** They were merged behind facts that are later. */
    SNAPSHOT_BEHIND_THE_CLOCK,
    /** A vertex was asked to be computed from scratch. */
    RECOMPUTE,
    /** A vertex had more than ten edges. */
    HUB,
    /** A published mark was forgotten. */
    MARK_FORGOTTEN,
    /** Embeddings with this connection along depth were compared. */
    RESIDUAL,
    GRU,
    LSTM,
    MOMENTUM,
    REVERSIBLE_GATE,
    /** Embeddings of a model that goes through two stages. */
    SECOND_STAGE,
    /** Embeddings that read out every level. */
    ALL_HOPS,
    /** Embeddings of a model with isomorphism layers. */
    ISOMORPHISM,
    /** Embeddings of a model with pooling layers. */
    POOLING,
    /** Embeddings of a model that reads histories. */
    HISTORIES,
    /** A step that came late made others be undone. */
    STEPS_UNDONE,
    /** A step came so late that a history was read from its first step on. */
    HISTORY_READ_AGAIN,
    /** A new life went on from a checkpoint. */
    CHECKPOINT_HELD,
    /** A step was erased. */
    STEP_ERASED;

    /** What it is to have compared embeddings of this model. */
    static List<Sight> of(ModelSpec spec) {
        var sights = new ArrayList<Sight>();
        switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_RESIDUAL -> sights.add(RESIDUAL);
            case DEPTH_CONNECTION_GRU -> sights.add(GRU);
            case DEPTH_CONNECTION_LSTM -> sights.add(LSTM);
            case DEPTH_CONNECTION_MOMENTUM -> sights.add(MOMENTUM);
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> sights.add(REVERSIBLE_GATE);
            default -> {}
        }
        if (spec.getStagesCount() > 1) {
            sights.add(SECOND_STAGE);
        }
        if (spec.getReadout() == Readout.READOUT_ALL_HOPS) {
            sights.add(ALL_HOPS);
        }
        for (var layer : spec.getLayersList()) {
            switch (layer.getConvolution()) {
                case CONVOLUTION_GIN -> sights.add(ISOMORPHISM);
                case CONVOLUTION_SAGE_POOL -> sights.add(POOLING);
                default -> {}
            }
        }
        if (spec.hasHistory()) {
            sights.add(HISTORIES);
        }
        return sights;
    }
}
