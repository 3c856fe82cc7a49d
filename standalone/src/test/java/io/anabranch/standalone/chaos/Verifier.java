package io.anabranch.standalone.chaos;

import io.anabranch.model.v1.ModelSnapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares what a system wrote with what its acknowledged events say, in both directions: nothing is missing, nothing is there
 * twice, nothing is there that no event put there, and every number is right. Pure; any thread.
 *
 * @param partitions number of graph partitions
 * @param dimension width of a feature row
 * @param exactlyOnce false: an event's updates and dead letters may stand in their logs more than once, as at_least_once allows
 * @param latenessMs how late a fact may be, or {@link LateUpdates#ANY}; a bound needs exactly once, since it counts how often a fact comes
 */
record Verifier(int partitions, int dimension, boolean exactlyOnce, long latenessMs) {

    /** Greatest accepted |a - b| / (1 + max |b|) of an embedding, a vertex at a time. */
    static final double TOLERANCE = 1e-5;

    Findings verify(Ledger ledger, Recording recording) {
        Findings findings = new Findings();
        EventLog log = EventLog.of(ledger, recording.events(), findings);
        new UpdatesCheck(partitions, exactlyOnce).check(log, recording.updates(), findings);
        new DeadLettersCheck(exactlyOnce)
                .check(log, LateUpdates.of(recording.updates(), latenessMs), recording.deadLetters(), findings);
        FoldedGraph graph = fold(log, recording.updates());
        new GraphCheck(partitions, dimension).check(graph, recording.graph(), findings);
        ModelsTopic models = ModelsTopic.of(recording.models());
        if (models.live().isEmpty()) {
            findings.add("models", "no version is live, so no embedding could be compared");
        }
        new EmbeddingsCheck(partitions).check(expected(models, graph), recording.embeddings(), findings);
        new ProgressCheck(partitions).check(log, recording.embeddings(), findings);
        return findings;
    }

    /** The final graph, and what came before it. */
    FoldedGraph fold(EventLog log, List<LogRecord> updates) {
        GraphFold fold = new GraphFold(dimension);
        LateUpdates.of(updates, latenessMs).forEachInTime(log.accepted(), fold::write);
        return fold.result().with(HistoryFold.of(updates, latenessMs, partitions));
    }

    private static Map<Long, Map<String, double[]>> expected(ModelsTopic models, FoldedGraph graph) {
        Map<Long, Map<String, double[]>> expected = new TreeMap<>();
        for (ModelSnapshot model : models.live()) {
            expected.put(model.getVersion(), new DoubleForward(model, graph).embeddings());
        }
        return expected;
    }

    /** Relative error of a served vector; infinite where it has another width or is not finite. */
    static double error(List<Float> actual, double[] expected) {
        if (actual.size() != expected.length) {
            return Double.POSITIVE_INFINITY;
        }
        double scale = 1;
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            if (!Float.isFinite(actual.get(i))) {
                return Double.POSITIVE_INFINITY;
            }
            scale = Math.max(scale, 1 + Math.abs(expected[i]));
            worst = Math.max(worst, Math.abs(actual.get(i) - expected[i]));
        }
        return worst / scale;
    }
}
