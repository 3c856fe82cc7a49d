package io.anabranch.stream;

import io.anabranch.stream.propagation.LiveModels;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Second sub-topology: one partition of the graph. Updates and halo records go into the partition's task, whose results go
 * to the sinks. {@link #init} rebuilds everything, because Kafka Streams initialises the same processor again when an aborted
 * transaction rolls the store back.
 */
final class PartitionProcessor implements Processor<byte[], byte[], Addressed, byte[]> {

    private final StreamConfig config;
    private final Supplier<LiveModels> models;
    private final StreamMetrics metrics;
    private final Commits commits;
    private @Nullable PartitionLife life;

    PartitionProcessor(StreamConfig config, Supplier<LiveModels> models, StreamMetrics metrics, Commits commits) {
        this.config = config;
        this.models = models;
        this.metrics = metrics;
        this.commits = commits;
    }

    @Override
    public void init(ProcessorContext<Addressed, byte[]> context) {
        life = new PartitionLife(config, models, metrics, commits, context);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Objects.requireNonNull(life, "The processor must be initialised first.").process(record);
    }

    @Override
    public void close() {
        if (life != null) {
            life.close();
            life = null;
        }
    }
}
