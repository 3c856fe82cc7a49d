package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.stream.wire.UpdateContent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One task with its state, its two inputs and its outputs. Under exactly-once all of it commits together or not at all; under at-least-once
 * each output partition may get a prefix of what was sent at any time.
 */
final class SimulatedPartition implements PartitionOutput {
    private final Simulation world;
    private final int partition;
    private final PartitionConfig config;
    private final CrashMode mode;
    private final SimulatedState state;
    /** By target partition, and last the embeddings topic: what is sent and not yet in the log. */
    private final List<List<Sent>> buffers = new ArrayList<>();

    private final EngineTuning tuning;
    final List<UpdateContent> updates = new ArrayList<>();
    final List<HaloEnvelope> halo = new ArrayList<>();
    private int nextUpdate;
    private int nextHalo;
    private int committedUpdate;
    private int committedHalo;
    private int furthestUpdate;
    private int knownModels;
    private boolean committedWithBatch;
    private boolean untold;
    PartitionTask task;

    /** What becomes visible in the log of its target. */
    record Sent(boolean isHalo, Runnable delivery) {}

    SimulatedPartition(Simulation world, int partition, Scenario scenario, SplittableRandom random) {
        this.world = world;
        this.partition = partition;
        this.mode = scenario.mode();
        config = new PartitionConfig(
                Ownership.byHash(scenario.partitions(), partition),
                scenario.featureDimension(),
                scenario.assertions(),
                new int[] {1, 3, 256}[random.nextInt(3)],
                mode.guarantee,
                new int[] {1, 4, 10_000}[random.nextInt(3)],
                scenario.lateness(),
                new int[] {1, 8, 10_000}[random.nextInt(3)],
                scenario.histories());
        state = new SimulatedState(scenario.seed() + partition, mode == CrashMode.SEPARATE_STORES, scenario.faults());
        for (int target = 0; target <= scenario.partitions(); target++) {
            buffers.add(new ArrayList<>());
        }
        tuning = tuning(new SplittableRandom(scenario.seed() - partition));
        task = open(0);
    }

    /** Either way to propagate, or the choice between them; rows in one array or in many; a start that shares sums or not; steps that can be undone for
     * long or for a moment. */
    private static EngineTuning tuning(SplittableRandom random) {
        var strategies = EngineTuning.Strategy.values();
        return new EngineTuning(
                strategies[random.nextInt(strategies.length)],
                random.nextBoolean() ? RowSlab.SEGMENT_FLOATS : random.nextInt(1, 200),
                random.nextBoolean() ? PlanPolicy.AUTO : PlanPolicy.SHARED,
                random.nextBoolean() ? Long.MAX_VALUE / 2 : random.nextInt(20),
                random.nextInt(1, 8));
    }

    private PartitionTask open(int models) {
        knownModels = models;
        var opened = new PartitionTask(config, state, this, world.nonce(), tuning, world.faults());
        opened.begin(world.models(models));
        return opened;
    }

    SimulatedState state() {
        return state;
    }

    // ---- inputs

    boolean stepUpdate() {
        if (nextUpdate == updates.size()) {
            return false;
        }
        var update = updates.get(nextUpdate++);
        if (nextUpdate <= furthestUpdate) {
            world.saw(Sight.REDELIVERY);
        }
        furthestUpdate = Math.max(furthestUpdate, nextUpdate);
        switch (update) {
            case UpdateContent.Fact(var mutation) -> {
                boolean late = mutation.time() < task.clock();
                boolean taken = task.onUpdate(mutation, new PartitionInput(world.now(), mutation.time(), nextUpdate));
                if (mutation instanceof GraphMutation.EraseEdge && taken) {
                    world.saw(Sight.STEP_ERASED);
                }
                if (!taken) {
                    world.saw(Sight.LATE_REFUSED);
                } else if (late) {
                    world.saw(Sight.LATE_TAKEN);
                }
            }
            case UpdateContent.SourceStep(var mutation) ->
                task.onSourceStep(mutation, new PartitionInput(world.now(), mutation.time(), nextUpdate));
            case UpdateContent.Snapshot snapshot -> {
                world.saw(Sight.SNAPSHOT);
                if (snapshot.latestMs() < task.clock()) {
                    world.saw(Sight.SNAPSHOT_BEHIND_THE_CLOCK);
                }
                task.onSnapshot(
                        snapshot.registers(),
                        snapshot.latestMs(),
                        snapshot.expiredToMs(),
                        new PartitionInput(world.now(), snapshot.latestMs(), nextUpdate));
            }
            case UpdateContent.Recompute(var vertexId) ->
                task.onRecompute(vertexId, new PartitionInput(world.now(), ClockTick.NO_TIME, nextUpdate));
            case UpdateContent.Clock(var tick) ->
                task.onClock(tick, new PartitionInput(world.now(), tick.timeMs(), nextUpdate));
        }
        if (state.takeBuried().stream().anyMatch(edge -> edge.expiry() <= task.clock())) {
            world.saw(Sight.EXPIRY);
        }
        return true;
    }

    boolean stepHalo() {
        if (nextHalo == halo.size()) {
            return false;
        }
        var envelope = halo.get(nextHalo);
        task.onHalo(envelope, new PartitionInput(world.now(), envelope.eventTimeMs(), nextUpdate, nextHalo++));
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

    // ---- commits and crashes

    /** Tells the task of the last commit, if it has not heard of it: at any time before the next, which it may not live to see. */
    void tellOfCommit() {
        if (untold) {
            untold = false;
            int marks = state.marks().size();
            task.committed();
            if (state.marks().size() < marks) {
                world.saw(Sight.MARK_FORGOTTEN);
            }
        }
    }

    void commit() {
        tellOfCommit();
        untold = true;
        state.commit();
        committedWithBatch = task.pending();
        buffers.forEach(buffer -> deliver(buffer, buffer.size()));
        committedUpdate = nextUpdate;
        committedHalo = nextHalo;
    }

    /** Under at-least-once the producer may send at any time. */
    void leak(SplittableRandom random) {
        if (mode.atLeastOnce()) {
            var buffer = buffers.get(random.nextInt(buffers.size()));
            deliver(buffer, random.nextInt(buffer.size() + 1));
        }
    }

    /** Under at-least-once: the producer sends all that it has. */
    void sendAll() {
        buffers.forEach(buffer -> deliver(buffer, buffer.size()));
    }

    private static void deliver(List<Sent> buffer, int count) {
        var first = List.copyOf(buffer.subList(0, count));
        buffer.subList(0, count).clear();
        first.forEach(sent -> sent.delivery().run());
    }

    /** The next life may know fewer models than this one; under at-least-once the whole models topic is read before a life begins. */
    void crash(int models, SplittableRandom random) {
        report();
        reportHistories();
        for (var buffer : buffers) {
            if (mode.atLeastOnce()) {
                deliver(buffer, random.nextInt(buffer.size() + 1));
            }
            if (mode == CrashMode.ZOMBIES) {
                buffer.stream().filter(Sent::isHalo).forEach(world::zombie);
            }
            buffer.clear();
        }
        state.crash(mode, random);
        reopen(mode.atLeastOnce() ? Math.max(models, knownModels) : models);
    }

    /** Dies with every write kept and nothing sent. */
    void crashSilently() {
        buffers.forEach(List::clear);
        state.crashKeepingAll();
        reopen(knownModels);
    }

    /** Dies with nothing kept of what came after the commit. What was sent is in the logs. */
    void crashLosingAll() {
        buffers.forEach(List::clear);
        state.crashLosingAll();
        reopen(knownModels);
    }

    /** What the engines of the life that ends have done with histories. */
    void reportHistories() {
        for (var model : world.models(knownModels).live()) {
            var engine = task.engine(model.version());
            var histories = engine == null ? null : engine.histories();
            if (histories != null) {
                seen(histories.undone() > 0, Sight.STEPS_UNDONE);
                seen(histories.restarts() > 0, Sight.HISTORY_READ_AGAIN);
                seen(histories.held() > 0, Sight.CHECKPOINT_HELD);
            }
        }
    }

    private void seen(boolean was, Sight sight) {
        if (was) {
            world.saw(sight);
        }
    }

    private void reopen(int models) {
        nextUpdate = committedUpdate;
        nextHalo = committedHalo;
        committedWithBatch = false;
        untold = false;
        world.reborn(partition);
        task = open(models);
        world.saw(Sight.RESTORE);
    }

    private void report() {
        if (!task.begunWithEpoch()) {
            world.saw(Sight.CRASH_BEFORE_THE_EPOCH);
        } else if (task.batchOpen()) {
            world.saw(Sight.CRASH_WITH_A_BATCH_OPEN);
        } else if (task.pending()) {
            world.saw(Sight.CRASH_WITH_EMISSIONS_QUEUED);
        }
        if (committedWithBatch) {
            world.saw(Sight.CRASH_AFTER_A_DEFERRED_COMMIT);
        }
        if (!world.everythingCovered()) {
            world.saw(Sight.CRASH_DURING_A_FILL);
        }
        if (task.forgets()) {
            world.saw(Sight.CRASH_WHILE_FORGETTING);
        }
    }

    boolean drained() {
        return nextUpdate == updates.size()
                && nextHalo == halo.size()
                && !task.pending()
                && buffers.stream().allMatch(List::isEmpty);
    }

    // ---- outputs

    @Override
    public void halo(int toPartition, HaloEnvelope envelope) {
        buffers.get(toPartition).add(new Sent(true, () -> world.deliver(toPartition, envelope)));
    }

    @Override
    public void embedding(long modelVersion, String vertexId, float @Nullable [] vector, Freshness freshness) {
        buffers.getLast()
                .add(new Sent(false, () -> world.embedding(partition, modelVersion, vertexId, vector, freshness)));
    }

    @Override
    public void coverage(long modelVersion) {
        buffers.getLast().add(new Sent(false, () -> world.coverage(partition, modelVersion)));
    }

    @Override
    public void progress(EventPositions positions) {
        buffers.getLast().add(new Sent(false, () -> world.progress(partition, positions)));
    }
}
