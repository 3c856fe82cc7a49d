package io.anabranch.serve.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import java.time.Duration;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ModelPublisherTest {

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(2));
    private final MemoryModelLog log = new MemoryModelLog();
    private boolean caughtUp = true;
    private final ModelPublisher publisher =
            new ModelPublisher(registry, log, 2, Duration.ofMillis(200), () -> caughtUp);
    private final ModelSteward steward = new ModelSteward(registry, publisher, Activation.AUTOMATIC, () -> caughtUp);

    ModelPublisherTest() {
        log.feed(registry);
    }

    private static Problem problemOf(ThrowingCallable call) {
        Problem[] caught = new Problem[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> caught[0] = e.problem());
        return caught[0];
    }

    private long publish(String name) {
        return publisher.publish(TestModels.trained(name)).version();
    }

    private void cover(long version) {
        registry.cover(version, 0, 1);
        registry.cover(version, 1, 1);
    }

    private long active(String name) {
        return registry.catalog().alias(name).getActiveVersion();
    }

    private ModelState state(long version) {
        return registry.state(Objects.requireNonNull(registry.catalog().version(version)));
    }

    @Test
    void versionsGrowAcrossNamesAndAreNeverUsedAgain() {
        assertThat(publish("m")).isEqualTo(1);
        assertThat(publish("other")).isEqualTo(2);
        assertThat(publish("m")).isEqualTo(3);
        ModelRegistry restarted = new ModelRegistry(new CoverageTable(2));
        log.replay(restarted);
        assertThat(restarted.catalog().greatestVersion()).isEqualTo(3);
        assertThat(restarted.catalog().versions()).isEqualTo(registry.catalog().versions());
    }

    @Test
    void onlyACoveredVersionIsPromoted() {
        publish("m");
        assertThat(problemOf(() -> publisher.promote("m", 1))).isInstanceOfSatisfying(Problem.Unmet.class, p -> {
            assertThat(p.reason()).isEqualTo("VERSION_NOT_COVERED");
            assertThat(p.message()).contains("0 of 2");
        });
        cover(1);
        assertThat(publisher.promote("m", 1).version()).isEqualTo(1);
        assertThat(active("m")).isEqualTo(1);
        int before = log.records().size();
        publisher.promote("m", 1);
        assertThat(log.records()).hasSize(before);
    }

    @Test
    void unknownNamesAndVersionsAreNamed() {
        publish("m");
        assertThat(problemOf(() -> publisher.promote("n", 1)).reason()).isEqualTo("MODEL_NOT_FOUND");
        assertThat(problemOf(() -> publisher.promote("m", 8)).message()).contains("no version 8");
        assertThat(problemOf(() -> publisher.rollback("n")).reason()).isEqualTo("MODEL_NOT_FOUND");
        assertThat(problemOf(() -> publisher.rollback("m")).reason()).isEqualTo("NOTHING_TO_ROLL_BACK_TO");
    }

    @Test
    void rollbackGoesBackAndForth() {
        for (int i = 1; i <= 2; i++) {
            cover(publish("m"));
            publisher.promote("m", i);
        }
        assertThat(publisher.rollback("m").version()).isEqualTo(1);
        assertThat(active("m")).isEqualTo(1);
        steward.tend();
        assertThat(active("m"))
                .as("what was rolled back does not come back by itself")
                .isEqualTo(1);
        assertThat(publisher.rollback("m").version()).isEqualTo(2);
        assertThat(active("m")).isEqualTo(2);
    }

    @Test
    void oldVersionsRetireWhenTheAliasHasMoved() {
        for (int i = 1; i <= 4; i++) {
            cover(publish("m"));
            publisher.promote("m", i);
        }
        assertThat(state(1)).isEqualTo(ModelState.RETIRED);
        assertThat(state(2)).isEqualTo(ModelState.RETIRED);
        assertThat(state(3)).isEqualTo(ModelState.COVERED);
        assertThat(state(4)).isEqualTo(ModelState.ACTIVE);
        assertThat(problemOf(() -> publisher.promote("m", 1)).reason()).isEqualTo("VERSION_RETIRED");
        assertThat(log.records().getLast().key().getChunk().getVersion()).isEqualTo(2);
        assertThat(log.records().getLast().value()).isNull();
    }

    @Test
    void activePreviousAndNewerNeverRetire() {
        ModelPublisher stingy = new ModelPublisher(registry, log, 1, Duration.ofSeconds(1), () -> true);
        for (int i = 1; i <= 3; i++) {
            cover(publish("m"));
        }
        stingy.promote("m", 2);
        assertThat(state(1)).isEqualTo(ModelState.RETIRED);
        assertThat(state(3)).as("newer than the active one").isEqualTo(ModelState.COVERED);
        stingy.promote("m", 3);
        assertThat(state(2)).as("the one before").isEqualTo(ModelState.COVERED);
    }

    @Test
    void trainedVersionsBecomeActiveByThemselvesOnceCovered() {
        publish("m");
        publish("m");
        steward.tend();
        assertThat(active("m")).isZero();
        cover(1);
        steward.tend();
        assertThat(active("m")).isEqualTo(1);
        cover(2);
        steward.tend();
        assertThat(active("m")).isEqualTo(2);
    }

    @Test
    void importedVersionsBecomeActiveOnlyAsTheFirstOfTheirName() {
        cover(publisher.publish(TestModels.imported("m")).version());
        steward.tend();
        assertThat(active("m")).isEqualTo(1);
        cover(publisher.publish(TestModels.imported("m")).version());
        steward.tend();
        assertThat(active("m")).isEqualTo(1);
        cover(publish("m"));
        steward.tend();
        assertThat(active("m")).isEqualTo(3);
    }

    @Test
    void nothingIsDecidedBeforeHistoryIsRead() {
        cover(publish("m"));
        caughtUp = false;
        steward.tend();
        assertThat(active("m")).isZero();
        assertThat(problemOf(() -> publisher.publish(TestModels.trained("m")))).isInstanceOf(Problem.Unready.class);
    }

    @Test
    void aLogThatDoesNotComeBackIsUnready() {
        ModelPublisher deaf = new ModelPublisher(registry, records -> {}, 2, Duration.ofMillis(50), () -> true);
        assertThat(problemOf(() -> deaf.publish(TestModels.trained("m"))))
                .isInstanceOfSatisfying(
                        Problem.Unready.class, p -> assertThat(p.message()).contains("read back"));
        log.breakIt(true);
        assertThat(problemOf(() -> publish("m"))).isInstanceOf(Problem.Unready.class);
        log.breakIt(false);
        assertThat(publish("m")).isEqualTo(1);
    }
}
