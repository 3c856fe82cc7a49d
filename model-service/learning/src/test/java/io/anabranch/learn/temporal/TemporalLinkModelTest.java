package io.anabranch.learn.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.Part;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.recurrent.Activations;
import io.anabranch.learn.recurrent.ForgetLimit;
import io.anabranch.learn.recurrent.Gru;
import io.anabranch.learn.recurrent.Lstm;
import io.anabranch.learn.recurrent.ReversibleGru;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.model.v1.Convolution;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemporalLinkModelTest {

    private static final int VERTICES = 30;
    private static final int EVENTS = 400;
    private static final GraphOptions GRAPH = new GraphOptions(Convolution.CONVOLUTION_SAGE_MEAN, 2, 6);

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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingAtOrAfterItsTimeIsKnownOfAnEvent(boolean graph) {
        LinkQueries queries = everywhere();
        TemporalOptions options =
                TemporalOptions.defaults().withCell(Gru::create).withWidths(8, 8, 4);
        if (graph) {
            options = options.withGraph(GRAPH).withWindow(20);
        }
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
    void gradientsReachTheCellThroughTheGraph() {
        // 0 and 1 meet at the time 0, 1 and 2 at the time 1; in the window 1 alone has an event before its middle. At
        // the time 12 the candidate
        // (0, 2) is asked for: neither end has an event in the window, but 1 is a neighbour of both.
        EventHistory meetings = Histories.of(
                5,
                new int[] {0, 1, 0},
                new int[] {1, 2, 1},
                new int[] {1, 3, 10},
                new int[] {3, 1, 11},
                new int[] {3, 4, 12},
                new int[] {4, 3, 13});
        VertexSequences sequences = VertexSequences.of(meetings);
        VertexFeatures identities = VertexFeatures.identities(5, 4, 1);
        ChronologicalSplit split = ChronologicalSplit.of(meetings, 50, 20);
        LinkQueries queries = new LinkQueries();
        queries.add(4, 0, 2);
        LinkQueries earlier = new LinkQueries();
        earlier.add(1, 0, 2);
        for (GraphOptions graph : new GraphOptions[] {null, GRAPH}) {
            TemporalOptions options = TemporalOptions.defaults()
                    .withCell(Gru::create)
                    .withGraph(graph)
                    .withWidths(6, 6, 3)
                    .withRegularisation(0, 0);
            EventWindow before = EventWindow.cut(sequences, 0, 6, 2).getFirst();
            EventWindow window = EventWindow.cut(sequences, 2, 6, 4).getFirst();
            try (TemporalLinkModel model = TemporalLinkModel.create(sequences, split, identities, options);
                    TensorScope memory = TensorScope.open()) {
                VertexStates states = model.freshStates();
                model.logits(new Tape(memory), before, states, earlier, Pass.inference());
                Tape tape = new Tape(memory);
                Variable logit = model.logits(tape, window, states, queries, Pass.inference());
                Variable cell = model.parameters().stream()
                        .filter(parameter -> parameter.name().equals("cell.input"))
                        .findFirst()
                        .orElseThrow()
                        .on(tape);
                double length = tape.gradients(logit.sum(), List.of(cell), false)
                        .getFirst()
                        .square()
                        .sum()
                        .scalar();
                if (graph == null) {
                    assertThat(length).isZero();
                } else {
                    assertThat(length).isGreaterThan(1e-8);
                }
            }
        }
    }

    @Test
    void gradientsWithoutStoredActivationsAreThoseWithThem() {
        CellSource source = (name, type, in, width, random) ->
                ReversibleGru.create(name, type, in, width, ForgetLimit.none(), random);
        List<List<float[]>> gradients = new ArrayList<>();
        for (Activations activations : Activations.values()) {
            TemporalOptions options = TemporalOptions.defaults()
                    .withCell(source)
                    .withActivations(activations)
                    .withGraph(GRAPH)
                    .withWidths(8, 8, 4);
            EventWindow window = EventWindow.cut(VertexSequences.of(history), 0, EVENTS, EVENTS)
                    .getFirst();
            try (TemporalLinkModel model = model(history, features, options);
                    TensorScope memory = TensorScope.open()) {
                Tape tape = new Tape(memory);
                Variable logits = model.logits(tape, window, model.freshStates(), everywhere(), Pass.inference());
                List<Variable> parameters = model.parameters().stream()
                        .map(parameter -> parameter.on(tape))
                        .toList();
                gradients.add(tape.gradients(logits.square().mean(), parameters, false).stream()
                        .map(gradient -> gradient.value().toFloats())
                        .toList());
            }
        }
        int compared = 0;
        for (int p = 0; p < gradients.getFirst().size(); p++) {
            float[] stored = gradients.getFirst().get(p);
            float[] recomputed = gradients.getLast().get(p);
            for (int i = 0; i < stored.length; i++) {
                assertThat(recomputed[i]).isCloseTo(stored[i], within(1e-4f));
                compared += Math.abs(stored[i]) > 1e-3 ? 1 : 0;
            }
        }
        assertThat(compared).isGreaterThan(100);
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
}
