package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Whatever the events, the partitioning, the batching, the interleaving and the crashes: once drained, every embedding equals a
 * from-scratch forward pass on the final graph. {@link AblationTest} shows that this notices whichever rule is switched off.
 *
 * <p>{@code -Dtest.seed=42} replays one seed, {@code -Dtest.runs=20000} searches further.
 */
class HaloPropertyTest {
    private static final long SEEDS = Long.getLong("test.runs", Long.getLong("simulation.runs", 1000));
    private static final Duration LONGEST_SHRINKING = Duration.ofMinutes(2);
    private static final Sightings sightings = new Sightings();

    @Test
    void drainedEmbeddingsEqualTheForwardPass() {
        var worst = new DoubleAccumulator(Math::max, 0);
        var compared = new AtomicInteger();
        var progressChecks = new AtomicInteger();
        Long only = Long.getLong("test.seed");
        var seeds = only == null ? LongStream.range(0, SEEDS) : LongStream.of(only);
        seeds.parallel().forEach(seed -> {
            var scenario = Scenario.draw(seed);
            var simulation = new Simulation(scenario, sightings);
            try {
                simulation.run();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(report(seed, scenario, failure), failure);
            }
            worst.accumulate(simulation.worstError());
            compared.addAndGet(simulation.embeddingsCompared());
            progressChecks.addAndGet(simulation.progressChecks());
        });
        assertThat(worst.get()).isLessThanOrEqualTo(Verdict.TOLERANCE);
        if (only == null) {
            assertThat(compared.get()).as("embeddings compared").isGreaterThan((int) (5 * SEEDS));
            assertThat(sightings.missing())
                    .as("situations that no seed has met")
                    .isEmpty();
            assertThat(progressChecks.get()).as("checks of progress").isGreaterThan((int) SEEDS);
        }
        System.getLogger(HaloPropertyTest.class.getName())
                .log(
                        System.Logger.Level.INFO,
                        "{0} embeddings compared, worst relative error {1}; {2}",
                        compared.get(),
                        Double.toString(worst.get()),
                        sightings);
    }

    private static boolean fails(Scenario scenario) {
        try {
            new Simulation(scenario, sightings).run();
            return false;
        } catch (AssertionError | RuntimeException failure) {
            return true;
        }
    }

    /** Shrinks the scenario, writes it to target/ as a {@link RegressionCase}, and says how to replay. */
    private static String report(long seed, Scenario scenario, Throwable failure) {
        var shrunk = ScenarioShrinker.shrink(scenario, LONGEST_SHRINKING, HaloPropertyTest::fails);
        int actions = Schedule.draw(scenario).size();
        var file = Path.of("target", "failed-traces", seed + ".txt");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    "# %s%n%s"
                            .formatted(
                                    String.valueOf(failure.getMessage())
                                            .lines()
                                            .findFirst()
                                            .orElse(""),
                                    RegressionCase.write(shrunk)));
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return """
                %s
                Replay with -Dtest=HaloPropertyTest -Dtest.seed=%d; shrunk to %d of %d actions and %d of %d events in %s.
                When it is mended, keep that file in src/test/resources/regressions.""".formatted(
                        failure,
                        seed,
                        Objects.requireNonNull(shrunk.schedule()).size(),
                        actions,
                        shrunk.trace().size(),
                        scenario.trace().size(),
                        file);
    }
}
