package io.anabranch.stream.propagation;

import org.jspecify.annotations.Nullable;

/** Gives what a task sends its sender, its epoch and its times, and counts it. */
final class Outbox {
    /** The version of a VALUE that carries a delete time and no layers; model versions are positive. */
    static final long STRUCTURE = 0;

    private final PartitionOutput output;
    private final Epochs epochs;
    private final FreshnessTracker freshness;
    private final int partition;
    private final int partitions;
    private long haloSent;
    private long embeddingsSent;

    Outbox(PartitionConfig config, PartitionOutput output, Epochs epochs, FreshnessTracker freshness) {
        this.epochs = epochs;
        this.output = output;
        this.freshness = freshness;
        this.partition = config.ownership().partition();
        this.partitions = config.ownership().partitions();
    }

    /** Sends at once, on behalf of the record at work. */
    void send(int toPartition, HaloMessage message) {
        send(toPartition, message, freshness.stamp());
    }

    /** Sends on behalf of the batch that has this stamp. */
    void send(int toPartition, HaloMessage message, FreshnessStamp stamp) {
        output.halo(
                toPartition,
                new HaloEnvelope(partition, epochs.current(), stamp.handedOn(), freshness.eventTimeMs(), message));
        haloSent++;
    }

    /** The one thing that is sent without an epoch. */
    void sendToItself(HaloMessage.Hello hello) {
        send(partition, hello);
    }

    void sendToPeers(HaloMessage message) {
        for (int peer = 0; peer < partitions; peer++) {
            if (peer != partition) {
                send(peer, message);
            }
        }
    }

    /** The embedding of a vertex, or null: its tombstone. */
    void embedding(long modelVersion, String vertexId, float @Nullable [] vector, FreshnessStamp stamp) {
        output.embedding(modelVersion, vertexId, vector, freshness.freshness(stamp));
        embeddingsSent++;
    }

    /** Every embedding of the version was sent before. */
    void coverage(long modelVersion) {
        output.coverage(modelVersion);
    }

    /** Tells readers which events the embeddings reflect. */
    void progress(EventPositions positions) {
        output.progress(positions);
    }

    long haloSent() {
        return haloSent;
    }

    long embeddingsSent() {
        return embeddingsSent;
    }
}
