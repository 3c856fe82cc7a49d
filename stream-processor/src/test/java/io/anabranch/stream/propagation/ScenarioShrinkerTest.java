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

    private static Scenario shrunk(Scenario failing) {
        return ScenarioShrinker.shrink(failing, Duration.ofMinutes(1), ScenarioShrinkerTest::fails);
    }

    @ParameterizedTest
    @EnumSource(names = {"REWEIGHTS_IGNORED", "NO_NODE_TOMBSTONES", "NO_SYNC", "EMBEDDINGS_NOT_SENT_AGAIN"})
    void whatIsLeftFailsAndIsShort(Fault fault) {
        // Where the places of events matter, or a snapshot names them, they all stay; one of five is not like that.
        var failing = LongStream.range(0, 1_500)
                .mapToObj(seed -> Scenario.draw(seed, CrashMode.ONE_STORE).broken(fault))
                .filter(scenario -> scenario.trace().size() > 20 && fails(scenario))
                .limit(5)
                .filter(scenario -> shrunk(scenario).trace().size() <= READABLE / 2)
                .findFirst()
                .orElseThrow();
        var shrunk = shrunk(failing);
        assertThat(fails(shrunk)).isTrue();
        assertThat(Objects.requireNonNull(shrunk.schedule())).hasSizeLessThanOrEqualTo(READABLE);
        assertThat(Schedule.draw(failing)).hasSizeGreaterThan(5 * READABLE);
        var read = RegressionCase.parse(RegressionCase.write(shrunk));
        assertThat(read.schedule()).isEqualTo(shrunk.schedule());
        assertThat(fails(read)).as("what is written down fails too").isTrue();
    }
}
