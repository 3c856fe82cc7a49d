package io.anabranch.learn.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.Part;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.recurrent.Gru;
import io.anabranch.learn.recurrent.Lstm;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemporalLinkModelTest {

    private static final int VERTICES = 30;
    private static final int EVENTS = 400;

    private final EventHistory history = Histories.random(VERTICES, EVENTS, new SplittableRandom(11));
    private final VertexFeatures features = VertexFeatures.identities(VERTICES, 6, 1);

    /** Every other event from {@code first} on gets other ends and other features; times, and all events before, stay. */
    private EventHistory changed(int first, RandomGenerator random) {
        int[] sources = new int[EVENTS];
        int[] targets = new int[EVENTS];
        double[] times = new double[EVENTS];
        float[] numbers = new float[2 * EVENTS];
        float[] labels = new float[EVENTS];
        for (int e = 0; e < EVENTS; e++) {
            boolean change = e >= first;
            sources[e] = change ? random.nextInt(VERTICES) : history.source(e);
            targets[e] = change ? random.nextInt(VERTICES) : history.target(e);
            times[e] = history.time(e);
            for (int i = 0; i < 2; i++) {
                numbers[2 * e + i] = change ? random.nextFloat() : history.feature(e, i);
            }
        }
        return EventHistory.of(VERTICES, sources, targets, times, 2, numbers, labels);
    }

    /** All pairs of some vertices at the time of every event. */
    private LinkQueries everywhere() {
        LinkQueries queries = new LinkQueries();
        for (int e = 0; e < EVENTS; e++) {
            for (int v = 0; v < 6; v++) {
                queries.add(e, v, (v + e) % VERTICES);
            }
            queries.add(e, history.source(e), history.target(e));
        }
        return queries;
    }

    private static TemporalLinkModel model(EventHistory events, VertexFeatures features, TemporalOptions options) {
        // The scaling of times and features comes from the first part alone, which all histories here share.
        return TemporalLinkModel.create(
                VertexSequences.of(events), ChronologicalSplit.of(events, 20, 20), features, options);
    }

    @Test
    void nothingAtOrAfterItsTimeIsKnownOfAnEvent() {
        LinkQueries queries = everywhere();
        TemporalOptions options =
                TemporalOptions.defaults().withCell(Gru::create).withWidths(8, 8, 4);
        int untouched = 0;
        int moved = 0;
        for (int first : new int[] {90, 171, 172, 173, 300}) {
            EventHistory other = changed(first, new SplittableRandom(first));
            try (TemporalLinkModel before = model(history, features, options);
                    TemporalLinkModel after = model(other, features, options)) {
                float[] expected = before.scores(queries);
                float[] actual = after.scores(queries);
                for (int i = 0; i < expected.length; i++) {
                    if (history.time(queries.event(i)) <= history.time(first)) {
                        assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
                        untouched++;
                    } else {
                        moved += Math.abs(actual[i] - expected[i]) > 1e-3 ? 1 : 0;
                    }
                }
            }
        }
        // The candidates of events at the time of the first change are among the untouched ones.
        assertThat(untouched).isGreaterThan(7 * (90 + 171 + 172 + 173 + 300));
        assertThat(moved).isGreaterThan(2_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gru", "lstm", "none"})
    void scoresAreThoseOfEachVertexReadOnItsOwn(String cell) {
        CellSource source = switch (cell) {
            case "gru" -> Gru::create;
            case "lstm" -> Lstm::create;
            default -> null;
        };
        TemporalOptions options = TemporalOptions.defaults().withCell(source).withWidths(8, 8, 4);
        LinkQueries queries = everywhere();
        try (TemporalLinkModel model = model(history, features, options)) {
            float[] expected = new NaiveLinkModel(history, features, model, 80).scores(queries);

            float[] actual = model.scores(queries);

            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
            }
            assertThat(actual).hasSize(7 * EVENTS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, EVENTS})
    void windowsCarryStatesOn(int size) {
        VertexSequences sequences = VertexSequences.of(history);
        TemporalOptions options =
                TemporalOptions.defaults().withCell(Lstm::create).withWidths(8, 8, 4);
        try (TemporalLinkModel model = model(history, features, options);
                TensorScope memory = TensorScope.open()) {
            LinkQueries all = everywhere();
            float[] expected = model.scores(all);
            VertexStates states = model.freshStates();
            int next = 0;
            for (EventWindow window : EventWindow.cut(sequences, 0, EVENTS, size)) {
                LinkQueries queries = new LinkQueries();
                int first = next;
                for (; next < all.size() && all.event(next) < window.to(); next++) {
                    queries.add(all.event(next), all.source(next), all.target(next));
                }
                try (TensorScope scope = memory.openChild()) {
                    Variable logits = model.logits(new Tape(scope), window, states, queries, Pass.inference());
                    float[] actual = logits.value().toFloats();
                    for (int i = 0; i < actual.length; i++) {
                        assertThat(actual[i]).isCloseTo(expected[first + i], within(1e-5f));
                    }
                }
            }
            assertThat(next).isEqualTo(all.size());
        }
    }

    @Test
    void windowsEndWhereTheTimeChanges() {
        VertexSequences sequences = VertexSequences.of(history);
        int end = 0;
        for (EventWindow window : EventWindow.cut(sequences, 0, EVENTS, 5)) {
            assertThat(window.from()).isEqualTo(end);
            assertThat(window.to() - window.from()).isGreaterThanOrEqualTo(Math.min(5, EVENTS - window.from()));
            end = window.to();
            assertThat(end == EVENTS || history.time(end) > history.time(end - 1))
                    .isTrue();
        }
        assertThat(end).isEqualTo(EVENTS);
    }

    @Test
    void aGapIsAMixOfTheNearestKnots() {
        TimeGaps gaps = new TimeGaps(1, Math.exp(9));
        float[] code = new float[TimeGaps.WIDTH + 1];

        gaps.write(Math.exp(2.25), code, 1);
        assertThat(code).startsWith(0, 0, 0, 0.75f, 0.25f, 0);
        assertThat(sum(code)).isCloseTo(1, within(1e-6f));
        gaps.write(0, code, 1);
        assertThat(code[1]).isEqualTo(1);
        gaps.write(1e30, code, 1);
        assertThat(code[TimeGaps.KNOTS]).isEqualTo(1);
        assertThat(sum(code)).isEqualTo(1);
        gaps.write(Double.POSITIVE_INFINITY, code, 1);
        assertThat(code[TimeGaps.KNOTS + 1]).isEqualTo(1);
        assertThat(sum(code)).isEqualTo(1);
    }

    @Test
    void identitiesAreNearlyOrthogonalAndStay() {
        VertexFeatures once = VertexFeatures.identities(50, 256, 3);
        VertexFeatures more = VertexFeatures.identities(90, 256, 3);
        float[] a = new float[256];
        float[] b = new float[256];
        for (int v = 0; v < 50; v++) {
            once.write(v, a, 0);
            more.write(v, b, 0);
            assertThat(b).isEqualTo(a);
            more.write(v + 1, b, 0);
            double product = 0;
            for (int i = 0; i < a.length; i++) {
                product += a[i] * b[i];
            }
            assertThat(Math.abs(product) / 256).isLessThan(0.3);
        }
    }

    @Test
    void samplersAreJudgedApart() {
        VertexSequences sequences = VertexSequences.of(history);
        ChronologicalSplit split = ChronologicalSplit.of(history);
        NegativeSampler random = new RandomNegatives(history, 4);
        NegativeSampler historical = new HistoricalNegatives(sequences, 4);
        LinkScorer scorer = Popularity.total(sequences);
        LinkEvaluation both = LinkEvaluation.of(history, split, Part.TEST, List.of(random, historical), 3);
        float[] scores = scorer.scores(both.queries());
        for (int i = 0; i < 2; i++) {
            LinkEvaluation one = LinkEvaluation.of(history, split, Part.TEST, List.of(i == 0 ? random : historical), 3);
            for (LinkEvaluation.Setting setting : LinkEvaluation.Setting.values()) {
                assertThat(both.figures(scores, i, setting))
                        .isEqualTo(one.figures(scorer.scores(one.queries()), 0, setting));
            }
        }
        assertThat(both.figures(scores, 0, LinkEvaluation.Setting.ALL))
                .isNotEqualTo(both.figures(scores, 1, LinkEvaluation.Setting.ALL));
    }

    @Test
    void featuresMustBeOfTheHistorysVertices() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> model(history, VertexFeatures.identities(VERTICES + 1, 4, 1), TemporalOptions.defaults()))
                .withMessageContaining("(31) vertices for a history of (30)");
    }

    @Test
    void trainingIsRepeatableAndLearnsARule() {
        // Every source goes round its own three targets: who was where last says where it goes next.
        int events = 1_200;
        int[][] rounds = new int[events][];
        SplittableRandom random = new SplittableRandom(2);
        int[] turns = new int[20];
        for (int e = 0; e < events; e++) {
            int source = random.nextInt(20);
            rounds[e] = new int[] {source, 20 + (source * 3 + turns[source]++ % 3) % 30, e};
        }
        EventHistory circular = Histories.of(50, rounds);
        VertexSequences sequences = VertexSequences.of(circular);
        ChronologicalSplit split = ChronologicalSplit.of(circular);
        TemporalOptions options = TemporalOptions.defaults()
                .withCell(Gru::create)
                .withWidths(24, 24, 12)
                .withWindow(30)
                .withEpochs(15, 15, 0.02);
        VertexFeatures identities = VertexFeatures.identities(50, 16, 1);
        LinkEvaluation evaluation =
                LinkEvaluation.of(circular, split, Part.TEST, List.of(new HistoricalNegatives(sequences, 9)), 0);

        TemporalTrainer.Trained once = new TemporalTrainer(sequences, split, options).train(identities, epoch -> {});
        TemporalTrainer.Trained again = new TemporalTrainer(sequences, split, options).train(identities, epoch -> {});
        try (TemporalLinkModel model = once.model();
                TemporalLinkModel same = again.model()) {
            float[] scores = model.scores(evaluation.queries());
            double learnt =
                    evaluation.figures(scores, 0, LinkEvaluation.Setting.ALL).averagePrecision();
            double remembered = evaluation
                    .figures(EdgeBank.unlimited(circular).scores(evaluation.queries()), 0, LinkEvaluation.Setting.ALL)
                    .averagePrecision();

            assertThat(same.scores(evaluation.queries())).isEqualTo(scores);
            assertThat(again.epochs()).isEqualTo(once.epochs());
            assertThat(learnt).isGreaterThan(0.7);
            assertThat(remembered).isLessThan(0.55);
        }
    }

    private static float sum(float[] values) {
        float sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }
}
