package io.anabranch.serve.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddingHistoryTest {

    private static final class MovingClock extends Clock {
        long now = 1_000;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return InstantSource.system().withZone(zone);
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now);
        }
    }

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 9, Duration.ofSeconds(1), () -> true);
    private final EmbeddingView view = new EmbeddingView();
    private final MovingClock clock = new MovingClock();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private EmbeddingHistory history = history(100);
    private long offset;

    private EmbeddingHistory history(int changes) {
        return new EmbeddingHistory(changes, new Predictions(registry, view, List::of), view, registry, clock, meters);
    }

    @BeforeEach
    void feed() {
        log.feed(registry);
    }

    private long publish() {
        return publisher.publish(TestModels.imported("m")).version();
    }

    private void activate(long version) {
        registry.cover(version, 0, 1);
        publisher.promote("m", version);
    }

    private void read(long version, String id, boolean live, float... values) {
        view.put(version, id, new NodeVector(values, new NodeFreshness(0, 0, 0, offset)));
        view.read(0, ++offset, live);
    }

    private void gone(long version, String id) {
        view.remove(version, id);
        view.read(0, ++offset, true);
    }

    private PredictionHistory of(long version, String id) {
        return history.of(new ModelChoice("m", version, "", ""), "", id);
    }

    private static List<@Nullable String> chosen(PredictionHistory found) {
        return found.states().stream()
                .<@Nullable String>map(state -> state.classes() == null
                        ? null
                        : state.classes().chosen().getFirst())
                .toList();
    }

    @Test
    void aChangeIsWhatHasOtherValuesComesOrGoes() {
        history.start();
        long version = publish();
        clock.now = 2_000;
        read(version, "n", true, 2, 1);
        clock.now = 3_000;
        activate(version);
        clock.now = 4_000;
        read(version, "n", true, 2, 1);
        PredictionHistory fill = of(version, "n");
        assertThat(fill.states()).extracting(PredictionHistory.State::timeMs).containsExactly(0L);
        assertThat(fill.completeSinceMs()).as("when the version was covered").isEqualTo(3_000);
        assertThat(fill.task()).isEqualTo("class");
        assertThat(fill.modelVersion()).isEqualTo(version);

        clock.now = 5_000;
        read(version, "n", true, 1, 3);
        read(version, "other", true, 1, 3);
        clock.now = 6_000;
        gone(version, "n");
        gone(version, "never there");
        clock.now = 7_000;
        read(version, "n", true, 4, 3);
        PredictionHistory found = of(version, "n");
        assertThat(found.states())
                .extracting(PredictionHistory.State::timeMs)
                .containsExactly(0L, 5_000L, 6_000L, 7_000L);
        assertThat(chosen(found)).containsExactly("a", "b", null, "a");
        assertThat(found.completeSinceMs()).isEqualTo(3_000);
        PredictionHistory other = of(version, "other");
        assertThat(chosen(other)).containsExactly(null, "b");
        assertThat(meters.get("anabranch.history.changes").gauge().value()).isEqualTo(4);
    }

    @Test
    void whatAStartReadsIsNoChange() {
        history.start();
        long version = publish();
        activate(version);
        clock.now = 2_000;
        read(version, "n", false, 2, 1);
        clock.now = 2_500;
        read(version, "n", false, 1, 2);
        clock.now = 3_000;
        read(version, "m", true, 1, 2);
        PredictionHistory found = of(version, "n");
        assertThat(chosen(found)).containsExactly("b");
        assertThat(found.completeSinceMs()).isEqualTo(2_500);
        clock.now = 4_000;
        read(version, "n", true, 2, 1);
        assertThat(of(version, "n").states())
                .extracting(PredictionHistory.State::timeMs)
                .containsExactly(0L, 4_000L);
    }

    @Test
    void whatIsForgottenIsSaid() {
        history = history(4);
        history.start();
        long version = publish();
        activate(version);
        read(version, "n", true, 2, 1);
        for (int i = 1; i <= 6; i++) {
            clock.now = 10_000 + i;
            read(version, "n", true, i % 2 == 0 ? 2 : 1, i % 2 == 0 ? 1 : 2);
        }
        PredictionHistory found = of(version, "n");
        assertThat(found.states())
                .extracting(PredictionHistory.State::timeMs)
                .containsExactly(0L, 10_003L, 10_004L, 10_005L, 10_006L);
        assertThat(chosen(found)).containsExactly("a", "b", "a", "b", "a");
        assertThat(found.completeSinceMs()).isEqualTo(10_002);
        for (int i = 0; i < 4; i++) {
            clock.now = 20_000 + i;
            read(version, "x" + i, true, 1, 2);
        }
        PredictionHistory quiet = of(version, "n");
        assertThat(quiet.states()).extracting(PredictionHistory.State::timeMs).containsExactly(0L);
        assertThat(quiet.completeSinceMs()).isEqualTo(10_006);
    }

    @Test
    void theLatestThousandStatesAreTold() {
        history = history(5_000);
        history.start();
        long version = publish();
        activate(version);
        for (int i = 1; i <= 1_500; i++) {
            clock.now = 10_000 + i;
            read(version, "n", true, i, 2);
        }
        PredictionHistory found = of(version, "n");
        assertThat(found.states()).hasSize(EmbeddingHistory.MAX_STATES);
        assertThat(found.states().get(1).timeMs()).isEqualTo(10_502);
        assertThat(found.completeSinceMs()).isEqualTo(10_501);
        assertThat(found.states().getLast().timeMs()).isEqualTo(11_500);
    }

    @Test
    void eachVersionHasItsOwnHistory() {
        history.start();
        long first = publish();
        activate(first);
        read(first, "n", true, 2, 1);
        long second = publish();
        clock.now = 5_000;
        for (int i = 0; i < 200; i++) {
            read(second, "v" + i, true, 1, 2);
        }
        read(second, "n", true, 1, 2);
        assertThat(of(first, "n").completeSinceMs())
                .as("a fill takes no places")
                .isEqualTo(1_000);
        clock.now = 6_000;
        activate(second);
        clock.now = 7_000;
        read(second, "n", true, 2, 1);
        read(first, "n", true, 1, 2);
        assertThat(of(second, "n").states())
                .extracting(PredictionHistory.State::timeMs)
                .containsExactly(0L, 7_000L);
        assertThat(chosen(of(second, "n"))).containsExactly("b", "a");
        assertThat(chosen(of(first, "n"))).containsExactly(null, "a", "b");
        view.drop(first);
        assertThat(chosen(of(second, "n"))).containsExactly("b", "a");
    }

    @Test
    void refusesWhatIsWrong() {
        history.start();
        long version = publish();
        activate(version);
        assertThatThrownBy(() -> of(version, "nobody"))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Missing.class));
        assertThatThrownBy(() -> of(version, ""))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Invalid.class));
        history = history(0);
        history.start();
        assertThatThrownBy(() -> of(version, "n"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem())
                                .extracting(Problem::reason, Problem::message)
                                .isEqualTo(List.of(
                                        "HISTORY_OFF", "No changes are kept: anabranch.server.history.changes is 0.")));
    }
}
