package io.anabranch.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.model.v1.ModelSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The verifier accepts what a faultless system writes and refuses every single doctored place of it. */
class VerifierTest {

    private static final int EVENTS = 3_000;
    private static final int VERTICES = 80;
    private static final long LATENESS_MS = 20_000;

    private final IdealSystem ideal = ideal(LateUpdates.ANY);
    private final Verifier verifier = new Verifier(IdealSystem.PARTITIONS, EventMix.DIMENSION, true, LateUpdates.ANY);

    private static IdealSystem ideal(long latenessMs) {
        SplittableRandom random = new SplittableRandom(20_261_124);
        EventMix mix = new EventMix(random, VERTICES, latenessMs);
        List<Draft> drafts = new ArrayList<>(Probes.bootstrap());
        for (int i = 0; i < EVENTS; i++) {
            drafts.add(mix.next(1_700_000_000_000L + i));
        }
        List<ModelSnapshot> models = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            models.add(RandomModel.ofKind(i, "m", EventMix.DIMENSION, random).toBuilder()
                    .setVersion(i + 1)
                    .build());
        }
        return IdealSystem.of(drafts, models, latenessMs);
    }

    @Test
    void negativeControls() {
        NegativeControls.run(verifier, ideal.ledger(), ideal.recording());
    }

    @Test
    void comparesEverything() {
        Findings findings = verifier.verify(ideal.ledger(), ideal.recording());
        assertThat(findings.clean()).as(findings.describe()).isTrue();
        assertThat(findings.comparisons())
                .containsOnlyKeys("coverage", "dead letters", "embeddings", "events", "graph", "progress", "updates");
        assertThat(findings.comparisons().values()).allMatch(count -> count >= IdealSystem.PARTITIONS);
        assertThat(findings.worstError()).isGreaterThan(0).isLessThan(1e-6);
    }

    @Test
    void atLeastOnceMayWriteAnUpdateTwiceAndMayNotLoseOne() {
        Verifier lenient = new Verifier(IdealSystem.PARTITIONS, EventMix.DIMENSION, false, LateUpdates.ANY);
        Recording twice = ideal.recording().copy();
        twice.updates().add(twice.updates().getFirst());
        assertThat(lenient.verify(ideal.ledger(), twice).clean()).isTrue();
        NegativeControls.run(lenient, ideal.ledger(), ideal.recording());
    }

    @Test
    void factsThatAreTooLate() {
        IdealSystem late = ideal(LATENESS_MS);
        Verifier bound = new Verifier(IdealSystem.PARTITIONS, EventMix.DIMENSION, true, LATENESS_MS);
        assertThat(bound.verify(late.ledger(), late.recording()).describe()).isEqualTo("nothing wrong");
        assertThat(late.letters()).isGreaterThan(100);
        NegativeControls.run(bound, late.ledger(), late.recording());

        Recording without = late.recording().copy();
        without.deadLetters().removeIf(letter -> "LATE".equals(letter.headers().get("anabranch.reason")));
        assertThat(bound.verify(late.ledger(), without).failed())
                .as("late facts that nobody was told of")
                .containsExactly("dead letters");
        assertThat(verifier.verify(late.ledger(), late.recording()).failed())
                .as("facts that were refused and are not late")
                .contains("dead letters", "graph", "embeddings");
    }

    @Test
    void withoutALiveModelNothingIsProved() {
        Recording without = ideal.recording().copy();
        without.models().clear();
        assertThat(verifier.verify(ideal.ledger(), without).failed()).containsExactly("models");
    }
}
