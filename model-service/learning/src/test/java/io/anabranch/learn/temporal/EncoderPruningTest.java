package io.anabranch.learn.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.nn.Parametric;
import io.anabranch.learn.recurrent.ForgetLimit;
import io.anabranch.learn.recurrent.Gru;
import io.anabranch.learn.recurrent.LipschitzCell;
import io.anabranch.learn.recurrent.Lstm;
import io.anabranch.learn.recurrent.ReversibleGru;
import io.anabranch.learn.recurrent.ReversibleLstm;
import io.anabranch.learn.spectral.UnitStrategy;
import io.anabranch.model.v1.Convolution;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncoderPruningTest {

    private static final int EVENTS = 400;
    private static final int WIDTH = 16;
    private static final Map<String, CellSource> CELLS = Map.of(
            "gru",
            Gru::create,
            "lstm",
            Lstm::create,
            "reversible gru",
            (name, type, in, width, random) ->
                    ReversibleGru.create(name, type, in, width, ForgetLimit.ofBits(3), random),
            "reversible lstm",
            (name, type, in, width, random) ->
                    ReversibleLstm.create(name, type, in, width, ForgetLimit.ofBits(3), random));

    private final EventHistory history = Histories.random(30, EVENTS, new SplittableRandom(11));

    @ParameterizedTest
    @ValueSource(strings = {"gru", "lstm", "reversible gru", "reversible lstm"})
    void withAllUnitsNothingChanges(String cell) {
        try (TemporalLinkModel model = model(CELLS.get(cell));
                TemporalLinkModel same = EncoderPruning.to(groupWidth(model))
                        .prune(model, EVENTS)
                        .model()) {
            float[] before = model.scores(queries());
            float[] after = same.scores(queries());
            for (int i = 0; i < before.length; i++) {
                assertThat(after[i]).isCloseTo(before[i], within(1e-3f));
            }
        }
    }

    /** Of random weights no unit is superfluous, but what the others know of it is not lost. */
    @ParameterizedTest
    @ValueSource(strings = {"gru", "lstm", "reversible gru", "reversible lstm"})
    void aGuessAtWhatIsGoneIsBetterThanNone(String cell) {
        try (TemporalLinkModel model = model(CELLS.get(cell))) {
            EncoderPruning half = EncoderPruning.to(groupWidth(model) / 2);
            EncoderPruning.Pruned pruned = half.prune(model, EVENTS);
            try (TemporalLinkModel guessed = pruned.model();
                    TemporalLinkModel bare = half.with(UnitStrategy.GREEDY, false, 0)
                            .prune(model, EVENTS)
                            .model()) {
                assertThat(pruned.kept()).hasSize(cell.startsWith("reversible") ? 2 : 1);
                assertThat(numbers(guessed)).isLessThan(numbers(model));
                assertThat(distance(model, guessed)).isLessThan(0.9 * distance(model, bare));
            }
        }
    }

    /** The normal equations of least squares: what the head still gets wrong is told by nothing that the pruned cell shows. */
    @ParameterizedTest
    @ValueSource(strings = {"gru", "lstm", "reversible gru", "reversible lstm"})
    void theHeadReadsTheBestGuessFromWhatThePrunedCellShows(String cell) {
        try (TemporalLinkModel model = model(CELLS.get(cell))) {
            EncoderPruning half = EncoderPruning.to(groupWidth(model) / 2);
            EncoderPruning.Pruned pruned = half.prune(model, EVENTS);
            try (TemporalLinkModel small = pruned.model()) {
                int shown = small.prunableCell().outputWidth();
                double[][] both =
                        model.momentsBeside(small.prunableCell(), EVENTS).matrix();
                double[][] reading = small.head().readers(0, shown);
                double[][] head = model.head().readers(0, WIDTH);
                for (int unit = 0; unit < shown; unit++) {
                    for (int column = 0; column < head[0].length; column++) {
                        double read = 0;
                        double wanted = 0;
                        for (int i = 0; i < shown; i++) {
                            read += both[unit][i] * reading[i][column];
                        }
                        for (int i = 0; i < WIDTH; i++) {
                            wanted += both[unit][shown + i] * head[i][column];
                        }
                        assertThat(read).isCloseTo(wanted, within(1e-5));
                    }
                }
            }
        }
    }

    @Test
    void whatIsShownIsSetBesideWhatAnotherCellShows() {
        try (TemporalLinkModel model = model(Gru::create)) {
            double[][] alone = model.moments(EVENTS).matrix();

            double[][] both = model.momentsBeside(model.prunableCell(), EVENTS).matrix();

            for (int i = 0; i < WIDTH; i++) {
                for (int j = 0; j < WIDTH; j++) {
                    assertThat(both[i][j]).isEqualTo(alone[i][j]);
                    assertThat(both[WIDTH + i][j]).isEqualTo(alone[i][j]);
                    assertThat(both[WIDTH + i][WIDTH + j]).isEqualTo(alone[i][j]);
                }
            }
        }
    }

    @Test
    void whatCannotBePrunedIsNamed() {
        EncoderPruning pruning = EncoderPruning.to(4);
        try (TemporalLinkModel none = model(null);
                TemporalLinkModel lipschitz = model((name, type, in, width, random) ->
                        LipschitzCell.antisymmetric(name, type, in, width, 0.1, 0.01, random));
                TemporalLinkModel graph = TemporalLinkModel.create(
                        VertexSequences.of(history),
                        ChronologicalSplit.of(history, 20, 20),
                        VertexFeatures.identities(30, 6, 1),
                        TemporalOptions.defaults()
                                .withCell(Gru::create)
                                .withWidths(8, 8, 4)
                                .withGraph(new GraphOptions(Convolution.CONVOLUTION_SAGE_MEAN, 1, 4)));
                TemporalLinkModel small = model(Gru::create)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pruning.prune(none, EVENTS))
                    .withMessage("No units can be left out of the encoder (none); allowed: gated cells.");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pruning.prune(lipschitz, EVENTS))
                    .withMessage("No units can be left out of the encoder (LipschitzCell); allowed: gated cells.");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pruning.prune(graph, EVENTS))
                    .withMessage(
                            "No units can be left out of an encoder that a graph encoder reads; allowed: models without a graph.");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EncoderPruning.to(WIDTH + 1).prune(small, EVENTS))
                    .withMessage("The number of units (17) that stay must be from 1 to (16).");
        }
    }

    private TemporalLinkModel model(@Nullable CellSource cell) {
        return TemporalLinkModel.create(
                VertexSequences.of(history),
                ChronologicalSplit.of(history, 20, 20),
                VertexFeatures.identities(30, 6, 1),
                TemporalOptions.defaults().withCell(cell).withWidths(WIDTH, 8, 4));
    }

    private static int groupWidth(TemporalLinkModel model) {
        return model.prunableCell().outputWidth() / model.prunableCell().groups();
    }

    private static int numbers(Parametric model) {
        return model.parameters().stream()
                .mapToInt(parameter -> parameter.tensor().size())
                .sum();
    }

    private double distance(TemporalLinkModel one, TemporalLinkModel other) {
        float[] expected = one.scores(queries());
        float[] actual = other.scores(queries());
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            sum += Math.pow(expected[i] - actual[i], 2);
        }
        return Math.sqrt(sum / expected.length);
    }

    private LinkQueries queries() {
        LinkQueries queries = new LinkQueries();
        for (int e = 0; e < EVENTS; e++) {
            queries.add(e, history.source(e), history.target(e));
            queries.add(e, e % 30, (7 * e) % 30);
        }
        return queries;
    }
}
