package io.anabranch.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.standalone.chaos.Answers.Answer;
import io.anabranch.standalone.chaos.Answers.Refusal;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a reader may be told while there is trouble, and every way in which an answer can be wrong. */
class AnswerCheckTest {

    private static final int GREATEST_COUNT = 40;
    private static final int COUNTER = 1;

    private final ModelSnapshot model =
            RandomModel.ofKind(1, "m", EventMix.DIMENSION, new SplittableRandom(1)).toBuilder()
                    .setVersion(7)
                    .build();
    private final Answers answers = new Answers();
    private final Ledger ledger = ledger();

    /** The event of count n at offset 10 n. */
    private static Ledger ledger() {
        Ledger ledger = new Ledger();
        for (int count = 0; count <= GREATEST_COUNT; count++) {
            ledger.acknowledged(
                    ledger.sending(Probes.count(Probes.counterOf(count), count), Probes.counterOf(count)), 10L * count);
        }
        return ledger;
    }

    @Test
    void rightAnswersAndHonestRefusals() {
        served(7, "quiet-3", quiet("quiet-3"));
        served(7, Probes.sink(COUNTER), sinkAt(1));
        served(7, Probes.sink(COUNTER), sinkAt(9));
        served(7, Probes.sink(COUNTER), sinkAt(GREATEST_COUNT - 3));
        served(7, Probes.source(COUNTER), sourceAt(9), 129);
        served(7, "v12", quiet("quiet-1"));
        refused(Status.Code.UNAVAILABLE, "", "quiet-0");
        refused(Status.Code.DEADLINE_EXCEEDED, "", "quiet-0");
        refused(Status.Code.FAILED_PRECONDITION, "VERSION_RETIRED", "quiet-0");
        refused(Status.Code.NOT_FOUND, "NODE_NOT_FOUND", "v12");
        assertThat(findings(true).describe()).isEqualTo("nothing wrong");
    }

    @Test
    void anUnknownVersion() {
        served(8, "quiet-3", quiet("quiet-3"));
        assertWrong("version 8");
    }

    @Test
    void aVectorThatIsNotFiniteOrOfAnotherWidth() {
        List<Float> vector = new ArrayList<>(quiet("quiet-3"));
        vector.set(0, Float.NaN);
        served(7, "v3", vector);
        assertWrong("NaN");
    }

    @Test
    void anotherVectorOfAVertexThatNeverChanges() {
        served(7, "quiet-3", quiet("quiet-4"));
        assertWrong("never changes");
    }

    @Test
    void aCountThatNeverWas() {
        served(7, Probes.sink(COUNTER), sinkAt(GREATEST_COUNT + 1));
        assertWrong("at no count");
    }

    @Test
    void goingBack() {
        served(7, Probes.sink(COUNTER), sinkAt(9));
        served(7, Probes.sink(COUNTER), sinkAt(5));
        assertWrong("an earlier one than 9");
        assertThat(findings(false).clean())
                .as("at_least_once makes no such promise")
                .isTrue();
    }

    @Test
    void claimingToReflectMoreThanItDoes() {
        served(7, Probes.source(COUNTER), sourceAt(9), 130);
        assertWrong("claims to reflect 13");
    }

    @Test
    void denyingAVertexThatIsThereOrFailingInside() {
        refused(Status.Code.NOT_FOUND, "NODE_NOT_FOUND", "quiet-0");
        assertWrong("NOT_FOUND");
        refused(Status.Code.INTERNAL, "", "v1");
        assertWrong("INTERNAL");
    }

    private void assertWrong(String text) {
        assertThat(findings(true).describe()).contains("answers").contains(text);
    }

    private Findings findings(boolean monotonic) {
        Findings findings = new Findings();
        new AnswerCheck(List.of(model), CountOffsets.of(ledger, GREATEST_COUNT), monotonic).check(answers, findings);
        return findings;
    }

    private void served(long version, String vertex, List<Float> vector) {
        served(version, vertex, vector, -1);
    }

    private void served(long version, String vertex, List<Float> vector, long reflected) {
        answers.served(new Answer(0, version, vertex, vector, reflected));
    }

    private void refused(Status.Code code, String reason, String vertex) {
        answers.refused(new Refusal(code, reason, vertex));
    }

    private List<Float> quiet(String vertex) {
        return floats(new DoubleForward(model, Probes.quietGraph()).embeddings().get(vertex));
    }

    private List<Float> sourceAt(int count) {
        return at(Probes.source(COUNTER), count);
    }

    private List<Float> sinkAt(int count) {
        return at(Probes.sink(COUNTER), count);
    }

    private List<Float> at(String vertex, int count) {
        return floats(new DoubleForward(model, Probes.counterGraph(COUNTER, count))
                .embeddings()
                .get(vertex));
    }

    private static List<Float> floats(double @Nullable [] row) {
        return Arrays.stream(Objects.requireNonNull(row))
                .mapToObj(x -> (float) x)
                .toList();
    }
}
