package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scenarios that have failed once, from {@code src/test/resources/regressions}. */
class RegressionTest {
    static Stream<Path> cases() throws IOException, URISyntaxException {
        var folder = Objects.requireNonNull(RegressionTest.class.getResource("/regressions"));
        try (var files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().toList().stream();
        }
    }

    private static Scenario read(Path file) {
        try {
            return RegressionCase.parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatHasFailedOnceWorks(Path file) {
        var scenario = read(file);
        assertThat(scenario.trace()).isNotEmpty();
        var mended = scenario.whole();
        assertThatCode(() -> new Simulation(mended, new Sightings()).run()).doesNotThrowAnyException();
    }

    /** A case that would pass anyway guards nothing. */
    @ParameterizedTest
    @MethodSource("cases")
    void itStillFailsWithoutTheRuleThatMendedIt(Path file) {
        var scenario = read(file);
        assertThat(scenario.faults()).isNotEmpty();
        assertThatThrownBy(() -> new Simulation(scenario, new Sightings()).run())
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aCaseSaysAllOfItsScenario() {
        for (long seed : List.of(1L, 2L, 3L, 17L, 99L)) {
            var scenario = Scenario.draw(seed, CrashMode.SEPARATE_STORES);
            String text = RegressionCase.write(scenario);
            var read = RegressionCase.parse(text);
            assertThat(RegressionCase.write(read)).isEqualTo(text);
            assertThat(read.models()).isEqualTo(scenario.models());
            assertThat(read.seed()).isEqualTo(scenario.seed());
            assertThat(read.schedule()).isEqualTo(Schedule.draw(scenario));
            assertThat(read.partitions()).isEqualTo(scenario.partitions());
        }
    }

    @Test
    void aLineThatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> RegressionCase.parse("seed 1\nedge a b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("edge a b");
    }
}
