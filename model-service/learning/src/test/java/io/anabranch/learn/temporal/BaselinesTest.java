package io.anabranch.learn.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.Part;
import io.anabranch.learn.temporal.LinkEvaluation.Setting;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Splits, samplers, baselines and figures together on published sets. The numbers were computed by a program of its own (Python, brute force
 * over sorted lists of times) that shares nothing with this one but the definitions: negatives of seed 7, 20 rivals, windows as long as the
 * validation part.
 */
class BaselinesTest {

    private static final long SEED = 7;
    private static final int RIVALS = 20;

    @ParameterizedTest
    @CsvSource({
        "bitcoin-alpha, false, UNLIMITED, 0.500000000, 0.089847510",
        "bitcoin-alpha, false, WINDOW, 0.500000000, 0.090477716",
        "bitcoin-alpha, false, TOTAL, 0.784910337, 0.474447279",
        "bitcoin-alpha, false, RECENT, 0.851027083, 0.636182358",
        "bitcoin-alpha, true, UNLIMITED, 0.500000000, 0.059961875",
        "bitcoin-alpha, true, WINDOW, 0.500000000, 0.066083891",
        "bitcoin-alpha, true, TOTAL, 0.451704078, 0.236848283",
        "bitcoin-alpha, true, RECENT, 0.653396666, 0.287129793",
        "jodie-wikipedia, false, UNLIMITED, 0.937972546, 0.872868746",
        "jodie-wikipedia, false, WINDOW, 0.921096001, 0.850895888",
        "jodie-wikipedia, false, TOTAL, 0.595417703, 0.262299222",
        "jodie-wikipedia, false, RECENT, 0.765025588, 0.403770033",
        "jodie-wikipedia, true, UNLIMITED, 0.474608268, 0.534522746",
        "jodie-wikipedia, true, WINDOW, 0.737429430, 0.644692633",
        "jodie-wikipedia, true, TOTAL, 0.482154055, 0.246927307",
        "jodie-wikipedia, true, RECENT, 0.666369798, 0.380085909"
    })
    void figuresAreThoseOfTheReference(String name, boolean historical, String baseline, double ap, double mrr)
            throws IOException {
        EventHistory history = Histories.published(name);
        VertexSequences sequences = VertexSequences.of(history);
        ChronologicalSplit split = ChronologicalSplit.of(history);
        double window = history.time(split.end(Part.VALIDATION) - 1) - history.time(split.first(Part.VALIDATION));
        LinkScorer scorer = switch (baseline) {
            case "UNLIMITED" -> EdgeBank.unlimited(history);
            case "WINDOW" -> EdgeBank.within(history, window);
            case "TOTAL" -> Popularity.total(sequences);
            default -> Popularity.recent(sequences, window);
        };
        NegativeSampler negatives =
                historical ? new HistoricalNegatives(sequences, SEED) : new RandomNegatives(history, SEED);
        LinkEvaluation evaluation = LinkEvaluation.of(history, split, Part.TEST, List.of(negatives), RIVALS);

        float[] scores = scorer.scores(evaluation.queries());
        LinkFigures all = evaluation.figures(scores, 0, Setting.ALL);
        LinkFigures transductive = evaluation.figures(scores, 0, Setting.TRANSDUCTIVE);
        LinkFigures inductive = evaluation.figures(scores, 0, Setting.INDUCTIVE);

        assertThat(all.averagePrecision()).isCloseTo(ap, within(1e-8));
        assertThat(all.meanReciprocalRank()).isCloseTo(mrr, within(1e-8));
        assertThat(transductive.events() + inductive.events()).isEqualTo(all.events());
        assertThat((double) inductive.events() / all.events())
                .isCloseTo(name.equals("bitcoin-alpha") ? 0.7670893054 : 0.2426551520, within(1e-9));
        // Ranks add up over the parts of a partition.
        assertThat((transductive.meanReciprocalRank() * transductive.events()
                                + inductive.meanReciprocalRank() * inductive.events())
                        / all.events())
                .isCloseTo(mrr, within(1e-8));
    }
}
