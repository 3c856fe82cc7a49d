package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes and counts what a task sends. */
final class Outbox {
    /** The version of a VALUE that carries a delete time and no layers; model versions are positive. */
    static final long STRUCTURE = 0;

    private static final LayerValues NO_LAYERS = LayerValues.owning(new float[0][]);

    private final PartitionOutput output;
    private final PartitionGraph graph;
    private final Publications publications;
    private final FreshnessTracker freshness;
    private final Set<Fault> faults;
    private final int partition;
    private final int partitions;
    private long epoch;
    private long haloSent;
    private long embeddingsSent;

    Outbox(
            PartitionConfig config,
            PartitionOutput output,
            PartitionGraph graph,
            Publications publications,
            FreshnessTracker freshness,
            Set<Fault> faults) {
        this.output = output;
        this.graph = graph;
        this.publications = publications;
        this.freshness = freshness;
        this.faults = faults;
        this.partition = config.ownership().partition();
        this.partitions = config.ownership().partitions();
    }

    void epoch(long newEpoch) {
        epoch = newEpoch;
    }

    void send(int toPartition, HaloMessage message) {
        output.halo(
                toPartition,
                new HaloEnvelope(partition, epoch, freshness.acceptedTimes(), freshness.eventTimeMs(), message));
        haloSent++;
    }

    void sendToPeers(HaloMessage message) {
        for (int peer = 0; peer < partitions; peer++) {
            if (peer != partition) {
                send(peer, message);
            }
        }
    }

    /** The full VALUE of an owned vertex that exists to each of the partitions. */
    void values(Engine engine, int u, @Nullable BitSet subscribers, boolean deleted) {
        if (subscribers != null && engine.hasValue(u)) {
            boolean silent = !deleted && faults.contains(Fault.NO_DELETE_TIME_IN_ANSWER)
                    || deleted && faults.contains(Fault.NO_DELETE_TIME_TO_SUBSCRIBERS);
            var value = new HaloMessage.Value(
                    graph.vertexId(u),
                    engine.model().version(),
                    engine.inDegree(u),
                    silent ? HaloEntry.NEVER_DELETED : graph.deleteTime(u),
                    engine.payload(u));
            for (int q = subscribers.nextSetBit(0); q >= 0; q = subscribers.nextSetBit(q + 1)) {
                send(q, value);
            }
        }
    }

    /** Says, while no model is live, that an owned vertex was deleted once: its subscribers' edges may be dead. */
    void structure(int u, @Nullable BitSet subscribers) {
        long deleteTime = graph.deleteTime(u);
        if (subscribers != null && deleteTime > HaloEntry.NEVER_DELETED) {
            var value = new HaloMessage.Value(graph.vertexId(u), STRUCTURE, graph.inDegree(u), deleteTime, NO_LAYERS);
            for (int q = subscribers.nextSetBit(0); q >= 0; q = subscribers.nextSetBit(q + 1)) {
                send(q, value);
            }
        }
    }

    void embedding(Engine engine, int v) {
        publications.published(v);
        output.embedding(engine.model().version(), graph.vertexId(v), engine.embedding(v), freshness.freshness());
        embeddingsSent++;
    }

    void tombstone(long modelVersion, int v) {
        output.embedding(modelVersion, graph.vertexId(v), null, freshness.freshness());
        embeddingsSent++;
    }

    /** Tells peers, and at the last layer everybody, how far a version is exact here. */
    void raised(long modelVersion, int level, boolean complete) {
        sendToPeers(new HaloMessage.Mark(modelVersion, level));
        if (complete) {
            output.coverage(modelVersion);
        }
    }

    long haloSent() {
        return haloSent;
    }

    long embeddingsSent() {
        return embeddingsSent;
    }
}
