package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.predict.Prediction.ExactReason;
import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.predict.Prediction.SimilarNode;
import io.anabranch.serve.predict.SimilarSettings.IndexMode;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class SimilarSearchTest {

    private static final int WIDTH = NeighbourSite.WIDTH;

    private NeighbourSite site =
            new NeighbourSite(NeighbourSite.settings(IndexMode.ON_DEMAND, SimilarityMetric.COSINE));

    @AfterEach
    void close() {
        site.close();
    }

    private static float[] axis(int axis, double length) {
        float[] values = new float[WIDTH];
        values[axis] = (float) length;
        return values;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double squareA = 0;
        double squareB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            squareA += (double) a[i] * a[i];
            squareB += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(squareA * squareB);
    }

    private static Problem problemOf(ThrowingCallable call) {
        Problem[] caught = new Problem[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> caught[0] = e.problem());
        return caught[0];
    }

    private static SimilarQuery of(float[] vector, int k) {
        return new SimilarQuery(ModelChoice.ANY, null, vector, k, SimilarityMetric.COSINE, CandidateFilter.NONE, false);
    }

    @Test
    void eachMetricRanksByItsOwnMeaning() {
        long version = site.serve();
        site.put(version, "q", axis(0, 2));
        site.put(version, "along", axis(0, 1));
        site.put(version, "far along", axis(0, 50));
        float[] slanted = axis(0, 2);
        slanted[1] = 1;
        site.put(version, "slanted", slanted);
        site.put(version, "against", axis(0, -1));
        site.put(version, "zero", new float[WIDTH]);
        // Equal scores go by id.
        assertThat(site.exact("q", 5, SimilarityMetric.COSINE).nodes())
                .extracting(SimilarNode::nodeId)
                .containsExactly("along", "far along", "slanted", "zero", "against");
        assertThat(site.exact("q", 2, SimilarityMetric.DOT).nodes())
                .containsExactly(
                        new SimilarNode("far along", 100, new NodeFreshness(1, 2, 0, 3)),
                        new SimilarNode("slanted", 4, new NodeFreshness(1, 2, 0, 3)));
        assertThat(site.exact("q", 5, SimilarityMetric.EUCLIDEAN).nodes())
                .extracting(SimilarNode::nodeId)
                .containsExactly("along", "slanted", "zero", "against", "far along");
        assertThat(site.find(of(axis(0, 7), 6)).nodes()).hasSize(6).first().satisfies(node -> {
            assertThat(node.nodeId()).isEqualTo("along");
            assertThat(node.score()).isEqualTo(1);
        });
    }

    /** Promoted to and fro meanwhile, an answer has the vectors, and the index, of the one version that it names. */
    @Test
    void aSwitchOfVersionsMixesNothing() throws Exception {
        Random random = new Random(11);
        long[] versions = {site.serve(), site.serve()};
        String[] own = {"first-", "second-"};
        for (int v = 0; v < 2; v++) {
            site.put(versions[v], "q", axis(v, 1));
            for (int i = 0; i < 500; i++) {
                float[] vector = new float[WIDTH];
                for (int j = 0; j < WIDTH; j++) {
                    vector[j] = random.nextFloat() - 0.5f;
                }
                site.put(versions[v], own[v] + i, vector);
            }
        }
        for (long version : versions) {
            site.publisher.promote("m", version);
            site.find("q", 10);
            site.settle();
        }
        Set<Long> seen = new HashSet<>();
        int throughTheIndex = 0;
        for (int i = 0; i < 400; i++) {
            CompletableFuture<Similar> answer = site.neighbours
                    .similar()
                    .find(
                            NeighbourSite.query("q", 10, SimilarityMetric.COSINE, CandidateFilter.NONE, i % 4 == 0),
                            ScanLimit.of(Duration.ofSeconds(60), () -> false));
            site.publisher.promote("m", versions[i % 2]);
            Similar similar = answer.join();
            seen.add(similar.modelVersion());
            throughTheIndex += similar.exactBecause() == null ? 1 : 0;
            int v = similar.modelVersion() == versions[0] ? 0 : 1;
            Map<String, NodeVector> vectors = site.view.of(versions[v]);
            assertThat(similar.nodes()).hasSize(10).allSatisfy(node -> {
                assertThat(node.nodeId()).startsWith(own[v]);
                assertThat(node.score())
                        .isCloseTo(cosine(axis(v, 1), vectors.get(node.nodeId()).values()), within(1e-9));
            });
        }
        assertThat(seen).hasSize(2);
        assertThat(throughTheIndex).isGreaterThan(200);
    }

    @Test
    void theAnswerSaysWhetherAndWhyAllWereCompared() throws Exception {
        long version = site.serve();
        Clouds clouds = new Clouds(1, WIDTH, 5);
        for (int i = 0; i < 199; i++) {
            site.put(version, "v" + i, clouds.next());
        }
        Similar few = site.find("v0", 3);
        assertThat(few.exactBecause()).isEqualTo(ExactReason.FEW_EMBEDDINGS);
        assertThat(few.compared()).isEqualTo(199);
        for (int i = 199; i < 1000; i++) {
            site.put(version, "v" + i, clouds.next());
        }
        assertThat(site.meters.get("anabranch.similar.memory").gauge().value())
                .as("nothing before the first search")
                .isZero();
        assertThat(site.find("v0", 3).exactBecause()).isEqualTo(ExactReason.INDEX_BEHIND);
        site.settle();
        Similar found = site.find("v0", 3);
        assertThat(found.exactBecause()).isNull();
        assertThat(found.compared()).isLessThan(300);
        assertThat(site.exact("v0", 3, SimilarityMetric.COSINE).exactBecause()).isEqualTo(ExactReason.ASKED_FOR);
        assertThat(site.find(NeighbourSite.query("v0", 3, SimilarityMetric.DOT, CandidateFilter.NONE, false))
                        .exactBecause())
                .isEqualTo(ExactReason.OTHER_METRIC);
        site.close();
        site = new NeighbourSite(NeighbourSite.settings(IndexMode.OFF, SimilarityMetric.COSINE));
        long other = site.serve();
        for (int i = 0; i < 300; i++) {
            site.put(other, "v" + i, clouds.next());
        }
        assertThat(site.find("v0", 3).exactBecause()).isEqualTo(ExactReason.INDEX_OFF);
    }

    @Test
    void aFilterTakesNothingFromTheNumberOfAnswers() throws Exception {
        long version = site.serve();
        Clouds clouds = new Clouds(2, WIDTH, 5);
        for (int i = 0; i < 2000; i++) {
            site.put(version, "v" + i, clouds.next());
            site.types.put("v" + i, i % 2 == 0 ? "even" : "odd");
        }
        site.types.put("v1500", "rare");
        site.types.put("v1501", "rare");
        site.find("v0", 3);
        site.settle();
        Similar nearest = site.find("v0", 10);
        nearest.nodes()
                .forEach(node -> site.edges.add(
                        node.nodeId().hashCode() % 2 == 0 ? "v0>" + node.nodeId() : node.nodeId() + ">v0"));
        Similar unlinked = site.find(
                NeighbourSite.query("v0", 10, SimilarityMetric.COSINE, new CandidateFilter(null, true, false), false));
        assertThat(unlinked.nodes()).hasSize(10).doesNotContainAnyElementsOf(nearest.nodes());
        Similar odd = site.find(NeighbourSite.query(
                "v0", 100, SimilarityMetric.COSINE, new CandidateFilter("odd", false, false), false));
        assertThat(odd.nodes())
                .hasSize(100)
                .allMatch(node -> Integer.parseInt(node.nodeId().substring(1)) % 2 == 1);
        Similar rare = site.find(NeighbourSite.query(
                "v0", 10, SimilarityMetric.COSINE, new CandidateFilter("rare", false, false), false));
        assertThat(rare.nodes()).extracting(SimilarNode::nodeId).containsExactlyInAnyOrder("v1500", "v1501");
        assertThat(rare.exactBecause()).isEqualTo(ExactReason.TOO_FEW_FOUND);
        Similar self = site.find(
                NeighbourSite.query("v0", 1, SimilarityMetric.COSINE, new CandidateFilter(null, false, true), false));
        assertThat(self.nodes().getFirst().nodeId()).isEqualTo("v0");
    }

    @Test
    void aVersionAnswersFromItsOwnIndex() throws Exception {
        Clouds clouds = new Clouds(3, WIDTH, 5);
        long first = site.serve();
        for (int i = 0; i < 500; i++) {
            site.put(first, "v" + i, clouds.next());
        }
        site.find("v0", 5);
        long second = site.serve();
        for (int i = 0; i < 500; i++) {
            site.put(second, "v" + i, clouds.next());
        }
        site.find("v0", 5);
        site.settle();
        Similar ofSecond = site.find("v0", 5);
        assertThat(ofSecond.modelVersion()).isEqualTo(second);
        assertThat(ofSecond.exactBecause()).isNull();
        site.publisher.rollback("m");
        Similar ofFirst = site.find("v0", 5);
        assertThat(ofFirst.modelVersion()).isEqualTo(first);
        assertThat(ofFirst.exactBecause()).isNull();
        assertThat(ofFirst.nodes())
                .isEqualTo(site.exact("v0", 5, SimilarityMetric.COSINE).nodes());
        assertThat(ofFirst.nodes()).isNotEqualTo(ofSecond.nodes());
        double both = site.meters.get("anabranch.similar.vectors").gauge().value();
        assertThat(both).isEqualTo(1000);
        site.view.drop(second);
        assertThat(site.meters.get("anabranch.similar.vectors").gauge().value()).isEqualTo(500);
    }

    @Test
    void allCanGoAndComeAgain() throws Exception {
        long version = site.serve();
        Clouds clouds = new Clouds(4, WIDTH, 5);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 400; i++) {
                site.put(version, "v" + i, clouds.next());
            }
            site.find("v0", 10);
            site.settle();
            Similar found = site.find("v0", 10);
            assertThat(found.exactBecause()).isNull();
            assertThat(RecallSamples.recall(found, site.exact("v0", 10, SimilarityMetric.COSINE)))
                    .isGreaterThanOrEqualTo(0.9);
            for (int i = 0; i < 400; i++) {
                site.view.remove(version, "v" + i);
            }
            site.settle();
            assertThat(site.meters.get("anabranch.similar.vectors").gauge().value())
                    .isZero();
        }
    }

    @Test
    void zeroAndInfiniteVectorsDoNoHarm() throws Exception {
        long version = site.serve();
        Clouds clouds = new Clouds(9, WIDTH, 0);
        for (int i = 0; i < 600; i++) {
            site.put(version, "v" + i, i % 3 == 0 ? new float[WIDTH] : clouds.next());
        }
        float[] broken = new float[WIDTH];
        Arrays.fill(broken, Float.NaN);
        site.put(version, "nan", broken);
        site.find("v1", 5);
        site.settle();
        Similar found = site.find("v1", 10);
        assertThat(found.exactBecause()).isNull();
        assertThat(found.nodes()).hasSize(10).allMatch(node -> Double.isFinite(node.score()));
        assertThat(RecallSamples.recall(found, site.exact("v1", 10, SimilarityMetric.COSINE)))
                .isGreaterThanOrEqualTo(0.9);
        assertThat(site.exact("v1", 1000, SimilarityMetric.COSINE).nodes())
                .as("a score that is no number is no answer")
                .hasSize(599);
    }

    @Test
    void whatNoStateWouldAnswerIsRefused() {
        assertThat(problemOf(() -> NeighbourSite.query("v", 0, SimilarityMetric.COSINE, CandidateFilter.NONE, false))
                        .message())
                .isEqualTo("k: Must be from 1 to 1000, but is 0.");
        assertThat(problemOf(() -> NeighbourSite.query("v", -1, SimilarityMetric.COSINE, CandidateFilter.NONE, false))
                        .message())
                .isEqualTo("k: Must be from 1 to 1000, but is 4294967295.");
        assertThat(problemOf(() -> NeighbourSite.query("", 1, SimilarityMetric.COSINE, CandidateFilter.NONE, false))
                        .message())
                .startsWith("node_id: ");
        assertThat(problemOf(() -> new SimilarQuery(
                                ModelChoice.ANY, null, null, 1, SimilarityMetric.COSINE, CandidateFilter.NONE, false))
                        .message())
                .startsWith("query: ");
        assertThat(problemOf(() -> of(new float[] {1, Float.NaN}, 1)).message()).startsWith("vector.values[1]: ");
        assertThat(problemOf(() -> new SimilarQuery(
                                ModelChoice.ANY,
                                null,
                                new float[] {1},
                                1,
                                SimilarityMetric.COSINE,
                                new CandidateFilter(null, true, false),
                                false))
                        .message())
                .startsWith("filter.exclude_linked: ");
    }

    @Test
    void whatThePresentStateCannotAnswerIsNamed() {
        assertThat(problemOf(() -> site.find("v", 1)).reason()).isEqualTo("MODEL_NOT_FOUND");
        long version = site.serve();
        site.put(version, "v", axis(0, 1));
        assertThat(problemOf(() -> site.find("nobody", 1))).isInstanceOfSatisfying(Problem.Missing.class, p -> {
            assertThat(p.reason()).isEqualTo("NODE_NOT_FOUND");
            assertThat(p.names()).containsExactly("nobody");
        });
        assertThat(problemOf(() -> site.find(of(new float[3], 1))).message())
                .isEqualTo(
                        "vector.values: Must have 16 entries, as the embeddings of version %d of model m have columns,"
                                        .formatted(version)
                                + " but has 3.");
        site.graphPending.add("topic g is still to be read");
        assertThat(problemOf(() -> site.find(NeighbourSite.query(
                        "v", 1, SimilarityMetric.COSINE, new CandidateFilter("t", false, false), false))))
                .isInstanceOfSatisfying(
                        Problem.Unready.class, p -> assertThat(p.message()).contains("topic g"));
        assertThat(site.find("v", 1).nodes()).isEmpty();
        site.pending.add("topic t is still to be read");
        assertThat(problemOf(() -> site.find("v", 1))).isInstanceOf(Problem.Unready.class);
    }

    @Test
    void aScanEndsWithItsCaller() {
        long version = site.serve();
        site.put(version, "v", axis(0, 1));
        SimilarQuery query = NeighbourSite.query("v", 1, SimilarityMetric.COSINE, CandidateFilter.NONE, true);
        CompletableFuture<Similar> late =
                site.neighbours.similar().find(query, ScanLimit.of(Duration.ofNanos(-1), () -> false));
        assertThatThrownBy(late::join)
                .hasCauseInstanceOf(ProblemException.class)
                .cause()
                .satisfies(e -> assertThat(((ProblemException) e).problem()).isInstanceOf(Problem.Late.class));
        CompletableFuture<Similar> left =
                site.neighbours.similar().find(query, ScanLimit.of(Duration.ofSeconds(10), () -> true));
        assertThatThrownBy(left::join).hasRootCauseInstanceOf(CancellationException.class);
    }
}
