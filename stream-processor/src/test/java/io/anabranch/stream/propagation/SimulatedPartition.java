package io.anabranch.stream.propagation;

import io.anabranch.graph.Ownership;
import io.anabranch.stream.wire.UpdateContent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One task with its state, its two inputs and its outputs, under exactly-once: all of it commits together or not at all. */
final class SimulatedPartition implements PartitionOutput {
    /** What becomes visible at commit. */
    interface Sent {
        void deliver();
    }

    private final Simulation world;
    private final int partition;
    private final PartitionConfig config;
    private final SimulatedState state;
    final List<UpdateContent> updates = new ArrayList<>();
    final List<HaloEnvelope> halo = new ArrayList<>();
    private final List<Sent> buffer = new ArrayList<>();
    private int nextUpdate;
    private int nextHalo;
    private int committedUpdate;
    private int committedHalo;
    private int knownModels;
    PartitionTask task;

    SimulatedPartition(Simulation world, int partition, Scenario scenario, int maxBatch, int emissionLimit) {
        this.world = world;
        this.partition = partition;
        config = new PartitionConfig(
                Ownership.byHash(scenario.partitions(), partition),
                scenario.featureDimension(),
                scenario.mode(),
                maxBatch,
                Guarantee.EXACTLY_ONCE,
                emissionLimit);
        state = new SimulatedState(scenario.seed() + partition);
        task = open(0);
    }

    private PartitionTask open(int models) {
        knownModels = models;
        var opened = new PartitionTask(config, state, this, world.faults());
        opened.begin(world.models(models));
        return opened;
    }

    boolean stepUpdate() {
        if (nextUpdate == updates.size()) {
            return false;
        }
        switch (updates.get(nextUpdate++)) {
            case UpdateContent.Fact(var mutation) ->
                task.onUpdate(mutation, new PartitionInput(world.now(), mutation.time(), nextUpdate));
            case UpdateContent.Clock(var tick) ->
                task.onClock(tick, new PartitionInput(world.now(), tick.timeMs(), nextUpdate));
        }
        return true;
    }

    boolean stepHalo() {
        if (nextHalo == halo.size()) {
            return false;
        }
        var envelope = halo.get(nextHalo++);
        task.onHalo(envelope, new PartitionInput(world.now(), envelope.eventTimeMs(), nextUpdate));
        return true;
    }

    boolean learnModels() {
        if (knownModels == world.modelsPublished()) {
            return false;
        }
        knownModels = world.modelsPublished();
        task.models(world.models(knownModels));
        return true;
    }

    /** @return whether something became visible */
    boolean commit() {
        state.commit();
        committedUpdate = nextUpdate;
        committedHalo = nextHalo;
        boolean sent = !buffer.isEmpty();
        buffer.forEach(Sent::deliver);
        buffer.clear();
        return sent;
    }

    /** Everything since the last commit is lost; the next life may know fewer models than this one. */
    void crash(int models) {
        buffer.clear();
        state.rollBack();
        nextUpdate = committedUpdate;
        nextHalo = committedHalo;
        task = open(models);
    }

    boolean drained() {
        return nextUpdate == updates.size() && nextHalo == halo.size() && !task.pending() && buffer.isEmpty();
    }

    @Override
    public void halo(int toPartition, HaloEnvelope envelope) {
        buffer.add(() -> world.deliver(toPartition, envelope));
    }

    @Override
    public void embedding(long modelVersion, String vertexId, float @Nullable [] vector, Freshness freshness) {
        buffer.add(() -> world.embedding(partition, modelVersion, vertexId, vector, freshness));
    }

    @Override
    public void coverage(long modelVersion) {
        buffer.add(() -> world.coverage(partition, modelVersion));
    }

    @Override
    public void progress(EventPositions positions) {
        buffer.add(() -> world.progress(partition, positions));
    }
}
