package io.anabranch.serve.history;

import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.history.PredictionHistory.State;
import io.anabranch.serve.predict.EmbeddingListener;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.TaskKind;
import io.anabranch.serve.predict.TaskScorer;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes of the embeddings that are served, and the predictions that they meant. A change is: an embedding that comes, goes, or has
 * other values than before, read while its version was covered and after it was appended. So these are none: what a start reads of the topic, the
 * fill of a new version, and what a restarted processor sends again as it was. Scores are computed when somebody asks. Any thread.
 */
public final class EmbeddingHistory implements EmbeddingListener {

    /** States in an answer. */
    public static final int MAX_STATES = 1_000;

    private final Predictions predictions;
    private final EmbeddingView view;
    private final ModelRegistry registry;
    private final Clock clock;

    // Guarded by this, as all that follows. Null: none is kept.
    private final @Nullable ChangeRing ring;
    /** From when on changes of a version are kept. */
    private final Map<Long, Long> begun = new HashMap<>();
    /** Told by the view, but not yet whether it was there when this process began to read. */
    private @Nullable Change open;
    /** When what was there at the start was read last. */
    private long restoredMs;

    private long lastMs;

    /**
     * @param changes how many are kept, of all vertices together; 0: none
     * @param clock dates changes
     */
    public EmbeddingHistory(
            int changes,
            Predictions predictions,
            EmbeddingView view,
            ModelRegistry registry,
            Clock clock,
            MeterRegistry meters) {
        this.ring = changes == 0 ? null : new ChangeRing(changes);
        this.predictions = predictions;
        this.view = view;
        this.registry = registry;
        this.clock = clock;
        Gauge.builder("anabranch.history.changes", this, EmbeddingHistory::size)
                .description("Changes of embeddings that are kept for histories of predictions")
                .register(meters);
    }

    private synchronized int size() {
        return ring == null ? 0 : ring.size();
    }

    /** Hears of changes from now on. Once, before the feed starts. */
    public void start() {
        if (ring != null) {
            registry.onChange(this::begin);
            view.listen(this);
        }
    }

    private void begin() {
        for (ModelVersion version : registry.catalog().versions()) {
            if (!version.retired() && registry.coverage().complete(version.version())) {
                synchronized (this) {
                    begun.putIfAbsent(version.version(), now());
                }
            }
        }
    }

    /** Never before an earlier time, whatever the clock does. */
    private synchronized long now() {
        lastMs = Math.max(lastMs, clock.millis());
        return lastMs;
    }

    @Override
    public synchronized void changed(
            long version, String vertexId, @Nullable NodeVector before, @Nullable NodeVector now) {
        boolean same = before != null && now != null && before.hasValuesOf(now);
        if (!same && begun.containsKey(version)) {
            open = new Change(version, vertexId, now(), before, now);
        }
    }

    @Override
    public synchronized void read(int partition, long nextOffset, boolean live) {
        if (!live) {
            restoredMs = now();
        } else if (open != null && ring != null) {
            ring.add(open);
        }
        open = null;
    }

    @Override
    public synchronized void dropped(long version) {
        begun.remove(version);
        if (ring != null) {
            ring.drop(version);
        }
    }

    /**
     * What was predicted of a node, as far as it is known.
     *
     * @param task empty: the model's only classification or regression task
     * @throws io.anabranch.serve.ProblemException {@code HISTORY_OFF} where no changes are kept; where there is no such node and no change of one
     */
    public PredictionHistory of(ModelChoice choice, String task, String nodeId) {
        List<Violation> violations = new ArrayList<>();
        Predictions.checkId("node_id", 0, nodeId, violations);
        Predictions.throwIfAny(violations);
        if (ring == null) {
            throw Problem.unmet("HISTORY_OFF", "No changes are kept: anabranch.server.history.changes is 0.");
        }
        predictions.requireReady();
        ModelVersion version = predictions.version(choice.routedBy(nodeId), task, TaskKind.NODES);
        TaskScorer scorer = predictions.scorer(version, task, TaskKind.NODES);
        // Before the changes: of a vertex without any it is what has been served all the time.
        NodeVector served = view.of(version.version()).get(nodeId);
        ChangeRing.Chain chain;
        long since;
        synchronized (this) {
            // One state is that before the first change.
            chain = ring.of(version.version(), nodeId, MAX_STATES - 1);
            since = Math.max(
                    chain.lostMs(), Math.max(restoredMs, begun.computeIfAbsent(version.version(), v -> now())));
        }
        List<State> states = new ArrayList<>();
        if (chain.changes().isEmpty() && served == null) {
            throw Problem.missing(ResourceKind.NODE, nodeId, "Node %s is not in the graph.".formatted(nodeId));
        }
        NodeVector first =
                chain.changes().isEmpty() ? served : chain.changes().getFirst().before();
        for (Change change : chain.changes()) {
            if (change.timeMs() < since) {
                // While another partition was still being restored.
                first = change.now();
            } else {
                states.add(State.of(change.timeMs(), scorer, nodeId, change.now()));
            }
        }
        states.addFirst(State.of(0, scorer, nodeId, first));
        return new PredictionHistory(version.version(), scorer.task(), states, since);
    }
}
