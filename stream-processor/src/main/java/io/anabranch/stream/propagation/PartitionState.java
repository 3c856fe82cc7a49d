package io.anabranch.stream.propagation;

import io.anabranch.graph.FactJournal;
import org.jspecify.annotations.Nullable;

/**
 * What a task must find again after a restart. Every put becomes durable with the commit of the input during which it was
 * made, together with the outputs and the input position, or not at all.
 *
 * <p>Called by the task's thread only. Put only, but for one {@link #restore} when the task opens.
 */
public interface PartitionState extends FactJournal {
    /** Forgets everything; for partitions that need not survive. */
    PartitionState NONE = new ForgetfulState();

    /** Stores, or with null forgets, the local copy of a vertex that another partition owns. */
    void putHaloEntry(String vertexId, @Nullable HaloEntry entry);

    /** Stores that a partition subscribes to an owned vertex, and the epoch in which it last said so. */
    void putSubscriber(String vertexId, int partition, long epoch);

    /** Forgets that a partition subscribes to an owned vertex. */
    void removeSubscriber(String vertexId, int partition);

    /** Stores, or with null forgets, what is known of the published embedding of an owned vertex. */
    void putPublished(String vertexId, @Nullable PublishedMark mark);

    /** Stores, or with null forgets, what a model's encoder has made of a vertex's history. */
    void putHistory(long modelVersion, String vertexId, @Nullable HistoryCheckpoint checkpoint);

    /** Stores, or with {@link Long#MIN_VALUE} forgets, the time of the {@link LogClock} after the update at this offset. */
    void putClock(long offset, long time);

    /** Stores a number under a short name. */
    void putMeta(String name, long value);

    /** Hands everything that is stored to the visitor, in any order, each key once. */
    void restore(RestoreVisitor visitor);

    /** Receives the stored state. */
    interface RestoreVisitor {
        void fact(FactJournal.Fact fact);

        void haloEntry(String vertexId, HaloEntry entry);

        void subscriber(String vertexId, int partition, long epoch);

        void published(String vertexId, PublishedMark mark);

        void history(long modelVersion, String vertexId, HistoryCheckpoint checkpoint);

        void clock(long offset, long time);

        void meta(String name, long value);
    }
}
