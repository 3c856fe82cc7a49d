package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends, in slices, what subscribers and readers are to see: the VALUE of a vertex to those who subscribe, its embedding or the tombstone
 * of one that exists no more. Always the newest: a slice is sent only between batches, when engines and registers agree.
 */
final class Emissions {
    private static final LayerValues NO_LAYERS = LayerValues.owning(new float[0][]);

    /** One version's place in the queue; without an engine once it is retired. */
    private static final class Lane {
        final long modelVersion;

        @Nullable
        Engine engine;

        Lane(long modelVersion) {
            this.modelVersion = modelVersion;
        }
    }

    private final PartitionGraph graph;
    private final Subscribers subscribers;
    private final Publications publications;
    private final FreshnessTracker freshness;
    private final Outbox outbox;
    private final ServedCopies served;
    private final Set<Fault> faults;
    private final EmissionQueue queue = new EmissionQueue();
    private final List<Lane> lanes = new ArrayList<>();

    Emissions(
            PartitionGraph graph,
            Subscribers subscribers,
            Publications publications,
            FreshnessTracker freshness,
            Outbox outbox,
            ServedCopies served,
            Set<Fault> faults) {
        this.graph = graph;
        this.subscribers = subscribers;
        this.publications = publications;
        this.freshness = freshness;
        this.outbox = outbox;
        this.served = served;
        this.faults = faults;
    }

    void start(Engine engine) {
        lanes.get(lane(engine.model().version())).engine = engine;
    }

    /** From now on the version has no values; what is queued of its embeddings leaves as tombstones. */
    void retire(long modelVersion) {
        for (var lane : lanes) {
            if (lane.modelVersion == modelVersion) {
                lane.engine = null;
            }
        }
        served.forgetVersion(modelVersion);
    }

    /** The VALUE of an owned vertex is to be sent anew as a whole. */
    void changed(long modelVersion, int u) {
        changed(modelVersion, u, EmissionFlags.ALL_LAYERS);
    }

    /** The VALUE of an owned vertex changed: its in-degree, or a layer whose bit is set. */
    void changed(long modelVersion, int u, int layers) {
        queueValue(modelVersion, u, EmissionFlags.changed(layers));
    }

    /** An owned vertex was deleted, whether or not it exists again. */
    void deleted(long modelVersion, int u) {
        queueValue(modelVersion, u, EmissionFlags.DELETED);
    }

    /** A partition subscribed that holds no value yet. */
    void answer(long modelVersion, int u) {
        queueValue(modelVersion, u, 0);
    }

    private void queueValue(long modelVersion, int u, int flags) {
        if (subscribers.of(u) != null) {
            queue.add(lane(modelVersion), false, u, flags);
        }
    }

    /** The embedding of an owned vertex changed, or the vertex exists no more. */
    void embedding(long modelVersion, int v) {
        queue.add(lane(modelVersion), true, v, 0);
    }

    /** Runs the action when everything queued so far has been sent. */
    void whenSent(Runnable action) {
        queue.whenPassed(action);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Vertices whose value or embedding waits to be sent. */
    int size() {
        return queue.size();
    }

    /** Sends a slice. No batch may be open. */
    void send(int limit) {
        queue.stamp(freshness.stamp());
        queue.send(limit, this::send);
    }

    private int send(int lane, boolean embedding, int vertex, int flags, FreshnessStamp stamp) {
        var to = lanes.get(lane);
        return embedding ? sendEmbedding(to, vertex, stamp) : sendValue(to, vertex, flags, stamp);
    }

    private int sendEmbedding(Lane lane, int v, FreshnessStamp stamp) {
        var engine = lane.engine;
        if (engine != null && engine.hasValue(v)) {
            publications.published(v);
            outbox.embedding(lane.modelVersion, graph.vertexId(v), engine.embedding(v), stamp);
        } else {
            outbox.embedding(lane.modelVersion, graph.vertexId(v), null, stamp);
        }
        return 1;
    }

    private int sendValue(Lane lane, int u, int flags, FreshnessStamp stamp) {
        var partitions = subscribers.of(u);
        boolean deleted = (flags & EmissionFlags.DELETED) != 0;
        var whole = partitions == null ? null : value(lane, u, deleted, EmissionFlags.ALL_LAYERS);
        if (partitions == null || whole == null) {
            return 0;
        }
        HaloMessage.Value part = null;
        int sent = 0;
        for (int q = partitions.nextSetBit(0); q >= 0; q = partitions.nextSetBit(q + 1)) {
            if (!served.serves(lane.modelVersion, u, q) && !faults.contains(Fault.ANSWERS_NOT_WHOLE)) {
                outbox.send(q, whole, stamp);
                served.served(lane.modelVersion, u, q);
                sent++;
            } else if (flags != 0) {
                part = part == null ? value(lane, u, deleted, EmissionFlags.layers(flags)) : part;
                outbox.send(q, part == null ? whole : part, stamp);
                sent++;
            }
        }
        return sent;
    }

    private HaloMessage.@Nullable Value value(Lane lane, int u, boolean deleted, int layers) {
        boolean silent = !deleted && faults.contains(Fault.NO_DELETE_TIME_IN_ANSWER)
                || deleted && faults.contains(Fault.NO_DELETE_TIME_TO_SUBSCRIBERS);
        long deleteTime = silent ? HaloEntry.NEVER_DELETED : graph.deleteTime(u);
        String id = graph.vertexId(u);
        if (lane.modelVersion == Outbox.STRUCTURE) {
            // Whom no delete concerns has nothing to hear while there is no model.
            return deleteTime == HaloEntry.NEVER_DELETED
                    ? null
                    : new HaloMessage.Value(id, Outbox.STRUCTURE, graph.inDegree(u), deleteTime, NO_LAYERS);
        }
        var engine = lane.engine;
        if (engine == null || !engine.hasValue(u)) {
            return null;
        }
        return new HaloMessage.Value(id, lane.modelVersion, engine.inDegree(u), deleteTime, engine.payload(u, layers));
    }

    private int lane(long modelVersion) {
        for (int lane = 0; lane < lanes.size(); lane++) {
            if (lanes.get(lane).modelVersion == modelVersion) {
                return lane;
            }
        }
        lanes.add(new Lane(modelVersion));
        return lanes.size() - 1;
    }
}
