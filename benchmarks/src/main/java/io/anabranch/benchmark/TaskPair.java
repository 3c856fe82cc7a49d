package io.anabranch.benchmark;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.propagation.AssertionMode;
import io.anabranch.stream.propagation.EventPositions;
import io.anabranch.stream.propagation.Freshness;
import io.anabranch.stream.propagation.HaloEnvelope;
import io.anabranch.stream.propagation.LiveModels;
import io.anabranch.stream.propagation.PartitionConfig;
import io.anabranch.stream.propagation.PartitionInput;
import io.anabranch.stream.propagation.PartitionOutput;
import io.anabranch.stream.propagation.PartitionState;
import io.anabranch.stream.propagation.PartitionTask;
import io.anabranch.stream.wire.EmbeddingCodec;
import io.anabranch.stream.wire.HaloBundle;
import io.anabranch.stream.wire.HaloCodec;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Two tasks that exchange encoded halo records; the clock runs in their calls, which encode what they send. State is not kept. Not thread-safe. */
final class TaskPair {
    private static final int MAX_BATCH = 256;

    private final PartitionTask[] tasks = new PartitionTask[2];
    private final Ownership first = Ownership.byHash(2, 0);
    private final List<Queue<byte[]>> halo = List.of(new ArrayDeque<>(), new ArrayDeque<>());
    private final long[] haloOffsets = new long[2];
    private final long[] positions = new long[2];

    private long longestUpdate;
    private long longestHalo;
    private long longestPropagate;
    private int greatestHalo;
    private int greatestEmbedding;
    private long begin = System.nanoTime();

    TaskPair(FrozenModel model) {
        for (int p = 0; p < 2; p++) {
            var config =
                    new PartitionConfig(Ownership.byHash(2, p), model.featureDimension(), AssertionMode.OFF, MAX_BATCH);
            tasks[p] = PartitionTask.open(config, PartitionState.NONE, new Output(p));
        }
        for (var task : tasks) {
            task.begin(new LiveModels(List.of(model), Set.of()));
        }
        drain();
    }

    /** One update to the owner of a vertex, and then whatever follows from it, call by call, as long as much is queued. */
    void update(String owned, GraphMutation mutation) {
        int p = first.owns(owned) ? 0 : 1;
        long start = System.nanoTime();
        tasks[p].onUpdate(mutation, new PartitionInput(0, mutation.time(), ++positions[p]));
        longestUpdate = Math.max(longestUpdate, System.nanoTime() - start);
        if (positions[p] % MAX_BATCH == 0) {
            drain();
        }
    }

    /** Until nothing is queued or pending. */
    void drain() {
        boolean worked = true;
        while (worked) {
            worked = false;
            for (int p = 0; p < 2; p++) {
                worked |= hear(p) | propagate(p);
            }
        }
    }

    private boolean hear(int p) {
        int heard = 0;
        for (byte[] next = halo.get(p).poll();
                next != null;
                next = heard < MAX_BATCH ? halo.get(p).poll() : null) {
            var envelope = HaloCodec.decode(next).getFirst();
            long start = System.nanoTime();
            tasks[p].onHalo(envelope, new PartitionInput(0, envelope.eventTimeMs(), positions[p], haloOffsets[p]++));
            longestHalo = Math.max(longestHalo, System.nanoTime() - start);
            heard++;
        }
        return heard > 0;
    }

    private boolean propagate(int p) {
        if (!tasks[p].pending()) {
            return false;
        }
        long start = System.nanoTime();
        tasks[p].propagate();
        longestPropagate = Math.max(longestPropagate, System.nanoTime() - start);
        return true;
    }

    /** Cells of a table since the last call: seconds, longest calls in ms, greatest records in bytes. */
    String takeFigures() {
        String cells = "%.1f | %.1f | %.1f | %.1f | %,d | %,d"
                .formatted(
                        (System.nanoTime() - begin) / 1e9,
                        longestUpdate / 1e6,
                        longestHalo / 1e6,
                        longestPropagate / 1e6,
                        greatestHalo,
                        greatestEmbedding);
        longestUpdate = 0;
        longestHalo = 0;
        longestPropagate = 0;
        greatestHalo = 0;
        greatestEmbedding = 0;
        begin = System.nanoTime();
        return cells;
    }

    /** Encodes what the runtime would send. */
    private final class Output implements PartitionOutput {
        private final int partition;

        Output(int partition) {
            this.partition = partition;
        }

        @Override
        public void halo(int toPartition, HaloEnvelope envelope) {
            HaloBundle bundle = new HaloBundle();
            bundle.add(HaloCodec.encode(envelope));
            byte[] record = bundle.take();
            greatestHalo = Math.max(greatestHalo, record.length);
            halo.get(toPartition).add(record);
        }

        @Override
        public void embedding(long modelVersion, String vertexId, float @Nullable [] vector, Freshness freshness) {
            int bytes = EmbeddingCodec.key(modelVersion, vertexId).length;
            if (vector != null) {
                bytes += EmbeddingCodec.value(1, vector, freshness, partition, 0).length;
            }
            greatestEmbedding = Math.max(greatestEmbedding, bytes);
        }

        @Override
        public void coverage(long modelVersion) {}

        @Override
        public void progress(EventPositions positions) {}
    }
}
