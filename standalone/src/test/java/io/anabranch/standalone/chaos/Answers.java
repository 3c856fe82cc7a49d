package io.anabranch.standalone.chaos;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What readers were told while there was trouble, kept to be judged when the models are known. An answer equal to the one before
 * it is only counted. Any thread.
 */
final class Answers {

    /**
     * A vector that was served.
     *
     * @param reader answers of one reader follow each other
     * @param version model version that the answer named
     * @param reflected greatest offset, of the events partition that the vertex's own events go to, that the answer must
     *     reflect: it says so itself, or it was asked to; negative: none
     */
    record Answer(int reader, long version, String vertex, List<Float> vector, long reflected) {}

    /** A call that ended in an error. */
    record Refusal(Status.Code code, String reason, String vertex) {}

    private record Subject(int reader, long version, String vertex) {}

    private final List<Answer> changes = new ArrayList<>();
    private final Map<Subject, Answer> last = new HashMap<>();
    private final Map<Refusal, Integer> refusals = new HashMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    synchronized void served(Answer answer) {
        counts.merge("OK", 1, Integer::sum);
        Subject subject = new Subject(answer.reader, answer.version, answer.vertex);
        if (!answer.equals(last.put(subject, answer))) {
            changes.add(answer);
        }
    }

    synchronized void refused(Refusal refusal) {
        counts.merge(refusal.code + (refusal.reason.isEmpty() ? "" : " " + refusal.reason), 1, Integer::sum);
        refusals.merge(refusal, 1, Integer::sum);
    }

    /** Answers that differ from the one before, in order. */
    synchronized List<Answer> changes() {
        return List.copyOf(changes);
    }

    synchronized Map<Refusal, Integer> refusals() {
        return Map.copyOf(refusals);
    }

    /** Vectors and errors by kind. */
    synchronized Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }
}
