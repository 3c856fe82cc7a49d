package io.anabranch.stream.propagation;

import org.jspecify.annotations.Nullable;

/** Keeps nothing. */
final class ForgetfulState implements PartitionState {
    @Override
    public void write(Fact fact, boolean shows) {}

    @Override
    public void forget(FactKey key) {}

    @Override
    public void putHaloEntry(String vertexId, @Nullable HaloEntry entry) {}

    @Override
    public void putSubscriber(String vertexId, int partition, long epoch) {}

    @Override
    public void removeSubscriber(String vertexId, int partition) {}

    @Override
    public void putPublished(String vertexId, @Nullable PublishedMark mark) {}

    @Override
    public void putHistory(long modelVersion, String vertexId, @Nullable HistoryCheckpoint checkpoint) {}

    @Override
    public void putClock(long offset, long time) {}

    @Override
    public void putMeta(String name, long value) {}

    @Override
    public void restore(RestoreVisitor visitor) {}
}
