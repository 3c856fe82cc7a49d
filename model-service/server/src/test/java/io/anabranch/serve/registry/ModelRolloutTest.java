package io.anabranch.serve.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.model.v1.ModelAlias;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRolloutTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 2, Duration.ofMillis(200), () -> true);
    private final ModelRollout rollout = new ModelRollout(registry, publisher, CLOCK);
    private final ModelSteward automatic = new ModelSteward(registry, publisher, Activation.AUTOMATIC, () -> true);
    private final ModelSteward manual = new ModelSteward(registry, publisher, Activation.MANUAL, () -> true);

    ModelRolloutTest() {
        log.feed(registry);
    }

    private static Problem problemOf(ThrowingCallable call) {
        Problem[] caught = new Problem[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> caught[0] = e.problem());
        return caught[0];
    }

    private long covered(ModelSnapshot snapshot) {
        long version = publisher.publish(snapshot).version();
        registry.cover(version, 0, 1);
        return version;
    }

    /** As many covered versions of m, the first of which is active. */
    private void versions(int count) {
        for (int i = 0; i < count; i++) {
            covered(TestModels.imported("m"));
        }
        publisher.promote("m", 1);
    }

    private ModelAlias record() {
        return registry.catalog().alias("m");
    }

    private ModelState state(long version) {
        return registry.state(Objects.requireNonNull(registry.catalog().version(version)));
    }

    @Test
    void anAliasIsSetMovedAndDeleted() {
        versions(2);
        assertThat(rollout.setAlias("m", "champion", 1).version()).isEqualTo(1);
        rollout.setAlias("m", "stable", 1);
        assertThat(registry.catalog()
                        .aliases(Objects.requireNonNull(registry.catalog().version(1))))
                .containsExactly("champion", "stable");
        int before = log.records().size();
        rollout.setAlias("m", "stable", 1);
        assertThat(log.records()).as("the same again writes nothing").hasSize(before);
        rollout.setAlias("m", "champion", 2);
        assertThat(record().getAliasesMap()).containsEntry("champion", 2L).containsEntry("stable", 1L);
        assertThat(rollout.deleteAlias("m", "champion").version()).isEqualTo(2);
        assertThat(record().getAliasesMap()).containsOnlyKeys("stable");
        assertThat(problemOf(() -> rollout.deleteAlias("m", "champion")).reason())
                .isEqualTo("ALIAS_NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "active", "Champion", "1st", "-a", "a_b", "ä", "a b"})
    void aWrongAliasIsRefused(String alias) {
        versions(1);
        assertThat(problemOf(() -> rollout.setAlias("m", alias, 1)))
                .isInstanceOfSatisfying(
                        Problem.Invalid.class,
                        p -> assertThat(p.violations().getFirst().field()).isEqualTo("alias"));
        assertThat(rollout.setAlias("m", "a" + "b".repeat(62), 1).version()).isEqualTo(1);
        assertThat(problemOf(() -> rollout.setAlias("m", "a" + "b".repeat(63), 1)))
                .isInstanceOf(Problem.Invalid.class);
    }

    @Test
    void aRetiredVersionBearsNoAliasAndAnAliasedOneDoesNotRetire() {
        versions(4);
        rollout.setAlias("m", "stable", 1);
        publisher.promote("m", 2);
        publisher.promote("m", 3);
        publisher.promote("m", 4);
        assertThat(state(1)).as("aliased").isEqualTo(ModelState.COVERED);
        assertThat(state(2)).isEqualTo(ModelState.RETIRED);
        assertThat(state(3)).as("the one before").isEqualTo(ModelState.COVERED);
        assertThat(problemOf(() -> rollout.setAlias("m", "stable", 2)).reason()).isEqualTo("VERSION_RETIRED");
        rollout.deleteAlias("m", "stable");
        automatic.tend();
        assertThat(state(1)).isEqualTo(ModelState.RETIRED);
    }

    @Test
    void aCanaryIsStartedChangedAndStopped() {
        versions(3);
        rollout.setCanary("m", 2, 2.5);
        assertThat(record().getCanary().getPercent()).isEqualTo(2.5);
        assertThat(record().getCanary().getStartedAtMs()).isEqualTo(NOW.toEpochMilli());
        rollout.setCanary("m", 2, 50);
        rollout.setCanary("m", 3, 0);
        assertThat(record().getCanary().getVersion()).isEqualTo(3);
        assertThat(record().getActiveVersion()).isEqualTo(1);
        assertThat(rollout.stopCanary("m").version()).isEqualTo(3);
        assertThat(record().hasCanary()).isFalse();
        assertThat(problemOf(() -> rollout.stopCanary("m")).reason()).isEqualTo("NO_CANARY");
    }

    @Test
    void aCanaryOrShadowIsAnotherCoveredVersionOfTheName() {
        long filling = publisher.publish(TestModels.imported("m")).version();
        assertThat(problemOf(() -> rollout.setCanary("m", filling, 5)).reason()).isEqualTo("NO_ACTIVE_VERSION");
        registry.cover(filling, 0, 1);
        publisher.promote("m", filling);
        long other = covered(TestModels.imported("other"));
        long second = publisher.publish(TestModels.imported("m")).version();
        assertThat(problemOf(() -> rollout.setCanary("m", filling, 5)).reason()).isEqualTo("VERSION_ACTIVE");
        assertThat(problemOf(() -> rollout.setShadow("m", filling, 5)).reason()).isEqualTo("VERSION_ACTIVE");
        assertThat(problemOf(() -> rollout.setCanary("m", other, 5)).reason()).isEqualTo("VERSION_NOT_FOUND");
        assertThat(problemOf(() -> rollout.setCanary("m", second, 5)).reason()).isEqualTo("VERSION_NOT_COVERED");
        assertThat(problemOf(() -> rollout.setShadow("m", second, 5)).reason()).isEqualTo("VERSION_NOT_COVERED");
        assertThat(problemOf(() -> rollout.setCanary("nobody", 1, 5)).reason()).isEqualTo("MODEL_NOT_FOUND");
        for (double wrong : new double[] {-0.1, 100.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThat(problemOf(() -> rollout.setCanary("m", second, wrong)).message())
                    .startsWith("percent: ");
            assertThat(problemOf(() -> rollout.setShadow("m", second, wrong)).message())
                    .startsWith("percent: ");
        }
    }

    @Test
    void promotingACanaryOrShadowEndsItInTheSameRecord() {
        versions(3);
        rollout.setCanary("m", 2, 10);
        rollout.setShadow("m", 3, 10);
        int before = log.records().size();
        publisher.promote("m", 2);
        assertThat(log.records()).hasSize(before + 1);
        assertThat(record().getActiveVersion()).isEqualTo(2);
        assertThat(record().hasCanary()).isFalse();
        assertThat(record().getShadow().getVersion()).as("another version").isEqualTo(3);
        publisher.promote("m", 3);
        assertThat(record().hasShadow()).isFalse();
    }

    @Test
    void aRollbackToTheCanaryEndsIt() {
        versions(2);
        publisher.promote("m", 2);
        rollout.setCanary("m", 1, 10);
        publisher.rollback("m");
        assertThat(record().getActiveVersion()).isEqualTo(1);
        assertThat(record().hasCanary()).isFalse();
    }

    @Test
    void aVersionInUseIsNotRetired() {
        versions(5);
        rollout.setAlias("m", "stable", 2);
        rollout.setCanary("m", 3, 1);
        rollout.setShadow("m", 4, 1);
        for (long inUse = 1; inUse <= 4; inUse++) {
            long version = inUse;
            assertThat(problemOf(() -> publisher.retire("m", version)).reason()).isEqualTo("VERSION_IN_USE");
        }
        assertThat(problemOf(() -> publisher.retire("m", 2)).message()).contains("alias stable");
        assertThat(publisher.retire("m", 5).retired()).isTrue();
        int before = log.records().size();
        assertThat(publisher.retire("m", 5).retired()).isTrue();
        assertThat(log.records()).as("the same again writes nothing").hasSize(before);
        rollout.stopCanary("m");
        assertThat(publisher.retire("m", 3).retired()).isTrue();
        assertThat(problemOf(() -> publisher.retire("m", 99)).reason()).isEqualTo("VERSION_NOT_FOUND");
    }

    @Test
    void aRestartFindsEverythingAgain() {
        versions(4);
        rollout.setAlias("m", "stable", 1);
        rollout.setCanary("m", 2, 2.5);
        rollout.setShadow("m", 3, 75);
        publisher.retire("m", 4);
        ModelRegistry restarted = new ModelRegistry(new CoverageTable(1));
        log.replay(restarted);
        assertThat(restarted.catalog().alias("m")).isEqualTo(record());
        assertThat(restarted.catalog().versions()).isEqualTo(registry.catalog().versions());
    }

    @Test
    void aRecordOfAnEarlierReleaseHasNeitherAliasesNorCanaryNorShadow() throws Exception {
        // name "m", active 2, previous 1, greatest 2: fields 1 to 4, as releases before this one wrote them.
        byte[] written = {10, 1, 'm', 16, 2, 24, 1, 32, 2};
        ModelAlias read = ModelAlias.parseFrom(written);
        assertThat(read)
                .isEqualTo(ModelAlias.newBuilder()
                        .setName("m")
                        .setActiveVersion(2)
                        .setPreviousVersion(1)
                        .setGreatestVersion(2)
                        .build());
        assertThat(read.getAliasesMap()).isEmpty();
        assertThat(read.hasCanary() || read.hasShadow()).isFalse();
    }

    @Test
    void underManualActivationNothingBecomesActiveByItself() {
        long first = covered(TestModels.trained("m"));
        manual.tend();
        assertThat(record().getActiveVersion()).as("not even the first").isZero();
        publisher.promote("m", first);
        covered(TestModels.trained("m"));
        manual.tend();
        assertThat(record().getActiveVersion()).isEqualTo(first);
    }

    @Test
    void whileACanaryRunsNothingBecomesActiveByItself() {
        versions(2);
        rollout.setCanary("m", 2, 10);
        long trained = covered(TestModels.trained("m"));
        automatic.tend();
        assertThat(record().getActiveVersion()).isEqualTo(1);
        rollout.stopCanary("m");
        automatic.tend();
        assertThat(record().getActiveVersion()).isEqualTo(trained);
    }

    @Test
    void aRepeatedRequestIsAnsweredWithoutDoingItAgain() {
        versions(2);
        publisher.promote("m", 2);
        String id = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
        assertThat(publisher.rollback("m", id).version()).isEqualTo(1);
        assertThat(publisher.rollback("m", id).version()).isEqualTo(1);
        assertThat(publisher.rollback("m", "another").version()).isEqualTo(2);
        long imported = publisher.publish(TestModels.imported("m"), id).version();
        assertThat(publisher.publish(TestModels.imported("m"), id).version()).isEqualTo(imported);
        assertThat(publisher.publish(TestModels.imported("n"), id).version())
                .as("another name")
                .isEqualTo(imported + 1);
        ModelRegistry restarted = new ModelRegistry(new CoverageTable(1));
        log.replay(restarted);
        assertThat(Objects.requireNonNull(restarted.publishedBy("m", id)).version())
                .isEqualTo(imported);
    }

    private static ModelSnapshot madeAt(Instant time) {
        ModelSnapshot.Builder snapshot = TestModels.imported("m").toBuilder();
        snapshot.getProvenanceBuilder().setCreatedAtMs(time.toEpochMilli());
        return snapshot.build();
    }

    @Test
    void retentionIsByNumberCandidatesAndAge() {
        for (int day = 6; day >= 1; day--) {
            covered(madeAt(NOW.minus(Duration.ofDays(day))));
        }
        publisher.promote("m", 2);
        rollout.setAlias("m", "pinned", 4);
        Catalog catalog = registry.catalog();
        assertThat(expendable(catalog, new Retention(Retention.Mode.AUTOMATIC, 5, 2, null)))
                .as("5 and 6 are the newest candidates, 3 is not; 4 is aliased")
                .containsExactly(3L);
        assertThat(expendable(catalog, new Retention(Retention.Mode.AUTOMATIC, 1, 9, null)))
                .as("2 is active")
                .containsExactly(1L);
        assertThat(expendable(catalog, new Retention(Retention.Mode.AUTOMATIC, 9, 9, Duration.ofHours(60))))
                .as("older than two and a half days, and not in use")
                .containsExactly(1L, 3L);
        assertThat(expendable(catalog, new Retention(Retention.Mode.MANUAL, 1, 1, Duration.ofHours(1))))
                .isEmpty();
    }

    private static List<Long> expendable(Catalog catalog, Retention retention) {
        return retention.expendable(catalog, "m", NOW).stream()
                .map(ModelVersion::version)
                .toList();
    }
}
