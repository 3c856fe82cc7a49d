package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.model.v1.Tensor;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.predict.Prediction.LinkProbability;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.Prediction.RankedLinks;
import io.anabranch.serve.predict.SimilarSettings.IndexMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkRankingTest {

    private static final int WIDTH = NeighbourSite.WIDTH;
    private static final int NODES = 700;

    private final NeighbourSite site =
            new NeighbourSite(NeighbourSite.settings(IndexMode.OFF, SimilarityMetric.COSINE));

    @AfterEach
    void close() {
        site.close();
    }

    private static Tensor[] head(int outputs) {
        Clouds clouds = new Clouds(21, WIDTH * outputs, 0);
        Clouds bias = new Clouds(22, outputs, 0);
        return new Tensor[] {
            TestModels.tensor("head.link.weight", List.of(WIDTH, outputs), clouds.next()),
            TestModels.tensor("head.link.bias", List.of(outputs), bias.next())
        };
    }

    private long fill(Tensor... head) {
        long version = site.serve(head);
        Clouds clouds = new Clouds(20, WIDTH, 5);
        for (int i = 0; i < NODES; i++) {
            float[] values = clouds.next();
            for (int d = 0; d < WIDTH; d++) {
                values[d] *= 0.2f;
            }
            site.put(version, "v" + i, values);
            site.types.put("v" + i, i % 2 == 0 ? "even" : "odd");
        }
        return version;
    }

    private static LinkQuery all(String source, int k, CandidateFilter filter) {
        return new LinkQuery(ModelChoice.ANY, "", source, k, List.of(), filter);
    }

    private List<LinkProbability> scored(String source, List<String> targets) {
        return site.predictions
                .scoreLinks(
                        ModelChoice.ANY,
                        "",
                        targets.stream().map(target -> new Pair(source, target)).toList())
                .links();
    }

    private void theRankingIsThatOfScoreLinks() {
        List<String> others = IntStream.range(0, NODES)
                .filter(i -> i != 5)
                .mapToObj(i -> "v" + i)
                .toList();
        List<LinkProbability> expected = new ArrayList<>(scored("v5", others));
        RankedLinks ranked = site.rank(all("v5", NODES, CandidateFilter.NONE));
        assertThat(ranked.scored()).isEqualTo(NODES);
        assertThat(ranked.task()).isEqualTo("link");
        // To the bit, freshness included.
        assertThat(ranked.links()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(ranked.links())
                .isSortedAccordingTo(
                        Comparator.comparing(LinkProbability::probability).reversed());
        assertThat(site.rank(all("v5", 7, CandidateFilter.NONE)).links())
                .isEqualTo(ranked.links().subList(0, 7));
    }

    @Test
    void everyScoreIsThatOfScoreLinksWithoutAHead() {
        fill();
        theRankingIsThatOfScoreLinks();
    }

    @Test
    void everyScoreIsThatOfScoreLinksThroughAHeadOfAnyWidth() {
        for (int outputs : new int[] {1, 7, 16, 33}) {
            fill(head(outputs));
            theRankingIsThatOfScoreLinks();
        }
    }

    @Test
    void filtersAndCandidatesNarrowTheChoice() {
        fill(head(8));
        List<LinkProbability> best =
                site.rank(all("v5", 10, CandidateFilter.NONE)).links();
        best.forEach(link -> site.edges.add("v5>" + link.pair().target()));
        // An edge that leads to the source is none from it.
        site.edges.add("v9>v5");
        RankedLinks unlinked = site.rank(all("v5", NODES, new CandidateFilter(null, true, false)));
        assertThat(unlinked.links()).hasSize(NODES - 11).doesNotContainAnyElementsOf(best);
        assertThat(unlinked.links()).extracting(link -> link.pair().target()).contains("v9");
        assertThat(site.rank(all("v5", NODES, new CandidateFilter("odd", false, true)))
                        .links())
                .hasSize(NODES / 2)
                .extracting(link -> link.pair().target())
                .contains("v5");
        RankedLinks named = site.rank(new LinkQuery(
                ModelChoice.ANY, "link", "v5", 10, List.of("v1", "v2", "v1", "v5"), CandidateFilter.NONE));
        assertThat(named.scored()).isEqualTo(3);
        assertThat(named.links()).containsExactlyInAnyOrderElementsOf(scored("v5", List.of("v1", "v2")));
    }

    @Test
    void whatCannotBeAnsweredIsNamed() {
        assertThatThrownBy(() -> site.rank(all("v", 1, CandidateFilter.NONE)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().reason()).isEqualTo("MODEL_NOT_FOUND"));
        fill();
        assertThatThrownBy(() -> all("v", 1001, CandidateFilter.NONE))
                .hasMessage("k: Must be from 1 to 1000, but is 1001.");
        assertThatThrownBy(() -> new LinkQuery(
                        ModelChoice.ANY, "", "v1", 1, Collections.nCopies(10_001, "v"), CandidateFilter.NONE))
                .hasMessage("candidates: Must have at most 10000 entries, but has 10001.");
        assertThatThrownBy(() -> new LinkQuery(ModelChoice.ANY, "", "v1", 1, List.of("v", ""), CandidateFilter.NONE))
                .hasMessageStartingWith("candidates[1]: ");
        assertThatThrownBy(() -> site.rank(all("nobody", 1, CandidateFilter.NONE)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem())
                                .isInstanceOfSatisfying(
                                        Problem.Missing.class,
                                        missing -> assertThat(missing.names()).containsExactly("nobody")));
        assertThatThrownBy(() -> site.rank(
                        new LinkQuery(ModelChoice.ANY, "", "v1", 1, List.of("x", "v2", "y"), CandidateFilter.NONE)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem())
                                .isInstanceOfSatisfying(
                                        Problem.Missing.class,
                                        missing -> assertThat(missing.names()).containsExactly("x", "y")));
        assertThatThrownBy(() ->
                        site.rank(new LinkQuery(ModelChoice.ANY, "other", "v1", 1, List.of(), CandidateFilter.NONE)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().reason()).isEqualTo("TASK_NOT_FOUND"));
    }
}
