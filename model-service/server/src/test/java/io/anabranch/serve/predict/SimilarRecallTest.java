package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.predict.Prediction.SimilarNode;
import io.anabranch.serve.predict.SimilarSettings.IndexMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the index finds, compared with what comparing all finds, while vertices come, move and go. */
@NullUnmarked
class SimilarRecallTest {

    private static final int WIDTH = NeighbourSite.WIDTH;

    @ParameterizedTest
    @CsvSource({"0, COSINE", "20, COSINE", "0, EUCLIDEAN", "20, EUCLIDEAN"})
    void recallAt10StaysHighThroughInsertsUpdatesAndDeletes(int clusters, SimilarityMetric metric) throws Exception {
        Clouds clouds = new Clouds(11 + clusters, WIDTH, clusters);
        try (NeighbourSite site = new NeighbourSite(NeighbourSite.settings(IndexMode.ON_DEMAND, metric))) {
            long version = site.serve();
            List<String> alive = new ArrayList<>();
            Map<String, float[]> vectors = new HashMap<>();
            for (int i = 0; i < 3000; i++) {
                put(site, version, "v" + i, clouds, alive, vectors);
            }
            site.find(NeighbourSite.query("v0", 10, metric, CandidateFilter.NONE, false));
            site.settle();
            Set<String> gone = new HashSet<>();
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < 1000; i++) {
                    int choice = clouds.below(4);
                    if (choice == 0) {
                        put(site, version, "w" + round + "-" + i, clouds, alive, vectors);
                    } else if (choice == 1) {
                        String id = alive.remove(clouds.below(alive.size()));
                        site.view.remove(version, id);
                        vectors.remove(id);
                        gone.add(id);
                    } else {
                        String id = alive.get(clouds.below(alive.size()));
                        vectors.put(id, clouds.next());
                        site.put(version, id, vectors.get(id).clone());
                    }
                }
                site.settle();
                double sum = 0;
                int queries = 100;
                for (int q = 0; q < queries; q++) {
                    String id = alive.get(clouds.below(alive.size()));
                    Similar found = site.find(NeighbourSite.query(id, 10, metric, CandidateFilter.NONE, false));
                    assertThat(found.exactBecause()).isNull();
                    assertThat(found.pending()).isZero();
                    assertThat(found.compared()).isLessThan(alive.size() / 4);
                    check(found, vectors, id, metric);
                    assertThat(found.nodes()).noneMatch(node -> gone.contains(node.nodeId()));
                    sum += RecallSamples.recall(found, site.exact(id, 10, metric));
                }
                assertThat(sum / queries).as("recall@10 in round %d", round).isGreaterThanOrEqualTo(0.95);
            }
            assertThat(site.neighbours.similar().recall()).as("sampled on line").isGreaterThanOrEqualTo(0.95);
            assertThat(site.meters.get("anabranch.similar.recall").gauge().value())
                    .isGreaterThanOrEqualTo(0.95);
            assertThat(site.meters.get("anabranch.similar.vectors").gauge().value())
                    .isEqualTo(alive.size());
            assertThat(site.meters.get("anabranch.similar.memory").gauge().value())
                    .isGreaterThan(alive.size() * WIDTH * 4.0);
        }
    }

    private static void put(
            NeighbourSite site,
            long version,
            String id,
            Clouds clouds,
            List<String> alive,
            Map<String, float[]> vectors) {
        alive.add(id);
        vectors.put(id, clouds.next());
        site.put(version, id, vectors.get(id).clone());
    }

    /** Every score, to the bit, by plain loops; best first; the vertex itself left out. */
    private static void check(Similar found, Map<String, float[]> vectors, String self, SimilarityMetric metric) {
        assertThat(found.nodes()).hasSize(10).extracting(SimilarNode::nodeId).doesNotContain(self);
        assertThat(found.nodes()).extracting(SimilarNode::nodeId).doesNotHaveDuplicates();
        double last = Double.POSITIVE_INFINITY;
        for (SimilarNode node : found.nodes()) {
            float[] a = vectors.get(self);
            float[] b = vectors.get(node.nodeId());
            double expected = switch (metric) {
                case COSINE -> plainDot(a, b) / (Math.sqrt(plainDot(a, a)) * Math.sqrt(plainDot(b, b)));
                case DOT -> plainDot(a, b);
                case EUCLIDEAN -> Math.sqrt(plainSquare(a, b));
            };
            assertThat(node.score()).isEqualTo(expected);
            assertThat(metric.rank(node.score())).isLessThanOrEqualTo(last);
            last = metric.rank(node.score());
        }
    }

    private static double plainDot(float[] a, float[] b) {
        double[] s = new double[8];
        for (int i = 0; i < a.length; i++) {
            s[i % 8] += (double) a[i] * b[i];
        }
        return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
    }

    private static double plainSquare(float[] a, float[] b) {
        double[] s = new double[8];
        for (int i = 0; i < a.length; i++) {
            double gap = (double) a[i] - b[i];
            s[i % 8] += gap * gap;
        }
        return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
    }

    @Test
    void whatTheFeedHasWrittenIsAnsweredAtOnceHoweverFarTheIndexIs() throws Exception {
        try (NeighbourSite site =
                new NeighbourSite(NeighbourSite.settings(IndexMode.ON_DEMAND, SimilarityMetric.COSINE))) {
            long version = site.serve();
            Clouds clouds = new Clouds(5, WIDTH, 10);
            for (int i = 0; i < 2000; i++) {
                site.put(version, "v" + i, clouds.next());
            }
            site.find("v0", 5);
            site.settle();
            int approximate = 0;
            int missed = 0;
            for (int i = 0; i < 300; i++) {
                // A twin of the vertex that is asked about comes, is found as the nearest, and goes.
                float[] twin = site.view.of(version).get("v" + i).values().clone();
                site.put(version, "twin", twin);
                Similar with = site.find("v" + i, 1);
                if (!with.nodes().getFirst().nodeId().equals("twin")) {
                    assertThat(with.pending())
                            .as("the index, which may miss it, has taken the twin of v%d in", i)
                            .isZero();
                    missed++;
                }
                site.view.remove(version, "twin");
                Similar without = site.find("v" + i, 10);
                assertThat(without.nodes()).extracting(SimilarNode::nodeId).doesNotContain("twin");
                approximate += with.exactBecause() == null ? 1 : 0;
            }
            assertThat(approximate).isGreaterThan(250);
            assertThat(missed).isLessThan(6);
        }
    }

    @Test
    void searchesGoOnWhileTheFeedWritesAndTheIndexCleansUp() throws Exception {
        try (NeighbourSite site =
                new NeighbourSite(NeighbourSite.settings(IndexMode.ALWAYS, SimilarityMetric.COSINE))) {
            long version = site.serve();
            int stable = 500;
            Clouds clouds = new Clouds(6, WIDTH, 10);
            for (int i = 0; i < 2000; i++) {
                site.put(version, "v" + i, clouds.next());
            }
            AtomicBoolean stop = new AtomicBoolean();
            // The last 100 vertices are dead for good before the searches begin; the ones before move, go and come
            // again.
            for (int i = 1900; i < 2000; i++) {
                site.view.remove(version, "v" + i);
            }
            site.settle();
            Thread feed = Thread.ofPlatform().start(() -> {
                Clouds moved = new Clouds(7, WIDTH, 10);
                for (int n = 0; n < 20_000 && !stop.get(); n++) {
                    String id = "v" + (stable + moved.below(1400));
                    if (moved.below(5) == 0) {
                        site.view.remove(version, id);
                    } else {
                        site.put(version, id, moved.next());
                    }
                }
            });
            int answers = 0;
            while (feed.isAlive()) {
                String id = "v" + clouds.below(stable);
                Similar found = site.find(id, 20);
                assertThat(found.nodes()).hasSize(20);
                assertThat(found.nodes())
                        .extracting(SimilarNode::nodeId)
                        .doesNotHaveDuplicates()
                        .noneMatch(each -> Integer.parseInt(each.substring(1)) >= 1900);
                answers++;
            }
            stop.set(true);
            feed.join();
            assertThat(answers).isPositive();
            site.settle();
            assertThat(site.meters.get("anabranch.similar.vectors").gauge().value())
                    .as("the index holds what is served, and nothing else")
                    .isEqualTo(site.view.size(version));
            double sum = 0;
            for (int i = 0; i < 100; i++) {
                Similar found = site.find("v" + i, 10);
                assertThat(found.exactBecause()).isNull();
                sum += RecallSamples.recall(found, site.exact("v" + i, 10, SimilarityMetric.COSINE));
            }
            assertThat(sum / 100).isGreaterThanOrEqualTo(0.95);
        }
    }
}
