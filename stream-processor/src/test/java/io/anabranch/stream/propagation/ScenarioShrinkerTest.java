package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A failing scenario becomes short enough to be read. */
class ScenarioShrinkerTest {
    private static final int READABLE = 30;

    private static boolean fails(Scenario scenario) {
        try {
            new Simulation(scenario, new Sightings()).run();
            return false;
        } catch (AssertionError | RuntimeException failure) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REWEIGHTS_IGNORED", "NO_NODE_TOMBSTONES", "NO_SYNC", "EMBEDDINGS_NOT_SENT_AGAIN"})
    void whatIsLeftFailsAndIsShort(Fault fault) {
        var failing = LongStream.range(0, 1_500)
                .mapToObj(seed -> Scenario.draw(seed, CrashMode.ONE_STORE).broken(fault))
                // A snapshot names every event before it, and so keeps them.
                .filter(scenario ->
                        Schedule.draw(scenario).stream().noneMatch(action -> action.kind() == Action.Kind.IMPORT))
                .filter(scenario -> scenario.trace().size() > 20 && fails(scenario))
                .findFirst()
                .orElseThrow();
        var shrunk = ScenarioShrinker.shrink(failing, Duration.ofMinutes(1), ScenarioShrinkerTest::fails);
        assertThat(fails(shrunk)).isTrue();
        assertThat(Objects.requireNonNull(shrunk.schedule())).hasSizeLessThanOrEqualTo(READABLE);
        assertThat(shrunk.trace()).hasSizeLessThanOrEqualTo(READABLE / 2);
        assertThat(Schedule.draw(failing)).hasSizeGreaterThan(5 * READABLE);
        var read = RegressionCase.parse(RegressionCase.write(shrunk));
        assertThat(read.schedule()).isEqualTo(shrunk.schedule());
        assertThat(fails(read)).as("what is written down fails too").isTrue();
    }
}
