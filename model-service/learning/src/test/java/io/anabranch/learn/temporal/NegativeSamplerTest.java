package io.anabranch.learn.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NegativeSamplerTest {

    private final EventHistory history = Histories.random(40, 300, new SplittableRandom(5));
    private final VertexSequences sequences = VertexSequences.of(history);

    @Test
    void noNegativeHappensAtItsTime() {
        int compared = 0;
        for (NegativeSampler sampler :
                List.of(new RandomNegatives(history, 1), new HistoricalNegatives(sequences, 1))) {
            LinkQueries queries = new LinkQueries();
            for (int e = 0; e < history.events(); e++) {
                sampler.addPair(e, 0, queries);
                sampler.addPair(e, 1, queries);
                sampler.addRivals(e, 5, queries);
            }
            assertThat(queries.size()).isEqualTo(7 * history.events());
            for (int i = 0; i < queries.size(); i++) {
                for (int other = 0; other < history.events(); other++) {
                    boolean same = history.source(other) == queries.source(i)
                            && history.target(other) == queries.target(i)
                            && history.time(other) == history.time(queries.event(i));
                    assertThat(same).isFalse();
                }
                compared++;
            }
        }
        assertThat(compared).isEqualTo(2 * 7 * 300);
    }

    @Test
    void randomNegativesKeepTheSourceAndReachEveryTarget() {
        RandomNegatives sampler = new RandomNegatives(history, 1);
        Set<Integer> targets = new HashSet<>();
        for (int e = 0; e < history.events(); e++) {
            LinkQueries queries = new LinkQueries();
            sampler.addPair(e, 0, queries);
            sampler.addRivals(e, 10, queries);
            Set<Integer> rivals = new HashSet<>();
            for (int i = 0; i < queries.size(); i++) {
                assertThat(queries.source(i)).isEqualTo(history.source(e));
                targets.add(queries.target(i));
                if (i > 0) {
                    rivals.add(queries.target(i));
                }
            }
            assertThat(rivals).hasSize(10);
        }
        Set<Integer> all = new HashSet<>();
        for (int e = 0; e < history.events(); e++) {
            all.add(history.target(e));
        }
        assertThat(targets).isEqualTo(all);
    }

    @Test
    void historicalNegativesHappenedBefore() {
        HistoricalNegatives sampler = new HistoricalNegatives(sequences, 1);
        PairHistory pairs = PairHistory.of(history);
        int ofThePast = 0;
        for (int e = 100; e < history.events(); e++) {
            LinkQueries queries = new LinkQueries();
            sampler.addPair(e, 0, queries);
            assertThat(pairs.last(queries.source(0), queries.target(0), history.time(e)))
                    .isGreaterThan(Double.NEGATIVE_INFINITY);
            sampler.addRivals(e, 4, queries);
            boolean filling = false;
            for (int i = 1; i < queries.size(); i++) {
                assertThat(queries.source(i)).isEqualTo(history.source(e));
                boolean past =
                        pairs.last(queries.source(i), queries.target(i), history.time(e)) > Double.NEGATIVE_INFINITY;
                // A random rival may have a past too, but only where all targets of the past are taken.
                ofThePast += past ? 1 : 0;
                assertThat(filling && past).isFalse();
                filling |= !past;
            }
        }
        assertThat(ofThePast).isGreaterThan(200);
    }

    @Test
    void rivalsOfThePastAreTheLatestFirst() {
        EventHistory past = Histories.of(
                6,
                new int[] {0, 1, 0},
                new int[] {0, 2, 1},
                new int[] {0, 3, 2},
                new int[] {4, 0, 3},
                new int[] {0, 2, 4},
                new int[] {0, 1, 5},
                new int[] {0, 5, 5});
        LinkQueries queries = new LinkQueries();

        // At the time 5 vertex 0 has events with 1 and 5; before, with 2 (at 4), 3 (at 2), 1 and 2 again.
        new HistoricalNegatives(VertexSequences.of(past), 1).addRivals(5, 2, queries);

        assertThat(queries.target(0)).isEqualTo(2);
        assertThat(queries.target(1)).isEqualTo(3);
    }

    @Test
    void drawsAreAFunctionOfSeedEventAndNumber() {
        LinkQueries once = drawn(new RandomNegatives(history, 1), 0);
        LinkQueries again = drawn(new RandomNegatives(history, 1), 0);
        LinkQueries otherSeed = drawn(new RandomNegatives(history, 2), 0);
        LinkQueries otherNumber = drawn(new RandomNegatives(history, 1), 1);

        assertThat(differences(once, again)).isZero();
        assertThat(differences(once, otherSeed)).isGreaterThan(100);
        assertThat(differences(once, otherNumber)).isGreaterThan(100);
    }

    @Test
    void aHistoryWithoutANegativeIsRefused() {
        EventHistory full = Histories.of(3, new int[] {0, 1, 0}, new int[] {0, 2, 0});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomNegatives(full, 1).addPair(0, 0, new LinkQueries()))
                .withMessageContaining("there is no negative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomNegatives(Histories.of(2, new int[] {0, 1, 0}), 1))
                .withMessageContaining("needs 2");
    }

    private LinkQueries drawn(NegativeSampler sampler, int number) {
        LinkQueries queries = new LinkQueries();
        for (int e = 0; e < history.events(); e++) {
            sampler.addPair(e, number, queries);
        }
        return queries;
    }

    private static int differences(LinkQueries a, LinkQueries b) {
        int differences = 0;
        for (int i = 0; i < a.size(); i++) {
            differences += a.target(i) != b.target(i) ? 1 : 0;
        }
        return differences;
    }
}
