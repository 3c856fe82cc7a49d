package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serve.TestModels;
import io.anabranch.serve.predict.Prediction.RankedLinks;
import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.predict.SimilarSettings.IndexMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers do not depend on the company in which they are found. */
class BatchedAnswersTest {

    private static final int WIDTH = NeighbourSite.WIDTH;
    private static final int NODES = 2_000;
    private static final int QUERIES = 60;

    private static NeighbourSite site(int maxSize) {
        SimilarSettings one = new SimilarSettings(
                IndexMode.OFF, SimilarityMetric.COSINE, 200, 16, 100, 100, Duration.ofMinutes(1), 1);
        return new NeighbourSite(one, new BatchSettings(maxSize, Duration.ofMinutes(1), 1000));
    }

    private static void fill(NeighbourSite site, int outputs) {
        long version = outputs == 0
                ? site.serve()
                : site.serve(
                        TestModels.tensor(
                                "head.link.weight", List.of(WIDTH, outputs), new Clouds(21, WIDTH * outputs, 0).next()),
                        TestModels.tensor("head.link.bias", List.of(outputs), new Clouds(22, outputs, 0).next()));
        Clouds clouds = new Clouds(20, WIDTH, 5);
        for (int i = 0; i < NODES; i++) {
            // Some are equal, so that the order among equals counts.
            float[] values = i % 10 == 9 ? new float[WIDTH] : clouds.next();
            site.put(version, "v" + i, values);
            site.types.put("v" + i, i % 3 == 0 ? "rare" : "often");
        }
        for (int i = 0; i < NODES; i += 7) {
            site.edges.add("v%d>v%d".formatted(i % QUERIES, i));
        }
    }

    private static CandidateFilter filter(int i) {
        return new CandidateFilter(i % 4 == 1 ? "rare" : null, i % 4 == 2, i % 4 == 3);
    }

    private static LinkQuery links(int i) {
        return new LinkQuery(ModelChoice.ANY, "", "v" + i, 1 + 13 * (i % 9), List.of(), filter(i));
    }

    private static SimilarQuery similar(int i) {
        SimilarityMetric metric = SimilarityMetric.values()[i % SimilarityMetric.values().length];
        return NeighbourSite.query("v" + i, 1 + 11 * (i % 7), metric, filter(i), i % 2 == 0);
    }

    /** Holds the only scanning thread, not the one that asks. */
    private static ScanLimit heldBy(CountDownLatch gate) {
        return ScanLimit.of(Duration.ofMinutes(1), () -> {
            if (Thread.currentThread().getName().startsWith("anabranch-scan")) {
                try {
                    assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return false;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 16, 33})
    void everyAnswerIsToTheBitThatOfAQueryAlone(int outputs) {
        try (NeighbourSite alone = site(1);
                NeighbourSite together = site(64)) {
            fill(alone, outputs);
            fill(together, outputs);
            CountDownLatch gate = new CountDownLatch(1);
            ScanLimit patient = ScanLimit.of(Duration.ofMinutes(1), () -> false);
            List<CompletableFuture<RankedLinks>> ranked = new ArrayList<>();
            List<CompletableFuture<Similar>> found = new ArrayList<>();
            ranked.add(together.neighbours.ranking().rank(links(0), heldBy(gate)));
            for (int i = 1; i < QUERIES; i++) {
                ranked.add(together.neighbours.ranking().rank(links(i), patient));
                found.add(together.neighbours.similar().find(similar(i), patient));
            }
            gate.countDown();
            for (int i = 0; i < QUERIES; i++) {
                assertThat(ranked.get(i).join()).isEqualTo(alone.rank(links(i)));
            }
            for (int i = 1; i < QUERIES; i++) {
                assertThat(found.get(i - 1).join()).isEqualTo(alone.find(similar(i)));
            }
            for (String kind : List.of("links", "similar")) {
                assertThat(together.meters
                                .get("anabranch.server.batch.size")
                                .tag("kind", kind)
                                .summary()
                                .max())
                        .isEqualTo(QUERIES - 1);
                assertThat(alone.meters
                                .get("anabranch.server.batch.size")
                                .tag("kind", kind)
                                .summary()
                                .max())
                        .isEqualTo(1);
            }
        }
    }
}
