package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.serve.predict.Prediction.RankedLinks;
import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.predict.SimilarSettings.IndexMode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rankings and nearest neighbours are counted by version and copied to a shadow, as all other predictions are. */
class NeighbourTrafficTest {

    private static final int K = 20;

    private final NeighbourSite site =
            new NeighbourSite(NeighbourSite.settings(IndexMode.OFF, SimilarityMetric.COSINE));

    @AfterEach
    void close() {
        site.close();
    }

    /** Of the two, the second is active. A third of the vertices are elsewhere in it. */
    private long[] pair() {
        long shadow = site.serve();
        long active = site.serve();
        Clouds clouds = new Clouds(31, NeighbourSite.WIDTH, 5);
        for (int i = 0; i < 300; i++) {
            float[] values = clouds.next();
            site.put(shadow, "v" + i, values);
            site.put(active, "v" + i, i % 3 == 0 ? clouds.next() : values);
        }
        return new long[] {shadow, active};
    }

    private static LinkQuery links(long version, String source) {
        return new LinkQuery(new ModelChoice("m", version), "", source, K, List.of(), CandidateFilter.NONE);
    }

    private static SimilarQuery similar(long version, String id) {
        return SimilarQuery.ofNode(
                new ModelChoice("m", version), id, K, SimilarityMetric.COSINE, CandidateFilter.NONE, false);
    }

    private ShadowReport await(long shadow, long requests) throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            ShadowReport report = site.traffic.shadow(shadow);
            if (report != null && report.requests() == requests) {
                return report;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("The shadow was asked otherwise: " + site.traffic.shadow(shadow));
    }

    private double overlap(long shadow, long active, String id) {
        RankedLinks one = site.rank(links(active, id));
        RankedLinks other = site.rank(links(shadow, id));
        return one.links().stream()
                        .filter(link -> other.links().stream()
                                .anyMatch(theirs -> theirs.pair().equals(link.pair())))
                        .count()
                / (double) K;
    }

    @Test
    void aShadowIsComparedByWhatBothHaveFound() throws InterruptedException {
        long[] versions = pair();
        site.rollout.setShadow("m", versions[0], 100);
        double expected = overlap(versions[0], versions[1], "v1") + overlap(versions[0], versions[1], "v2");
        assertThat(expected).as("something to be seen").isStrictlyBetween(0.0, 2.0);
        assertThat(site.rank(links(0, "v1")).modelVersion()).isEqualTo(versions[1]);
        site.rank(links(0, "v2"));
        ShadowReport report = await(versions[0], 2);
        assertThat(report.rankings()).isEqualTo(2);
        assertThat(report.meanOverlap()).isCloseTo(expected / 2, within(1e-12));
        assertThat(report.compared()).as("a ranking is no list of pairs").isZero();
        assertThat(report.errors()).isZero();
        Similar found = site.find(similar(0, "v1"));
        Similar other = site.find(similar(versions[0], "v1"));
        double common = Overlap.of(found, other);
        assertThat(await(versions[0], 3).meanOverlap()).isCloseTo((expected + common) / 3, within(1e-12));
        assertThat(site.meters.get("anabranch.shadow.overlap").summary().totalAmount())
                .isCloseTo(expected + common, within(1e-12));
    }

    @Test
    void whatCannotBeComparedIsNotCopied() throws InterruptedException {
        long[] versions = pair();
        site.rollout.setShadow("m", versions[0], 100);
        site.find(new SimilarQuery(
                new ModelChoice("m", 0),
                null,
                new float[NeighbourSite.WIDTH],
                K,
                SimilarityMetric.COSINE,
                CandidateFilter.NONE,
                false));
        site.rank(links(versions[1], "v1"));
        site.rank(links(0, "v1"));
        assertThat(await(versions[0], 1).rankings())
                .as("neither a vector nor a version that was named")
                .isEqualTo(1);
        site.put(versions[1], "new", new float[NeighbourSite.WIDTH]);
        site.rank(links(0, "new"));
        assertThat(await(versions[0], 2).errors()).as("the shadow lacks it").isEqualTo(1);
    }

    @Test
    void everyAnswerIsCountedByVersionAndOutcome() {
        long[] versions = pair();
        site.rank(links(0, "v1"));
        site.find(similar(0, "v1"));
        site.find(similar(versions[0], "v1"));
        assertThatThrownBy(() -> site.rank(links(0, "nobody"))).isNotNull();
        assertThatThrownBy(() -> site.neighbours
                        .ranking()
                        .rank(links(0, "v1"), ScanLimit.of(Duration.ofMinutes(1), () -> true))
                        .join())
                .hasRootCauseInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> site.neighbours
                        .similar()
                        .find(similar(0, "v1"), ScanLimit.of(Duration.ofNanos(-1), () -> false))
                        .join())
                .isNotNull();
        assertThat(requests(versions[1], "active", "OK")).isEqualTo(2);
        assertThat(requests(versions[0], "version", "OK")).isEqualTo(1);
        assertThat(requests(versions[1], "active", "NODE_NOT_FOUND")).isEqualTo(1);
        assertThat(requests(versions[1], "active", "NOT_REACHED_IN_TIME")).isEqualTo(1);
        assertThat(site.traffic.served(versions[1]).requests())
                .as("whoever left is not counted")
                .isEqualTo(4);
    }

    private long requests(long version, String role, String outcome) {
        return Objects.requireNonNull(site.meters
                        .get("anabranch.model.requests")
                        .tags("version", Long.toString(version), "role", role, "outcome", outcome)
                        .timer())
                .count();
    }
}
