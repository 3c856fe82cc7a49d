package io.anabranch.learn.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.recurrent.Gru;
import io.anabranch.model.v1.Convolution;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisturbanceTest {

    private static final int VERTICES = 30;
    private static final int EVENTS = 400;
    private static final Disturbance EVERYTHING = new Disturbance(0.2, 0.3, 5, 0, 3);

    private final EventHistory history = Histories.random(VERTICES, EVENTS, new SplittableRandom(11));
    private final VertexFeatures features = VertexFeatures.identities(VERTICES, 6, 1);
    private final TemporalOptions options =
            TemporalOptions.defaults().withCell(Gru::create).withWidths(8, 8, 4);

    /** An event; the first feature is a number that no other one has. */
    private static String event(EventHistory events, int e) {
        return "%d %d %s %s %s"
                .formatted(
                        events.source(e),
                        events.target(e),
                        events.feature(e, 0),
                        events.feature(e, 1),
                        events.label(e));
    }

    private static List<String> events(EventHistory events) {
        return IntStream.range(0, events.events())
                .mapToObj(e -> event(events, e))
                .toList();
    }

    @Test
    void withoutDisturbanceTheLogIsWhatHappened() {
        EventHistory log = Disturbance.none().withSeed(5).log(history);

        assertThat(events(log)).isEqualTo(events(history));
        assertThat(IntStream.range(0, EVENTS).mapToDouble(log::time))
                .containsExactly(IntStream.range(0, EVENTS)
                        .mapToDouble(history::time)
                        .boxed()
                        .toArray(Double[]::new));
    }

    @Test
    void droppedEventsAreMissingAndTheOthersStay() {
        List<String> all = events(history);
        List<String> left = events(Disturbance.none().withDropped(0.3).log(history));
        List<String> fewer = events(Disturbance.none().withDropped(0.6).log(history));

        assertThat(left).hasSizeBetween(240, 320).isSubsetOf(all);
        assertThat(left)
                .isEqualTo(all.stream().filter(new HashSet<>(left)::contains).toList());
        // What more of it leaves, less of it leaves too.
        assertThat(fewer).hasSizeBetween(120, 200).isSubsetOf(left);
        assertThat(events(Disturbance.none().withDropped(0.3).withSeed(1).log(history)))
                .isNotEqualTo(left);
    }

    @Test
    void doubledEventsStandThereTwiceAndNothingIsLost() {
        EventHistory log = Disturbance.none().withDoubled(0.3).log(history);
        Set<String> seen = new HashSet<>();
        int twice = 0;
        for (int e = 0; e < log.events(); e++) {
            if (!seen.add(event(log, e))) {
                assertThat(event(log, e - 1)).isEqualTo(event(log, e));
                assertThat(log.time(e - 1)).isEqualTo(log.time(e));
                twice++;
            }
        }

        assertThat(seen).hasSize(EVENTS);
        assertThat(twice).isBetween(80, 160);
        assertThat(Disturbance.none().withDoubled(1).log(history).events()).isEqualTo(2 * EVENTS);
    }

    @Test
    void timesAreLateByNoMoreThanTheDelayAndNeverEarly() {
        double delay = 5;
        EventHistory log = Disturbance.none().withDelay(delay).log(history);
        List<String> all = events(history);
        double sum = 0;
        for (int e = 0; e < EVENTS; e++) {
            double late = log.time(e) - history.time(all.indexOf(event(log, e)));
            assertThat(late).isBetween(0.0, delay);
            sum += late;
        }

        assertThat(events(log)).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(all);
        assertThat(sum / EVENTS).isCloseTo(delay / 2, within(0.3));
    }

    @Test
    void whatIsReadOfAStepIsOffByTheNoise() {
        int width = 50;
        Disturbance noisy = Disturbance.none().withNoise(0.2);
        double sum = 0;
        double squares = 0;
        for (int step = 0; step < EVENTS; step++) {
            float[] numbers = new float[width + 2];
            float[] again = new float[width + 2];
            noisy.addNoise(step, numbers, 1, width);
            noisy.addNoise(step, again, 1, width);
            assertThat(again).isEqualTo(numbers);
            assertThat(numbers[0]).isZero();
            assertThat(numbers[width + 1]).isZero();
            for (float number : numbers) {
                sum += number;
                squares += number * number;
            }
        }
        assertThat(sum / (EVENTS * width)).isCloseTo(0, within(0.005));
        assertThat(Math.sqrt(squares / (EVENTS * width))).isCloseTo(0.2, within(0.005));
    }

    @Test
    void aModelThatReadsAnUndisturbedLogScoresAsBefore() {
        try (TemporalLinkModel model = model(history)) {
            assertThat(model.reading(Disturbance.none()).scores(queries())).isEqualTo(model.scores(queries()));
        }
    }

    @Test
    void scoresAreThoseOfTheLogAtTheTimesOfWhatHappened() {
        LinkQueries queries = queries();
        try (TemporalLinkModel model = model(history)) {
            float[] expected = new NaiveLinkModel(history, features, model, 80)
                    .reading(EVERYTHING.log(history))
                    .scores(queries);

            float[] actual = model.reading(EVERYTHING).scores(queries);

            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
            }
        }
    }

    @Test
    void noiseMovesScoresMoreTheMoreThereIs() {
        LinkQueries queries = queries();
        try (TemporalLinkModel model = model(history)) {
            float[] clean = model.scores(queries);
            double little = distance(
                    clean, model.reading(Disturbance.none().withNoise(0.01)).scores(queries));
            double much = distance(
                    clean, model.reading(Disturbance.none().withNoise(0.3)).scores(queries));

            assertThat(little).isPositive();
            assertThat(much).isGreaterThan(5 * little);
        }
    }

    /** Also where the log says that the event came later, or twice. */
    @Test
    void nothingAtOrAfterItsTimeIsKnownOfAnEvent() {
        LinkQueries queries = queries();
        int moved = 0;
        for (int first : new int[] {90, 171, 300}) {
            try (TemporalLinkModel before = model(history);
                    TemporalLinkModel after = model(changed(first))) {
                float[] expected = before.reading(EVERYTHING).scores(queries);
                float[] actual = after.reading(EVERYTHING).scores(queries);
                for (int i = 0; i < expected.length; i++) {
                    if (history.time(queries.event(i)) <= history.time(first)) {
                        assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
                    } else {
                        moved += Math.abs(actual[i] - expected[i]) > 1e-3 ? 1 : 0;
                    }
                }
            }
        }
        assertThat(moved).isGreaterThan(300);
    }

    /** A training that loses most events and hears of the others late learns something else, and again the same. */
    @Test
    void trainingReadsTheDisturbedLog() {
        TemporalOptions brief = options.withEpochs(2, 2, 1e-2).withWindow(50);
        TemporalOptions disturbed = brief.withDisturbance(new Disturbance(0.9, 0.1, 3, 0.1, 7));
        List<float[]> all = new ArrayList<>();
        for (TemporalOptions each : List.of(brief, disturbed, disturbed)) {
            VertexSequences sequences = VertexSequences.of(history);
            try (TemporalLinkModel model = new TemporalTrainer(sequences, ChronologicalSplit.of(history), each)
                    .train(features, epoch -> assertThat(epoch.loss()).isPositive())
                    .model()) {
                all.add(model.scores(queries()));
            }
        }
        assertThat(all.get(2)).isEqualTo(all.get(1));
        assertThat(distance(all.get(0), all.get(1))).isGreaterThan(0.01);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void sharesThatAreNoneAreNamed(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERYTHING.withDropped(share))
                .withMessage(
                        "The share of events that are dropped (%s) must be from 0 to less than 1.".formatted(share));
        double more = Math.nextUp(Math.abs(share) + 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EVERYTHING.withDoubled(more))
                .withMessage("The share of events that are doubled (%s) must be from 0 to 1.".formatted(more));
    }

    @Test
    void whatCannotBeReadIsNamed() {
        EventHistory one = Histories.of(2, new int[] {0, 1, 5});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Disturbance.none().withDropped(0.999).log(one))
                .withMessageStartingWith("None of the events (1) is left where (0.999) of them are dropped.");
        GraphOptions graph = new GraphOptions(Convolution.CONVOLUTION_SAGE_MEAN, 1, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withGraph(graph).withDisturbance(EVERYTHING))
                .withMessageStartingWith("A graph encoder cannot read a disturbed log (Disturbance[");
        try (TemporalLinkModel model = TemporalLinkModel.create(
                VertexSequences.of(history), ChronologicalSplit.of(history), features, options.withGraph(graph))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.reading(EVERYTHING))
                    .withMessageStartingWith("A graph encoder cannot read a disturbed log (Disturbance[");
        }
    }

    private TemporalLinkModel model(EventHistory events) {
        // The scaling of times and features comes from the first part alone, which all histories here share.
        return TemporalLinkModel.create(
                VertexSequences.of(events), ChronologicalSplit.of(events, 20, 20), features, options);
    }

    /** The events from one on have other ends. */
    private EventHistory changed(int first) {
        SplittableRandom random = new SplittableRandom(first);
        int[] sources = new int[EVENTS];
        int[] targets = new int[EVENTS];
        double[] times = new double[EVENTS];
        float[] numbers = new float[2 * EVENTS];
        for (int e = 0; e < EVENTS; e++) {
            sources[e] = e < first ? history.source(e) : random.nextInt(VERTICES);
            targets[e] = e < first ? history.target(e) : random.nextInt(VERTICES);
            times[e] = history.time(e);
            numbers[2 * e] = history.feature(e, 0);
            numbers[2 * e + 1] = history.feature(e, 1);
        }
        return EventHistory.of(VERTICES, sources, targets, times, 2, numbers, new float[EVENTS]);
    }

    private LinkQueries queries() {
        LinkQueries queries = new LinkQueries();
        for (int e = 0; e < EVENTS; e++) {
            queries.add(e, history.source(e), history.target(e));
            queries.add(e, e % VERTICES, (7 * e) % VERTICES);
        }
        return queries;
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.pow(one[i] - other[i], 2);
        }
        return Math.sqrt(sum / one.length);
    }
}
