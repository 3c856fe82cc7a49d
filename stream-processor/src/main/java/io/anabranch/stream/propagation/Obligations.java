package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.PartitionGraph;
import it.unimi.dsi.fastutil.longs.LongLinkedOpenHashSet;
import java.util.Set;

/** What the partition owes to subscribers and readers since the last batch; a batch turns it into emissions. */
final class Obligations {
    private final PartitionGraph graph;
    private final Subscribers subscribers;
    private final Publications publications;
    private final Emissions emissions;
    private final Guarantee guarantee;
    private final Set<Fault> faults;

    /** Owned vertices that records addressed. */
    private final VertexSet touched = new VertexSet();
    /** Owned vertices to compute from scratch and to send again. */
    private final VertexSet recomputed = new VertexSet();
    /** Subscriptions to answer: vertex in the upper half, partition in the lower. */
    private final LongLinkedOpenHashSet answers = new LongLinkedOpenHashSet();

    Obligations(
            PartitionGraph graph,
            Subscribers subscribers,
            Publications publications,
            Emissions emissions,
            Guarantee guarantee,
            Set<Fault> faults) {
        this.graph = graph;
        this.subscribers = subscribers;
        this.publications = publications;
        this.emissions = emissions;
        this.guarantee = guarantee;
        this.faults = faults;
    }

    /** A record addressed this owned vertex, which may exist from now on, or not any more. */
    void touch(int v) {
        touched.add(v);
        publications.expect(v);
    }

    /** An owned vertex, existing or not, is to be computed from scratch and sent again. */
    void recompute(int v) {
        // Marked like one that a record addressed: the tombstone is owed by the next life too.
        touch(v);
        recomputed.add(v);
    }

    /** What the batch has to compute from scratch; some may not exist. */
    VertexSet recomputed() {
        return recomputed;
    }

    void answer(int u, int partition) {
        answers.add((long) u << 32 | partition);
    }

    void cancelAnswer(int u, int partition) {
        answers.remove((long) u << 32 | partition);
    }

    /** Takes up what an engine's batch has changed: values of subscribers, then embeddings. */
    void settle(Engine engine, GraphDelta delta) {
        long version = engine.model().version();
        announce(version, delta);
        var changed = engine.payloadChanged();
        for (int i = 0; i < changed.size(); i++) {
            emissions.changed(version, changed.get(i), engine.changedLayers(changed.get(i)));
        }
        var embeddings = engine.embeddingChanged();
        for (int i = 0; i < embeddings.size(); i++) {
            emissions.embedding(version, embeddings.get(i));
        }
        for (int i = 0; i < recomputed.size(); i++) {
            if (engine.hasValue(recomputed.get(i))) {
                emissions.changed(version, recomputed.get(i));
                emissions.embedding(version, recomputed.get(i));
            }
        }
    }

    /** Deletes must reach subscribers before there is any model: the clean graph is what the first one is trained on. */
    void settleStructure(GraphDelta delta) {
        announce(Outbox.STRUCTURE, delta);
        for (int i = 0; i < recomputed.size(); i++) {
            emissions.changed(Outbox.STRUCTURE, recomputed.get(i));
        }
    }

    private void announce(long modelVersion, GraphDelta delta) {
        for (int i = 0; i < delta.deleteRaised().size(); i++) {
            emissions.deleted(modelVersion, delta.deleteRaised().vertex(i));
        }
        for (var answer = answers.iterator(); answer.hasNext(); ) {
            emissions.answer(modelVersion, (int) (answer.nextLong() >>> 32));
        }
    }

    /** Tombstones, under every live version, for vertices that exist no more: published ones, and those that were asked for. */
    void bury(GraphDelta delta, Set<Long> versions) {
        for (int i = 0; i < delta.disappeared().size(); i++) {
            touched.add(delta.disappeared().vertex(i));
        }
        for (int i = 0; i < touched.size(); i++) {
            int v = touched.get(i);
            if (!graph.exists(v)) {
                // Under at-least-once, v may have been published by a life of which nothing is left.
                if (guarantee == Guarantee.AT_LEAST_ONCE
                        || publications.get(v) == PublishedMark.LIVE
                        || recomputed.contains(v)) {
                    for (long version : versions) {
                        emissions.embedding(version, v);
                    }
                }
                publications.gone(v);
            }
        }
    }

    /** The batch has run. */
    void clear() {
        touched.clear();
        recomputed.clear();
        answers.clear();
    }

    /**
     * Everything that a version has: values, embeddings, and, where an earlier life may have published others, their
     * tombstones.
     *
     * @param mayBePublished whether embeddings of this version may be out already
     * @param again whether a life before is known to have emitted it
     */
    void emitAll(long modelVersion, boolean mayBePublished, boolean again) {
        if (!again || !faults.contains(Fault.VALUES_NOT_SENT_AGAIN)) {
            for (int u : subscribers.vertices()) {
                emissions.changed(modelVersion, u);
            }
        }
        if (!again || !faults.contains(Fault.EMBEDDINGS_NOT_SENT_AGAIN)) {
            graph.forEachExisting(v -> emissions.embedding(modelVersion, v));
        }
        if (mayBePublished && !(again && faults.contains(Fault.TOMBSTONES_NOT_SENT_AGAIN))) {
            publications.forEach(v -> {
                if (!graph.exists(v)) {
                    emissions.embedding(modelVersion, v);
                    publications.gone(v);
                }
            });
        }
    }

    /** The delete times that any batch before may have owed, when no version is live. */
    void emitStructure() {
        for (int u : subscribers.vertices()) {
            emissions.changed(Outbox.STRUCTURE, u);
        }
    }

    /** Takes back every embedding of a version. */
    void withdraw(long modelVersion) {
        publications.forEach(v -> emissions.embedding(modelVersion, v));
    }
}
