package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.Tensor;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.predict.Prediction.RankedLinks;
import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.predict.SimilarSettings.IndexMode;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelRollout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** Versions with embeddings, a graph for filters, and the searches over them. */
@NullUnmarked
final class NeighbourSite implements AutoCloseable {

    static final int WIDTH = 16;

    final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    final EmbeddingView view = new EmbeddingView();
    final List<String> pending = new ArrayList<>();
    final List<String> graphPending = new ArrayList<>();
    final Map<String, String> types = new HashMap<>();
    final Set<String> edges = new HashSet<>();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Traffic traffic = new Traffic(10_000, meters);
    final Predictions predictions = new Predictions(registry, view, () -> pending, traffic);
    final Neighbours neighbours;
    final ModelPublisher publisher;
    final ModelRollout rollout;

    NeighbourSite(SimilarSettings settings) {
        this(settings, BatchSettings.DEFAULT);
    }

    NeighbourSite(SimilarSettings settings, BatchSettings batching) {
        MemoryModelLog log = new MemoryModelLog();
        log.feed(registry);
        publisher = new ModelPublisher(registry, log, 2, Duration.ofSeconds(1), () -> true);
        rollout = new ModelRollout(registry, publisher, Clock.systemUTC());
        GraphLookup graph = new GraphLookup() {
            @Override
            public @Nullable String nodeType(String nodeId) {
                return types.get(nodeId);
            }

            @Override
            public boolean linked(String source, String target) {
                return edges.contains(source + ">" + target);
            }
        };
        neighbours = new Neighbours(
                settings,
                batching,
                registry,
                view,
                predictions,
                new CandidateFilters(graph, () -> graphPending),
                meters);
        neighbours.start();
    }

    static SimilarSettings settings(IndexMode mode, SimilarityMetric metric) {
        return new SimilarSettings(mode, metric, 200, 16, 100, 100, Duration.ofNanos(1), 2);
    }

    /** A model of this width with a link head, covered and active. */
    long serve(Tensor... tensors) {
        ModelSnapshot.Builder snapshot =
                TestModels.model("m", "trained", TestModels.head("link", HeadKind.HEAD_KIND_LINK));
        snapshot.getSpecBuilder()
                .setLayers(
                        0,
                        Layer.newBuilder()
                                .setConvolution(Convolution.CONVOLUTION_GCN)
                                .setInputWidth(TestModels.FEATURES)
                                .setOutputWidth(WIDTH));
        snapshot.addAllTensors(List.of(tensors));
        long version = publisher.publish(snapshot.build()).version();
        registry.cover(version, 0, 1);
        publisher.promote("m", version);
        return version;
    }

    void put(long version, String id, float... values) {
        view.put(version, id, new NodeVector(values, new NodeFreshness(1, 2, 0, 3)));
    }

    Similar find(SimilarQuery query) {
        return neighbours
                .similar()
                .find(query, ScanLimit.of(Duration.ofSeconds(60), () -> false))
                .join();
    }

    Similar find(String id, int k) {
        return find(query(id, k, SimilarityMetric.COSINE, CandidateFilter.NONE, false));
    }

    Similar exact(String id, int k, SimilarityMetric metric) {
        return find(query(id, k, metric, CandidateFilter.NONE, true));
    }

    static SimilarQuery query(String id, int k, SimilarityMetric metric, CandidateFilter filter, boolean exact) {
        return SimilarQuery.ofNode(ModelChoice.ANY, id, k, metric, filter, exact);
    }

    RankedLinks rank(LinkQuery query) {
        return neighbours
                .ranking()
                .rank(query, ScanLimit.of(Duration.ofSeconds(60), () -> false))
                .join();
    }

    /** Until the indexes have taken in all that is noted. */
    void settle() throws InterruptedException {
        for (int i = 0; i < 6000 && !neighbours.settled(); i++) {
            Thread.sleep(10);
        }
        assertThat(neighbours.settled()).isTrue();
    }

    @Override
    public void close() {
        neighbours.close();
        traffic.close();
    }
}
