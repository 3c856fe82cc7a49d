package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.PartitionGraph;
import it.unimi.dsi.fastutil.longs.LongLinkedOpenHashSet;
import java.util.BitSet;
import java.util.Set;

/** What the partition owes to subscribers and readers since the last batch, and how a batch pays it. */
final class Obligations {
    private final PartitionGraph graph;
    private final Subscribers subscribers;
    private final Publications publications;
    private final Outbox outbox;

    /** Owned vertices that records addressed. */
    private final VertexSet touched = new VertexSet();
    /** Subscriptions to answer: vertex in the upper half, partition in the lower. */
    private final LongLinkedOpenHashSet answers = new LongLinkedOpenHashSet();

    private final VertexSet sent = new VertexSet();

    Obligations(PartitionGraph graph, Subscribers subscribers, Publications publications, Outbox outbox) {
        this.graph = graph;
        this.subscribers = subscribers;
        this.publications = publications;
        this.outbox = outbox;
    }

    /** A record addressed this owned vertex, which may exist from now on, or not any more. */
    void touch(int v) {
        touched.add(v);
        publications.expect(v);
    }

    void answer(int u, int partition) {
        answers.add((long) u << 32 | partition);
    }

    void cancelAnswer(int u, int partition) {
        answers.remove((long) u << 32 | partition);
    }

    /** Sends what an engine's batch has changed: values to subscribers, then embeddings. */
    void sendChanges(Engine engine, GraphDelta delta) {
        sent.clear();
        for (int i = 0; i < delta.deleteRaised().size(); i++) {
            int u = delta.deleteRaised().vertex(i);
            if (sent.add(u)) {
                outbox.values(engine, u, subscribers.of(u), true);
            }
        }
        var changed = engine.payloadChanged();
        for (int i = 0; i < changed.size(); i++) {
            int u = changed.get(i);
            if (sent.add(u)) {
                outbox.values(engine, u, subscribers.of(u), false);
            }
        }
        for (var answer = answers.iterator(); answer.hasNext(); ) {
            long next = answer.nextLong();
            int u = (int) (next >>> 32);
            if (!sent.contains(u)) {
                outbox.values(engine, u, one((int) next), false);
            }
        }
        var embeddings = engine.embeddingChanged();
        for (int i = 0; i < embeddings.size(); i++) {
            outbox.embedding(engine, embeddings.get(i));
        }
    }

    /** Deletes must reach subscribers before there is any model: the clean graph is what the first one is trained on. */
    void sendStructure(GraphDelta delta) {
        for (int i = 0; i < delta.deleteRaised().size(); i++) {
            int u = delta.deleteRaised().vertex(i);
            outbox.structure(u, subscribers.of(u));
        }
        for (var answer = answers.iterator(); answer.hasNext(); ) {
            long next = answer.nextLong();
            outbox.structure((int) (next >>> 32), one((int) next));
        }
    }

    /** Sends tombstones, under every live version, for published vertices that exist no more. */
    void bury(GraphDelta delta, Set<Long> versions) {
        for (int i = 0; i < delta.disappeared().size(); i++) {
            touched.add(delta.disappeared().vertex(i));
        }
        for (int i = 0; i < touched.size(); i++) {
            int v = touched.get(i);
            if (!graph.exists(v) && publications.get(v) == PublishedMark.LIVE) {
                for (long version : versions) {
                    outbox.tombstone(version, v);
                }
                publications.gone(v);
            }
        }
    }

    /** The batch has run. */
    void clear() {
        touched.clear();
        answers.clear();
    }

    /**
     * Sends everything that a version has: values, embeddings, and, where an earlier life may have published others, their
     * tombstones.
     */
    void emitAll(Engine engine, boolean emittedBefore) {
        for (int u : subscribers.vertices()) {
            outbox.values(engine, u, subscribers.of(u), false);
        }
        graph.forEachExisting(v -> outbox.embedding(engine, v));
        if (emittedBefore) {
            publications.forEach(v -> {
                if (!graph.exists(v)) {
                    outbox.tombstone(engine.model().version(), v);
                    publications.gone(v);
                }
            });
        }
    }

    /** Sends the delete times that any batch before may have owed, when no version is live. */
    void emitStructure() {
        for (int u : subscribers.vertices()) {
            outbox.structure(u, subscribers.of(u));
        }
    }

    /** Takes back every embedding of a version. */
    void retire(long modelVersion) {
        publications.forEach(v -> outbox.tombstone(modelVersion, v));
    }

    private static BitSet one(int partition) {
        var set = new BitSet();
        set.set(partition);
        return set;
    }
}
