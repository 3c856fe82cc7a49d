package io.anabranch.stream.propagation;

import io.anabranch.graph.FactJournal;

/** Reads only what a test asks for of a state. */
class StateReading implements PartitionState.RestoreVisitor {
    @Override
    public void fact(FactJournal.Fact fact) {}

    @Override
    public void haloEntry(String vertexId, HaloEntry entry) {}

    @Override
    public void subscriber(String vertexId, int partition, long epoch) {}

    @Override
    public void published(String vertexId, PublishedMark mark) {}

    @Override
    public void history(long modelVersion, String vertexId, HistoryCheckpoint checkpoint) {}

    @Override
    public void clock(long offset, long time) {}

    @Override
    public void meta(String name, long value) {}
}
