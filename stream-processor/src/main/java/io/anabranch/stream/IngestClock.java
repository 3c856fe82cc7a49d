package io.anabranch.stream;

import io.anabranch.stream.propagation.ClockTick;
import io.anabranch.stream.wire.UpdateCodec;
import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Tells every partition of the graph how far one ingest task has come: a CLOCK goes out, at most once an interval, behind the
 * updates of the events that it reports. It keeps nothing: the time is that of this life, the position is an offset.
 *
 * <p>Rejected events count too, since a reader that waits for one would otherwise wait for the next good one. Nothing is scheduled
 * while no event arrives: every punctuation makes Kafka Streams commit.
 */
final class IngestClock {

    private final ProcessorContext<Addressed, byte[]> context;
    private final int partitions;
    private final Duration interval;
    private long timeMs = ClockTick.NO_TIME;
    private int eventsPartition;
    private long eventsPosition;
    private long timestamp;
    private @Nullable Cancellable next;

    IngestClock(ProcessorContext<Addressed, byte[]> context, int partitions, Duration interval) {
        this.context = context;
        this.partitions = partitions;
        this.interval = interval;
    }

    /** An event of this time was accepted. */
    void accepted(long eventTimeMs) {
        timeMs = Math.max(timeMs, eventTimeMs);
    }

    /** Everything that the event led to has been forwarded. */
    void passed(RecordMetadata event, long eventTimestamp) {
        eventsPartition = event.partition();
        eventsPosition = event.offset() + 1;
        timestamp = eventTimestamp;
        if (next == null) {
            next = context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, now -> tick());
        }
    }

    private void tick() {
        if (next != null) {
            next.cancel();
            next = null;
        }
        byte[] clock = UpdateCodec.encode(new ClockTick(timeMs, eventsPartition, eventsPosition));
        for (int partition = 0; partition < partitions; partition++) {
            context.forward(
                    new Record<>(new Addressed(partition, null), clock, timestamp), TopologyFactory.UPDATES_SINK);
        }
    }
}
