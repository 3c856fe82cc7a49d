package io.anabranch.stream;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.deadletter.DeadLetter;
import io.anabranch.stream.ingest.Ingested.Rejected;
import io.anabranch.stream.ingest.RejectionReason;
import io.anabranch.stream.propagation.AcceptedTimes;
import io.anabranch.stream.propagation.ClockTick;
import io.anabranch.stream.propagation.Guarantee;
import io.anabranch.stream.propagation.HaloEnvelope;
import io.anabranch.stream.propagation.LiveModels;
import io.anabranch.stream.propagation.PartitionConfig;
import io.anabranch.stream.propagation.PartitionInput;
import io.anabranch.stream.propagation.PartitionTask;
import io.anabranch.stream.state.StorePartitionState;
import io.anabranch.stream.wire.HaloCodec;
import io.anabranch.stream.wire.UpdateCodec;
import io.anabranch.stream.wire.UpdateContent;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * One life of a partition, from the initialisation of its task to its close: takes the records in, and runs a batch when it is
 * due ({@link BatchPace}) or full. A batch asks for a commit, without which nobody sees its results.
 *
 * <p>Every punctuation makes Kafka Streams commit, so one is scheduled only while something is pending: an idle partition
 * leaves the broker alone. A record of the halo topic without a value wakes it ({@link PartitionWaker}).
 *
 * <p>Belongs to the task's thread.
 */
final class PartitionLife {

    /** The task's own limit is out of reach, so that every batch runs, and is timed, in this class. */
    private static final int BATCHES_RUN_HERE = Integer.MAX_VALUE;

    /** After a batch of which only a part was sent: input first, then go on. */
    private static final Duration SOON = Duration.ofMillis(1);

    private static final String EPOCH = "epoch";

    private final StreamConfig config;
    private final Supplier<LiveModels> models;
    private final StreamMetrics metrics;
    private final ProcessorContext<Addressed, byte[]> context;
    private final PartitionMeters meters;
    private final StorePartitionState state;
    private final PartitionSinks sinks;
    private final PartitionTask task;
    private final SnapshotCheck snapshotCheck;
    private final CommitWatch commits;
    private final BatchPace pace;
    private LiveModels known = LiveModels.NONE;
    private boolean begun;
    /** A batch has run, and a part of its results is still to be sent. */
    private boolean sending;
    /** Next offset of the updates topic; 0 until the first update of this life, the task knows that of the last. */
    private long position;

    private @Nullable Cancellable due;

    PartitionLife(
            StreamConfig config,
            Supplier<LiveModels> models,
            StreamMetrics metrics,
            Commits commits,
            ProcessorContext<Addressed, byte[]> context) {
        this.config = config;
        this.models = models;
        this.metrics = metrics;
        this.context = context;
        int partition = context.taskId().partition();
        this.meters = metrics.partition(partition);
        this.pace = new BatchPace(config.propagation());
        this.commits = new CommitWatch(
                commits.hook(),
                context,
                config.streams().guarantee(),
                () -> commits.confirmed().count(config.topics().updates(), partition)
                        + commits.confirmed().count(config.topics().halo(), partition));
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(TopologyFactory.STATE_STORE);
        this.state = new StorePartitionState(store, fact -> sinks().fact(fact));
        this.sinks = new PartitionSinks(context, partition, config.partitions(), () -> state.meta(EPOCH), metrics);
        Ownership ownership = Ownership.byHash(config.partitions(), partition);
        this.snapshotCheck = new SnapshotCheck(ownership, config.ingest().featureDimension());
        this.task = PartitionTask.open(
                new PartitionConfig(
                        ownership,
                        config.ingest().featureDimension(),
                        config.propagation().assertionMode(),
                        BATCHES_RUN_HERE,
                        config.streams().guarantee(),
                        PartitionConfig.DEFAULT_EMISSION_LIMIT,
                        config.graph().latenessMs(),
                        PartitionGraph.MOST_BURIALS_AT_ONCE,
                        config.ingest().histories()),
                state,
                sinks);
        // A life begins by itself: its peers and its versions must not wait for a record.
        wakeIn(SOON);
    }

    private PartitionSinks sinks() {
        return sinks;
    }

    void process(Record<byte[], byte[]> record) {
        called();
        RecordMetadata source = context.recordMetadata().orElseThrow();
        if (source.topic().equals(config.topics().updates())) {
            update(record, source.offset());
        } else if (record.value() != null) {
            halo(record, source.offset());
        }
        if (!task.pending()) {
            settled();
        } else if (pace.full()) {
            propagate();
        } else if (due == null) {
            wakeIn(pace.untilLook(context.currentSystemTimeMs()));
        }
        sinks.flush();
    }

    /** Whatever calls comes through here first. */
    private void called() {
        if (commits.hasCommitted() && begun) {
            task.committed();
        }
        followModels();
    }

    private void update(Record<byte[], byte[]> record, long offset) {
        position = offset + 1;
        UpdateContent content = UpdateCodec.decode(record.value());
        read(
                record.timestamp(),
                content instanceof UpdateContent.Snapshot snapshot
                        ? snapshot.registers().size()
                        : 1);
        switch (content) {
            case UpdateContent.Fact(var mutation) ->
                applied(
                        task.onUpdate(mutation, new PartitionInput(record.timestamp(), mutation.time(), position)),
                        mutation,
                        record,
                        offset);
            case UpdateContent.SourceStep(var mutation) ->
                applied(
                        task.onSourceStep(mutation, new PartitionInput(record.timestamp(), mutation.time(), position)),
                        mutation,
                        record,
                        offset);
            case UpdateContent.Snapshot snapshot -> snapshot(snapshot, record, offset);
            case UpdateContent.Recompute(var vertexId) -> {
                task.onRecompute(vertexId, new PartitionInput(record.timestamp(), ClockTick.NO_TIME, position));
                metrics.updatesApplied(1);
            }
            case UpdateContent.Clock(var tick) ->
                task.onClock(tick, new PartitionInput(record.timestamp(), tick.timeMs(), position));
        }
    }

    private void applied(boolean taken, GraphMutation mutation, Record<byte[], byte[]> record, long offset) {
        if (taken) {
            metrics.updatesApplied(1);
            metrics.passed(StreamMetrics.Stage.APPLIED, context.currentSystemTimeMs() - record.timestamp());
        } else {
            sinks.refused(lateLetter(record, offset, mutation), RejectionReason.LATE);
        }
    }

    private void snapshot(UpdateContent.Snapshot snapshot, Record<byte[], byte[]> record, long offset) {
        Rejected misfit = snapshotCheck.problem(snapshot.registers());
        if (misfit != null) {
            sinks.refused(letter(record, offset, record.value(), misfit), misfit.reason());
            return;
        }
        task.onSnapshot(
                snapshot.registers(),
                snapshot.latestMs(),
                snapshot.expiredToMs(),
                new PartitionInput(record.timestamp(), snapshot.latestMs(), position));
        metrics.updatesApplied(snapshot.registers().size());
        metrics.passed(StreamMetrics.Stage.APPLIED, context.currentSystemTimeMs() - record.timestamp());
    }

    private DeadLetter lateLetter(Record<byte[], byte[]> record, long offset, GraphMutation mutation) {
        GraphEvent event = UpdateCodec.event(record.value());
        return letter(
                record,
                offset,
                event.toByteArray(),
                new Rejected(
                        RejectionReason.LATE,
                        "The event time %d lies behind the partition's clock (%d) by more than %d ms.%nMaybe %s should be more."
                                .formatted(
                                        mutation.time(),
                                        task.clock(),
                                        config.graph().latenessMs(),
                                        StreamConfig.LATENESS),
                        event.getEventId().isEmpty() ? null : event.getEventId(),
                        null));
    }

    private DeadLetter letter(Record<byte[], byte[]> record, long offset, byte[] value, Rejected why) {
        return DeadLetter.of(
                new DeadLetter.Original(
                        config.topics().updates(),
                        context.taskId().partition(),
                        offset,
                        record.key(),
                        value,
                        record.headers()),
                why);
    }

    private void halo(Record<byte[], byte[]> record, long offset) {
        for (HaloEnvelope envelope : HaloCodec.decode(record.value())) {
            long oldest = envelope.accepted().oldest();
            long accepted = oldest == AcceptedTimes.NO_EVENT ? record.timestamp() : oldest;
            read(accepted, 1);
            task.onHalo(envelope, new PartitionInput(accepted, envelope.eventTimeMs(), position, offset));
            metrics.haloReceived();
        }
    }

    private void read(long acceptedTimeMs, int records) {
        sinks.at(acceptedTimeMs);
        pace.read(context.currentSystemTimeMs(), acceptedTimeMs, records);
        meters.pending(pace.records());
    }

    private void wakeIn(Duration time) {
        if (due != null) {
            due.cancel();
        }
        due = context.schedule(time, PunctuationType.WALL_CLOCK_TIME, timestamp -> wake());
    }

    private void wake() {
        if (due != null) {
            due.cancel();
            due = null;
        }
        called();
        if (task.pending()) {
            long now = context.currentSystemTimeMs();
            if (pace.due(now) || sending) {
                propagate();
            } else {
                wakeIn(pace.untilLook(now));
            }
        }
        sinks.flush();
    }

    private void propagate() {
        long start = System.nanoTime();
        task.propagate();
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        metrics.batch(taken, pace.records());
        pace.ran(taken);
        sending = task.pending();
        if (sending) {
            wakeIn(SOON);
        } else {
            settled();
            context.commit();
        }
    }

    /** Everything read so far is in the results. */
    private void settled() {
        pace.settled();
        meters.settled(task.metrics());
    }

    private void followModels() {
        LiveModels current = models.get();
        if (!begun) {
            begun = true;
            known = current;
            if (config.streams().guarantee() == Guarantee.AT_LEAST_ONCE) {
                state.tellAll();
            }
            task.begin(current);
        } else if (current != known) {
            known = current;
            task.models(current);
        } else {
            return;
        }
        if (task.pending() && due == null) {
            wakeIn(SOON);
        }
    }

    void close() {
        commits.close();
        meters.closed();
    }
}
