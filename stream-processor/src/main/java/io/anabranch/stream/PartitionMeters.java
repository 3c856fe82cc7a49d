package io.anabranch.stream;

import io.anabranch.stream.propagation.PartitionMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Gauges of one partition. One writer, the partition's task; readers may see a state that is a batch old. */
final class PartitionMeters {

    private final List<Gauge> gauges = new ArrayList<>();
    private final Counter compared;
    private volatile @Nullable PartitionMetrics metrics;
    private volatile int pending;

    PartitionMeters(MeterRegistry registry, int partition) {
        compared = Counter.builder("anabranch.drift.compared")
                .description("Vertices compared with a recomputation (anabranch.propagation.assertion-mode)")
                .tag("partition", Integer.toString(partition))
                .register(registry);
        gauge(
                registry,
                partition,
                "partition.pending",
                "Input records whose batch has not run",
                meters -> meters.pending);
        sizeGauge(registry, partition, "graph.edges", "Live edges", PartitionMetrics::edges);
        sizeGauge(registry, partition, "event.history.steps", "Steps of histories", PartitionMetrics::steps);
        sizeGauge(
                registry,
                partition,
                "event.history.steps.read",
                "Steps that encoders have read since the task began",
                PartitionMetrics::stepsRead);
        sizeGauge(
                registry,
                partition,
                "event.history.steps.undone",
                "Steps undone for one that came before them since the task began",
                PartitionMetrics::stepsUndone);
        sizeGauge(
                registry,
                partition,
                "event.history.read.again",
                "Histories read from their first step on since the task began",
                PartitionMetrics::historiesReadAgain);
        sizeGauge(
                registry,
                partition,
                "event.history.degrees.of.freedom",
                "As how many units what the newest version's encoder has shown lately counts",
                PartitionMetrics::degreesOfFreedom);
        sizeGauge(registry, partition, "halo.vertices", "Vertices of other partitions", PartitionMetrics::haloVertices);
        sizeGauge(registry, partition, "halo.subscriptions", "Subscribers here", PartitionMetrics::subscriptions);
        sizeGauge(registry, partition, "drift.worst", "Worst relative drift seen", PartitionMetrics::worstDrift);
    }

    void pending(int records) {
        pending = records;
    }

    void settled(PartitionMetrics latest) {
        PartitionMetrics before = metrics;
        compared.increment(latest.verticesCompared() - (before == null ? 0 : before.verticesCompared()));
        metrics = latest;
        pending = 0;
    }

    /** The partition's task is closed; its gauges fall to zero. */
    void closed() {
        metrics = null;
        pending = 0;
    }

    /** Makes room for the gauges of a later runtime on the same registry. */
    void remove(MeterRegistry registry) {
        gauges.forEach(registry::remove);
    }

    private void sizeGauge(
            MeterRegistry registry,
            int partition,
            String name,
            String description,
            ToDoubleFunction<PartitionMetrics> reading) {
        gauge(registry, partition, name, description, meters -> {
            PartitionMetrics latest = meters.metrics;
            return latest == null ? 0 : reading.applyAsDouble(latest);
        });
    }

    private void gauge(
            MeterRegistry registry,
            int partition,
            String name,
            String description,
            ToDoubleFunction<PartitionMeters> reading) {
        gauges.add(Gauge.builder("anabranch." + name, this, reading)
                .description(description)
                .tag("partition", Integer.toString(partition))
                .strongReference(true)
                .register(registry));
    }
}
