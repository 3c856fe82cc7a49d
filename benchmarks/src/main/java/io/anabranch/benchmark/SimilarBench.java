package io.anabranch.benchmark;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import io.anabranch.serve.predict.BatchSettings;
import io.anabranch.serve.predict.CandidateFilter;
import io.anabranch.serve.predict.CandidateFilters;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.GraphLookup;
import io.anabranch.serve.predict.LinkQuery;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.Neighbours;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.ScanLimit;
import io.anabranch.serve.predict.SimilarQuery;
import io.anabranch.serve.predict.SimilarSettings;
import io.anabranch.serve.predict.SimilarityMetric;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRecord;
import io.anabranch.serve.registry.ModelRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A model version with random embeddings, and the searches over it, without transport and topics. */
final class SimilarBench implements AutoCloseable {

    private final int vectors;
    private final int width;
    private final float[][] centres;
    private final SplittableRandom random = new SplittableRandom(3);
    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final EmbeddingView view = new EmbeddingView();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Neighbours neighbours;
    private final long version;

    SimilarBench(int vectors, int width, int clusters) {
        this.vectors = vectors;
        this.width = width;
        this.centres = new float[clusters][];
        for (int c = 0; c < clusters; c++) {
            centres[c] = gaussian(random, 1);
        }
        GraphLookup empty = new GraphLookup() {
            @Override
            public @Nullable String nodeType(String nodeId) {
                return null;
            }

            @Override
            public boolean linked(String source, String target) {
                return false;
            }
        };
        neighbours = new Neighbours(
                SimilarSettings.DEFAULT,
                BatchSettings.DEFAULT,
                registry,
                view,
                new Predictions(registry, view, List::of),
                new CandidateFilters(empty, List::of),
                meters);
        neighbours.start();
        ModelPublisher publisher = new ModelPublisher(registry, this::append, 2, Duration.ofSeconds(5), () -> true);
        version = publisher.publish(model()).version();
        registry.cover(version, 0, 1);
        publisher.promote("bench", version);
    }

    private void append(List<ModelRecord> records) {
        for (ModelRecord record : records) {
            try {
                registry.apply(
                        record.key(),
                        record.value() == null ? null : record.value().toByteArray());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private ModelSnapshot model() {
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName("bench")
                .setFeatureDimension(width)
                .addLayers(Layer.newBuilder()
                        .setConvolution(Convolution.CONVOLUTION_GCN)
                        .setInputWidth(width)
                        .setOutputWidth(width));
        for (String task : List.of("plain", "projected")) {
            spec.addHeads(Head.newBuilder().setTask(task).setKind(HeadKind.HEAD_KIND_LINK));
        }
        return ModelSnapshot.newBuilder()
                .setSpec(spec)
                .setProvenance(ModelProvenance.newBuilder().setOrigin("trained"))
                .addTensors(tensor("layer.1.neighbor", width, width))
                .addTensors(tensor("layer.1.bias", width))
                .addTensors(tensor("head.projected.weight", width, width))
                .addTensors(tensor("head.projected.bias", width))
                .build();
    }

    private Tensor tensor(String name, Integer... shape) {
        int size = 1;
        for (int each : shape) {
            size *= each;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            bytes.putFloat((float) (0.1 * random.nextGaussian()));
        }
        return Tensor.newBuilder()
                .setName(name)
                .addAllShape(List.of(shape))
                .setData(ByteString.copyFrom(bytes.array()))
                .build();
    }

    private float[] gaussian(SplittableRandom from, double spread) {
        float[] values = new float[width];
        for (int i = 0; i < width; i++) {
            values[i] = (float) (spread * from.nextGaussian());
        }
        return values;
    }

    private float[] vector(SplittableRandom from) {
        if (centres.length == 0) {
            return gaussian(from, 1);
        }
        float[] centre = centres[from.nextInt(centres.length)];
        float[] values = gaussian(from, 0.3);
        for (int i = 0; i < width; i++) {
            values[i] += centre[i];
        }
        return values;
    }

    private void put(int node, float[] values, long time) {
        view.put(version, id(node), new NodeVector(values, new NodeFreshness(time, time, 0, time)));
    }

    /** Vertices below this number change, but are never away. */
    int stable() {
        return vectors / 2;
    }

    String id(int node) {
        return "vertex-" + node;
    }

    void fill() {
        for (int i = 0; i < vectors; i++) {
            put(i, vector(random), i);
        }
    }

    /** Seconds until a first search's index is complete. */
    double build() {
        long begin = System.nanoTime();
        find(
                SimilarQuery.ofNode(ModelChoice.ANY, id(0), 10, SimilarityMetric.COSINE, CandidateFilter.NONE, false),
                Duration.ofMinutes(1));
        while (!neighbours.settled()) {
            LockSupport.parkNanos(10_000_000);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    Similar find(SimilarQuery query, Duration patience) {
        return neighbours
                .similar()
                .find(query, ScanLimit.of(patience, () -> false))
                .join();
    }

    void rank(LinkQuery query, ScanLimit limit) {
        neighbours.ranking().rank(query, limit).join();
    }

    long gaugedBytes() {
        return gauge("anabranch.similar.memory");
    }

    long gauge(String name) {
        return (long) meters.get(name).gauge().value();
    }

    int embeddings() {
        return view.size(version);
    }

    /** Bytes in use after a full collection. */
    static long heap() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Changes at an even rate: seven in ten new vectors, of the rest half deletes, half inserts of what was deleted. */
    Churn churn(int rate) {
        return new Churn(rate);
    }

    /** Changes that go on until it is closed. */
    final class Churn implements AutoCloseable {
        private final Thread thread;
        private volatile boolean closed;
        private volatile @Nullable Throwable failure;

        private Churn(int rate) {
            thread = Thread.ofPlatform()
                    .name("churn")
                    .uncaughtExceptionHandler((of, cause) -> failure = cause)
                    .start(() -> run(rate));
        }

        private void run(int rate) {
            if (rate == 0) {
                return;
            }
            SplittableRandom changes = new SplittableRandom(4);
            int away = -1;
            long begin = System.nanoTime();
            for (long n = 0; !closed; n++) {
                LockSupport.parkNanos(begin + n * 1_000_000_000L / rate - System.nanoTime());
                if (changes.nextInt(10) < 7) {
                    int node = changes.nextInt(vectors);
                    if (node != away) {
                        put(node, vector(changes), n);
                    }
                } else if (away >= 0) {
                    put(away, vector(changes), n);
                    away = -1;
                } else {
                    away = stable() + changes.nextInt(vectors - stable());
                    view.remove(version, id(away));
                }
            }
            if (away >= 0) {
                put(away, vector(changes), 0);
            }
        }

        void check() {
            if (failure != null) {
                throw new IllegalStateException("The changes ended early.", failure);
            }
        }

        @Override
        public void close() {
            closed = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        neighbours.close();
    }
}
