package io.anabranch.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anabranch.graph.Ownership;
import io.anabranch.stream.deadletter.DeadLetter;
import io.anabranch.stream.ingest.EventIngest;
import io.anabranch.stream.ingest.Ingested.Accepted;
import io.anabranch.stream.ingest.Ingested.Rejected;
import io.anabranch.stream.ingest.Update;
import io.anabranch.stream.wire.UpdateCodec;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * First sub-topology: each event becomes updates in the partitions that own them, or a dead letter; CLOCK records tell all
 * partitions how far it has come. Keeps no state. Updates keep the timestamp of the event's record, the time at which it was
 * accepted.
 */
final class IngestProcessor implements Processor<byte[], byte[], Addressed, byte[]> {

    private final EventIngest ingest;
    private final Ownership ownership;
    private final StreamMetrics metrics;
    private final StreamConfig config;
    private @Nullable ProcessorContext<Addressed, byte[]> context;
    private @Nullable IngestClock clock;

    IngestProcessor(StreamConfig config, StreamMetrics metrics) {
        this.config = config;
        this.ingest = new EventIngest(config.ingest());
        // Which partition it looks from does not matter for asking who owns what.
        this.ownership = Ownership.byHash(config.partitions(), 0);
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Addressed, byte[]> context) {
        this.context = context;
        // Kafka Streams initialises the same processor again when it has rolled a transaction back.
        this.clock = new IngestClock(
                context, config.partitions(), config.propagation().clockInterval());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        switch (ingest.ingest(record.value(), record.timestamp())) {
            case Accepted accepted -> forward(accepted, record.timestamp());
            case Rejected rejected -> forward(rejected, record);
        }
        clock().passed(source(), record.timestamp());
    }

    private void forward(Accepted accepted, long timestamp) {
        int sent = 0;
        int ofFact = -1;
        for (Update update : accepted.updates()) {
            int owner = ownership.ownerOf(update.vertexId());
            if (update.sourceStep() && owner == ofFact) {
                continue;
            }
            byte[] value;
            if (update.sourceStep()) {
                value = UpdateCodec.encodeSourceStep(update.event());
            } else {
                value = UpdateCodec.encode(update.event());
                ofFact = owner;
            }
            Addressed key = new Addressed(owner, update.vertexId().getBytes(UTF_8));
            context().forward(new Record<>(key, value, timestamp), TopologyFactory.UPDATES_SINK);
            sent++;
            if (update.event().hasEventTimeMs()) {
                clock().accepted(update.event().getEventTimeMs());
            }
        }
        metrics.accepted(sent);
        metrics.passed(StreamMetrics.Stage.INGESTED, context().currentSystemTimeMs() - timestamp);
    }

    private void forward(Rejected rejected, Record<byte[], byte[]> record) {
        RecordMetadata source = source();
        DeadLetter letter = DeadLetter.of(
                new DeadLetter.Original(
                        source.topic(),
                        source.partition(),
                        source.offset(),
                        record.key(),
                        record.value(),
                        record.headers()),
                rejected);
        context().forward(letterRecord(letter, record.timestamp()), TopologyFactory.DEAD_LETTERS_SINK);
        metrics.rejected(rejected.reason());
    }

    // A rejected tombstone has no value; the signature of Record does not say that this is allowed.
    @SuppressWarnings("NullAway")
    private static Record<Addressed, byte[]> letterRecord(DeadLetter letter, long timestamp) {
        return new Record<>(new Addressed(Addressed.ANY, letter.key()), letter.value(), timestamp, letter.headers());
    }

    private RecordMetadata source() {
        return context().recordMetadata().orElseThrow();
    }

    private IngestClock clock() {
        return Objects.requireNonNull(clock, "The processor must be initialised first.");
    }

    private ProcessorContext<Addressed, byte[]> context() {
        return Objects.requireNonNull(context, "The processor must be initialised first.");
    }
}
