package io.anabranch.stream.propagation;

import io.anabranch.graph.HistoryChanges;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.history.GapCode;
import io.anabranch.graph.history.IdentityCode;
import io.anabranch.graph.history.StepCode;
import io.anabranch.graph.history.StepList;
import io.anabranch.stream.frozen.HistoryCell;
import io.anabranch.stream.frozen.HistoryEncoder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The states that a model's history encoder has come to, one for each owned vertex with steps, whether or not it exists. After {@link #apply} each is, to the last
 * bit, what the encoder makes of the vertex's steps in their order from the first one on: where steps changed before those that a state contains, they
 * are undone one by one, and those that are there now follow. Steps that are too old to be undone cost reading the whole history again.
 *
 * <p>Not thread-safe.
 */
final class HistoryStates {
    /** Vertices that are looked at in a batch for steps that no longer need to be undone. */
    private static final int SETTLED_A_BATCH = 256;
    /** Every so many changes of what is shown count for its moments: those cost as much as a step. */
    private static final int CHANGES_A_SAMPLE = 8;

    private final long version;
    private final PartitionGraph graph;
    private final HistoryCheckpoints checkpoints;
    private final EngineTuning tuning;
    private final Set<Fault> faults;
    private final StepCode code;
    private final HistoryCell cell;
    private final int width;
    private final float[] step;
    private final float[] before;
    private final float[] after;
    private final ShownMoments moments;

    /** By ordinal. */
    private @Nullable EncodedHistory[] states = {};
    /** By number of an edge type: its place among those that the model knows, and its hash. */
    private int[] places = {};

    private long[] typeHashes = {};
    private int nextToSettle;

    private long advanced;
    private long undone;
    private long restarts;
    private long held;
    private long changes;

    HistoryStates(
            long version,
            HistoryEncoder encoder,
            PartitionGraph graph,
            HistoryCheckpoints checkpoints,
            EngineTuning tuning,
            Set<Fault> faults) {
        this.version = version;
        this.graph = graph;
        this.checkpoints = checkpoints;
        this.tuning = tuning;
        this.faults = faults;
        code = encoder.code();
        cell = encoder.newCell();
        width = encoder.width();
        step = new float[code.width()];
        before = new float[width];
        after = new float[width];
        moments = new ShownMoments(width);
    }

    // ---- reading

    /** Writes what the encoder shows of an owned vertex, zeros of one without steps. */
    void copy(int v, float[] target, int at) {
        var state = stateOf(v);
        if (state == null) {
            Arrays.fill(target, at, at + width, 0);
        } else {
            state.show(cell, target, at);
        }
    }

    /** What the encoder shows of all steps of a vertex, read from the first one on. */
    float[] fromScratch(int v) {
        float[] shown = new float[width];
        var fresh = new EncodedHistory(cell.stateLength());
        readOn(v, fresh);
        fresh.show(cell, shown, 0);
        return shown;
    }

    /** Steps that were read, those that were read again among them. */
    long advanced() {
        return advanced;
    }

    long undone() {
        return undone;
    }

    /** How often a history was read again from its first step on. */
    long restarts() {
        return restarts;
    }

    /** As how many units what was shown lately counts, see {@link ShownMoments}. */
    double degreesOfFreedom() {
        return moments.degreesOfFreedom();
    }

    /** How many checkpoints of an earlier life held. */
    long held() {
        return held;
    }

    // ---- writing

    /** Takes up all steps that are there, from checkpoints of an earlier life where they hold. */
    void start() {
        Map<String, HistoryCheckpoint> restored = checkpoints.take(version);
        for (int v = 0; v < graph.vertexCapacity(); v++) {
            if (graph.owned(v) && graph.steps(v).size() > 0) {
                var checkpoint = restored.get(graph.vertexId(v));
                var state = checkpoint == null ? new EncodedHistory(cell.stateLength()) : resumed(v, checkpoint);
                put(v, state);
                readOn(v, state);
                state.settle(horizon());
                store(v, state);
            }
        }
        restored.keySet().stream()
                .filter(id -> graph.ordinalOf(id) == PartitionGraph.NO_VERTEX || stateOf(graph.ordinalOf(id)) == null)
                .forEach(id -> checkpoints.forget(version, id));
    }

    private EncodedHistory resumed(int v, HistoryCheckpoint checkpoint) {
        if (!holds(v, checkpoint)) {
            return new EncodedHistory(cell.stateLength());
        }
        held++;
        return new EncodedHistory(checkpoint);
    }

    private boolean holds(int v, HistoryCheckpoint checkpoint) {
        StepList steps = graph.steps(v);
        if (checkpoint.state().length != cell.stateLength()
                || !faults.contains(Fault.CHECKPOINTS_TRUSTED) && checkpoint.steps() > steps.size()) {
            return false;
        }
        long digest = 0;
        for (int i = 0; i < Math.min(checkpoint.steps(), steps.size()); i++) {
            digest = EncodedHistory.digest(digest, told(steps, i));
        }
        return digest == checkpoint.digest() || faults.contains(Fault.CHECKPOINTS_TRUSTED);
    }

    /**
     * Brings the states up to the steps.
     *
     * @param changes since the last time
     * @param moved gets the vertices that exist and of which the encoder shows other bits now
     */
    void apply(HistoryChanges changes, VertexSet moved) {
        for (int i = 0; i < changes.size(); i++) {
            int v = changes.vertex(i);
            copy(v, before, 0);
            update(v, changes.unchanged(i));
            noteMove(v, moved);
        }
        settle();
    }

    /** Reads histories again from their first steps on, whatever there was. */
    void renew(VertexSet vertices, VertexSet moved) {
        for (int i = 0; i < vertices.size(); i++) {
            int v = vertices.get(i);
            var state = stateOf(v);
            if (state != null) {
                copy(v, before, 0);
                state.restart();
                readOn(v, state);
                noteMove(v, moved);
            }
        }
    }

    private void noteMove(int v, VertexSet moved) {
        copy(v, after, 0);
        if (changes++ % CHANGES_A_SAMPLE == 0) {
            moments.add(after);
        }
        if (graph.exists(v) && !Arrays.equals(before, after) && !faults.contains(Fault.HISTORIES_MOVE_NOBODY)) {
            moved.add(v);
        }
    }

    private void update(int v, int unchanged) {
        var state = stateOf(v);
        if (graph.steps(v).size() == 0) {
            drop(v, state);
            return;
        }
        if (state == null) {
            state = new EncodedHistory(cell.stateLength());
            put(v, state);
        }
        if (!faults.contains(Fault.LATE_STEPS_APPENDED)
                || state.steps() >= graph.steps(v).size()) {
            goBack(state, unchanged);
        }
        readOn(v, state);
        state.settle(horizon());
        if (state.steps() - state.stored() >= tuning.checkpointSteps() || state.steps() < state.stored()) {
            store(v, state);
        }
    }

    private void goBack(EncodedHistory state, int steps) {
        while (state.steps() > steps && state.canUndo()) {
            state.undo(cell, code, step);
            undone++;
        }
        if (state.steps() > steps) {
            state.restart();
            restarts++;
        }
    }

    private void readOn(int v, EncodedHistory state) {
        StepList steps = graph.steps(v);
        while (state.steps() < steps.size()) {
            state.advance(cell, code, told(steps, state.steps()), step);
            advanced++;
        }
    }

    private void store(int v, EncodedHistory state) {
        if (state.steps() >= tuning.checkpointSteps()) {
            if (state.steps() != state.stored()) {
                checkpoints.store(version, graph.vertexId(v), state.checkpoint());
            }
        } else if (state.stored() > 0) {
            state.unstored();
            checkpoints.forget(version, graph.vertexId(v));
        }
    }

    private void drop(int v, @Nullable EncodedHistory state) {
        if (state != null) {
            states[v] = null;
            if (state.stored() > 0) {
                checkpoints.forget(version, graph.vertexId(v));
            }
        }
    }

    /** The version is retired: none of its states is needed any more. */
    void retire() {
        for (int v = 0; v < states.length; v++) {
            drop(v, states[v]);
        }
    }

    private void settle() {
        long horizon = horizon();
        for (int i = Math.min(SETTLED_A_BATCH, states.length); i > 0; i--) {
            nextToSettle = nextToSettle < states.length ? nextToSettle : 0;
            var state = states[nextToSettle++];
            if (state != null) {
                state.settle(horizon);
            }
        }
    }

    /** Steps of before this time are not expected to change any more. */
    private long horizon() {
        long clock = graph.clock();
        return clock < PartitionGraph.NEVER + tuning.undoWindowMs()
                ? PartitionGraph.NEVER
                : clock - tuning.undoWindowMs();
    }

    private EncodedHistory.Told told(StepList steps, int i) {
        int type = steps.type(i);
        if (type >= places.length) {
            learnTypes();
        }
        return new EncodedHistory.Told(
                steps.time(i),
                i == 0 ? GapCode.NEVER : StepCode.gap(steps.time(i - 1), steps.time(i)),
                steps.source(i),
                places[type],
                steps.weight(i),
                IdentityCode.hash(graph.vertexId(steps.other(i))),
                typeHashes[type]);
    }

    private void learnTypes() {
        int known = places.length;
        places = Arrays.copyOf(places, graph.typeCount());
        typeHashes = Arrays.copyOf(typeHashes, places.length);
        for (int type = known; type < places.length; type++) {
            places[type] = code.place(graph.typeName(type));
            typeHashes[type] = IdentityCode.hash(graph.typeName(type));
        }
    }

    private @Nullable EncodedHistory stateOf(int v) {
        return v < states.length ? states[v] : null;
    }

    private void put(int v, EncodedHistory state) {
        if (v >= states.length) {
            states = Arrays.copyOf(states, Math.max(v + 1, states.length + states.length / 2 + 16));
        }
        states[v] = state;
    }
}
