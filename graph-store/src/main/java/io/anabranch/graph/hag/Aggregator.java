package io.anabranch.graph.hag;

/** How a target puts its neighbours together, and whether parts of that may be shared. */
public enum Aggregator {
    /** Σ h_u. */
    SUM(Sharing.SETS, true),
    /** The sum by the number of neighbours, which is scaled outside. */
    MEAN(Sharing.SETS, true),
    /** The sum with symmetric normalisation: sources and targets are scaled outside. */
    GCN(Sharing.SETS, true),
    /** The greatest of each column. */
    MAX(Sharing.SETS, false),
    /** The least of each column. */
    MIN(Sharing.SETS, false),
    /** A recurrent cell over the neighbours in their order. */
    LSTM(Sharing.PREFIXES, false),
    /** Each edge has a coefficient that depends on both its ends. */
    ATTENTION(Sharing.NOTHING, false);

    /** What may be shared between targets. */
    public enum Sharing {
        /** Any set of neighbours that targets have in common: {@link io.anabranch.graph.hag.search.HagSearch}. */
        SETS,
        /** What their lists begin with: {@link io.anabranch.graph.hag.search.PrefixSharing}. */
        PREFIXES,
        /** Nothing. */
        NOTHING
    }

    private final Sharing sharing;
    private final boolean scales;

    Aggregator(Sharing sharing, boolean scales) {
        this.sharing = sharing;
        this.scales = scales;
    }

    /** What may be shared between targets. */
    public Sharing sharing() {
        return sharing;
    }

    /** Whether a weight that is a number of the source times a number of the target can be taken out of the aggregation. */
    public boolean scales() {
        return scales;
    }
}
