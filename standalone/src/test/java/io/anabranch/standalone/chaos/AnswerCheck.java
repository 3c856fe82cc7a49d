package io.anabranch.standalone.chaos;

import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.standalone.chaos.Answers.Answer;
import io.anabranch.standalone.chaos.Answers.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Judges what readers were told: each vector is of a version that was published, has its width, is finite, and of a probe it is
 * a right one; each error says that an answer is not possible now, and none denies what is there.
 */
final class AnswerCheck {

    private static final String CHECK = "answers";

    /** Reasons, with FAILED_PRECONDITION, that a reader may be given while versions come and go and partitions restart. */
    private static final Set<String> NOT_NOW = Set.of("VERSION_NOT_COVERED", "VERSION_RETIRED", "NO_ACTIVE_VERSION");

    private final Map<Long, ModelSnapshot> models = new HashMap<>();
    private final CountOffsets counts;
    private final boolean monotonic;
    private final Map<Long, Map<String, double[]>> quiet = new HashMap<>();
    private final Map<CounterAt, Map<String, double[]>> counted = new HashMap<>();
    private final Map<Seen, Integer> leastCount = new HashMap<>();

    private record CounterAt(long version, int counter, int count) {}

    private record Seen(int reader, long version, String vertex) {}

    /**
     * @param published every version that there ever was
     * @param counts of the counters, and where their events lie
     * @param monotonic whether a reader may not see an earlier count than before
     */
    AnswerCheck(List<ModelSnapshot> published, CountOffsets counts, boolean monotonic) {
        published.forEach(model -> models.put(model.getVersion(), model));
        this.counts = counts;
        this.monotonic = monotonic;
    }

    void check(Answers answers, Findings findings) {
        for (Answer answer : answers.changes()) {
            judge(answer, findings);
        }
        answers.refusals().forEach((refusal, count) -> judge(refusal, count, findings));
        findings.compared(
                CHECK, answers.counts().values().stream().mapToInt(i -> i).sum());
    }

    private void judge(Answer answer, Findings findings) {
        ModelSnapshot model = models.get(answer.version());
        if (model == null) {
            findings.add(CHECK, "%s was answered by version %d, which is none", answer.vertex(), answer.version());
            return;
        }
        int width =
                model.getSpec().getLayers(model.getSpec().getLayersCount() - 1).getOutputWidth();
        if (answer.vector().size() != width || !answer.vector().stream().allMatch(Float::isFinite)) {
            findings.add(
                    CHECK, "%s has the vector %s of version %d", answer.vertex(), answer.vector(), answer.version());
            return;
        }
        double[] still = quiet(model).get(answer.vertex());
        if (still != null) {
            double error = Verifier.error(answer.vector(), still);
            if (error > Verifier.TOLERANCE) {
                findings.add(
                        CHECK,
                        "%s, which never changes, was %s under version %d (relative error %.1e)",
                        answer.vertex(),
                        answer.vector(),
                        answer.version(),
                        error);
            }
        }
        for (int counter = 0; counter < Probes.COUNTERS; counter++) {
            if (answer.vertex().equals(Probes.source(counter))
                    || answer.vertex().equals(Probes.sink(counter))) {
                counter(counter, model, answer, findings);
            }
        }
    }

    private void counter(int counter, ModelSnapshot model, Answer answer, Findings findings) {
        Seen seen = new Seen(answer.reader(), answer.version(), answer.vertex());
        int least = monotonic ? leastCount.getOrDefault(seen, 0) : 0;
        int claimed = counts.reflectedBy(counter, answer.reflected());
        int found = find(counter, model, answer, Math.max(least, claimed));
        if (found >= 0) {
            leastCount.put(seen, found);
            return;
        }
        int actual = find(counter, model, answer, 0);
        findings.add(
                CHECK,
                "%s was %s (version %d): %s",
                answer.vertex(),
                answer.vector(),
                answer.version(),
                actual < 0
                        ? "it was so at no count"
                        : actual < least
                                ? "count %d, an earlier one than %d, seen before".formatted(actual, least)
                                : "count %d, but the answer claims to reflect %d".formatted(actual, claimed));
    }

    /** Least count from {@code from} on at which the vertex has this vector; -1: none. */
    private int find(int counter, ModelSnapshot model, Answer answer, int from) {
        for (int count = from; count <= counts.greatest(); count++) {
            if (count > 0 && Probes.counterOf(count) != counter) {
                continue;
            }
            int at = count;
            double[] row = counted.computeIfAbsent(
                            new CounterAt(model.getVersion(), counter, count),
                            key -> new DoubleForward(model, Probes.counterGraph(counter, at)).embeddings())
                    .get(answer.vertex());
            if (Verifier.error(answer.vector(), Objects.requireNonNull(row)) <= Verifier.TOLERANCE) {
                return count;
            }
        }
        return -1;
    }

    private Map<String, double[]> quiet(ModelSnapshot model) {
        return quiet.computeIfAbsent(
                model.getVersion(), v -> new DoubleForward(model, Probes.quietGraph()).embeddings());
    }

    private static void judge(Refusal refusal, int count, Findings findings) {
        boolean fine = switch (refusal.code()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED -> true;
            case FAILED_PRECONDITION -> NOT_NOW.contains(refusal.reason());
            // Vertices of the load come and go; probes never do.
            case NOT_FOUND -> refusal.vertex().startsWith("v");
            default -> false;
        };
        if (!fine) {
            findings.add(CHECK, "%d times for %s: %s %s", count, refusal.vertex(), refusal.code(), refusal.reason());
        }
    }
}
