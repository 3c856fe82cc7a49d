package io.anabranch.stream;

import io.anabranch.graph.Ownership;
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
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Second sub-topology: one partition of the graph. Updates and halo records go into the partition's task, whose results go
 * to the sinks. A batch runs when it is full, or after the flush interval by the wall clock.
 *
 * <p>The flush is scheduled only while something is pending: every punctuation makes Kafka Streams commit, and an idle
 * processor should leave the broker alone. {@link #init} rebuilds everything, because Kafka Streams initialises the same
 * processor again when an aborted transaction rolls the store back.
 */
final class PartitionProcessor implements Processor<byte[], byte[], Addressed, byte[]> {

    /** How soon a model change is seen by a partition without input. */
    static final Duration MODELS_INTERVAL = Duration.ofMillis(500);

    /** The task's own limit is out of reach, so that every batch runs, and is timed, in this class. */
    private static final int BATCHES_RUN_HERE = Integer.MAX_VALUE;

    private static final String EPOCH = "epoch";

    private final StreamConfig config;
    private final Supplier<LiveModels> models;
    private final StreamMetrics metrics;
    private @Nullable Running running;

    PartitionProcessor(StreamConfig config, Supplier<LiveModels> models, StreamMetrics metrics) {
        this.config = config;
        this.models = models;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Addressed, byte[]> context) {
        running = new Running(context);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Objects.requireNonNull(running, "The processor must be initialised first.")
                .process(record);
    }

    @Override
    public void close() {
        if (running != null) {
            running.meters.closed();
            running = null;
        }
    }

    /** One life of the partition, from the initialisation of its task to its close. */
    private final class Running {

        private final ProcessorContext<Addressed, byte[]> context;
        private final int partition;
        private final PartitionMeters meters;
        private final StorePartitionState state;
        private final PartitionSinks sinks;
        private final PartitionTask task;
        private LiveModels known = LiveModels.NONE;
        private boolean begun;
        /** Next offset of the updates topic; 0 until the first update of this life, the task knows that of the last. */
        private long position;

        private int pendingRecords;
        private @Nullable Cancellable flush;

        Running(ProcessorContext<Addressed, byte[]> context) {
            this.context = context;
            this.partition = context.taskId().partition();
            this.meters = metrics.partition(partition);
            KeyValueStore<Bytes, byte[]> store = context.getStateStore(TopologyFactory.STATE_STORE);
            this.state = new StorePartitionState(store, fact -> sinks().fact(fact));
            this.sinks = new PartitionSinks(context, partition, config.partitions(), () -> state.meta(EPOCH), metrics);
            this.task = PartitionTask.open(
                    new PartitionConfig(
                            Ownership.byHash(config.partitions(), partition),
                            config.ingest().featureDimension(),
                            config.propagation().assertionMode(),
                            BATCHES_RUN_HERE),
                    state,
                    sinks);
            context.schedule(MODELS_INTERVAL, PunctuationType.WALL_CLOCK_TIME, timestamp -> followModels());
            scheduleFlush();
        }

        private PartitionSinks sinks() {
            return sinks;
        }

        private void process(Record<byte[], byte[]> record) {
            followModels();
            RecordMetadata source = context.recordMetadata().orElseThrow();
            if (source.topic().equals(config.topics().updates())) {
                update(record, source.offset());
            } else {
                halo(record);
            }
            afterInput();
        }

        private void update(Record<byte[], byte[]> record, long offset) {
            position = offset + 1;
            sinks.at(record.timestamp());
            switch (UpdateCodec.decode(record.value())) {
                case UpdateContent.Fact(var mutation) -> {
                    task.onUpdate(mutation, new PartitionInput(record.timestamp(), mutation.time(), position));
                    metrics.updateApplied();
                    metrics.passed(StreamMetrics.Stage.APPLIED, context.currentSystemTimeMs() - record.timestamp());
                }
                case UpdateContent.Clock(var tick) ->
                    task.onClock(tick, new PartitionInput(record.timestamp(), tick.timeMs(), position));
            }
        }

        private void halo(Record<byte[], byte[]> record) {
            HaloEnvelope envelope = HaloCodec.decode(record.value());
            sinks.at(record.timestamp());
            task.onHalo(envelope, new PartitionInput(record.timestamp(), envelope.eventTimeMs(), position));
            metrics.haloReceived();
        }

        private void afterInput() {
            pendingRecords++;
            meters.pending(pendingRecords);
            if (!task.pending()) {
                settled();
            } else if (pendingRecords >= config.propagation().maxBatch()) {
                propagate();
            } else if (flush == null) {
                scheduleFlush();
            }
        }

        private void scheduleFlush() {
            flush = context.schedule(
                    config.propagation().flushInterval(), PunctuationType.WALL_CLOCK_TIME, timestamp -> flush());
        }

        private void flush() {
            if (flush != null) {
                flush.cancel();
                flush = null;
            }
            followModels();
            if (task.pending()) {
                propagate();
            }
            if (task.pending()) {
                scheduleFlush();
            }
        }

        private void propagate() {
            long start = System.nanoTime();
            task.propagate();
            metrics.batch(Duration.ofNanos(System.nanoTime() - start), pendingRecords);
            settled();
        }

        /** Everything read so far is in the results. */
        private void settled() {
            pendingRecords = 0;
            meters.settled(task.metrics());
        }

        private void followModels() {
            LiveModels current = models.get();
            if (!begun) {
                begun = true;
                known = current;
                task.begin(current);
            } else if (current != known) {
                known = current;
                task.models(current);
            } else {
                return;
            }
            if (task.pending() && flush == null) {
                scheduleFlush();
            }
        }
    }
}
