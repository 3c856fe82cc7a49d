package io.anabranch.learn.temporal;

import io.anabranch.graph.history.GapCode;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Parametric;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.recurrent.PrunableCell;
import io.anabranch.learn.recurrent.Recurrence;
import io.anabranch.learn.recurrent.RecurrentCell;
import io.anabranch.learn.spectral.SecondMoments;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Future links from event histories: a recurrent cell reads each vertex's own events, and {@link LinkHead} judges a candidate by what both ends
 * remember before the candidate's time. As no end's input is another end's state, the events of a window are read side by side, and an epoch
 * costs one pass over the events. Owns its parameters: close it. Not thread-safe.
 */
public final class TemporalLinkModel implements Parametric, LinkScorer {

    private static final DataType TYPE = DataType.FLOAT32;
    /** Candidates scored at a time in inference: bounds memory. */
    private static final int CHUNK = 8_192;
    /** Events to a window in inference, where the size is a matter of speed alone. */
    private static final int INFERENCE_WINDOW = 8_192;

    /** What is read. */
    private final VertexSequences sequences;
    /** What happened: whose times candidates are judged at. */
    private final EventHistory history;

    private final VertexFeatures features;
    private final StepInputs inputs;
    private final Dropout dropout;
    private final @Nullable Recurrence recurrence;
    private final @Nullable GraphRows graph;
    private final LinkHead head;
    private final int inferenceWindow;

    private TemporalLinkModel(
            VertexSequences sequences,
            EventHistory history,
            VertexFeatures features,
            StepInputs inputs,
            Dropout dropout,
            @Nullable Recurrence recurrence,
            @Nullable GraphRows graph,
            LinkHead head,
            int inferenceWindow) {
        this.sequences = sequences;
        this.history = history;
        this.features = features;
        this.inputs = inputs;
        this.dropout = dropout;
        this.recurrence = recurrence;
        this.graph = graph;
        this.head = head;
        this.inferenceWindow = inferenceWindow;
    }

    /** A model with random weights, a function of the options' seed. What it knows of times and features comes from the split's training part. */
    public static TemporalLinkModel create(
            VertexSequences sequences, ChronologicalSplit split, VertexFeatures features, TemporalOptions options) {
        if (features.vertices() != sequences.history().vertices()) {
            throw new IllegalArgumentException("There are features of (%d) vertices for a history of (%d)."
                    .formatted(features.vertices(), sequences.history().vertices()));
        }
        RandomGenerator random = new SplittableRandom(options.seed());
        StepInputs inputs = new StepInputs(sequences, split, features);
        CellSource source = options.cell();
        RecurrentCell cell =
                source == null ? null : source.create("cell", TYPE, inputs.width(), options.width(), random);
        int remembered = cell == null ? 0 : cell.outputWidth();
        GraphOptions wanted = options.graph();
        Dropout dropout = new Dropout(options.dropout());
        GraphRows graph = wanted == null
                ? null
                : GraphRows.create(
                        wanted, TYPE, remembered, PairHistory.of(sequences.history()), features, dropout, random);
        LinkHead head = LinkHead.create(
                TYPE,
                remembered + features.width(),
                features.width(),
                options.hidden(),
                options.rank(),
                wanted == null ? 0 : wanted.width(),
                random);
        return new TemporalLinkModel(
                sequences,
                sequences.history(),
                features,
                inputs,
                dropout,
                cell == null ? null : new Recurrence(cell, options.noise(), options.activations()),
                graph,
                head,
                // A graph is as old at most as half a window; it should not be older than it was in training.
                graph == null ? INFERENCE_WINDOW : options.window());
    }

    /** Scores with the states that the whole past up to each candidate's time leaves behind, under the weights of now. */
    @Override
    public float[] scores(LinkQueries queries) {
        float[] scores = new float[queries.size()];
        if (scores.length == 0) {
            return scores;
        }
        VertexStates states = freshStates();
        int next = 0;
        int end = endOfReading(queries.event(queries.size() - 1));
        try (TensorScope memory = TensorScope.open()) {
            for (EventWindow window : EventWindow.cut(sequences, 0, end, inferenceWindow)) {
                int first = next;
                while (next < scores.length && history.time(queries.event(next)) <= window.reach(end)) {
                    next++;
                }
                try (TensorScope scope = memory.openChild()) {
                    score(new Tape(scope), window, states, queries, first, next, scores);
                }
            }
        }
        return scores;
    }

    /**
     * The same model where what it reads of events, the times since the last ones too, is a disturbed log of them. Candidates and their times stay.
     * Shares the weights: valid until this model is closed.
     *
     * @throws IllegalArgumentException if no event is left, or a graph encoder reads the events too
     */
    public LinkScorer reading(Disturbance disturbance) {
        return reader(disturbance)::scores;
    }

    /** See {@link #reading}; not to be closed. */
    TemporalLinkModel reader(Disturbance disturbance) {
        if (graph != null) {
            throw new IllegalArgumentException(
                    "A graph encoder cannot read a disturbed log (%s); allowed: models without a graph."
                            .formatted(disturbance));
        }
        VertexSequences log = VertexSequences.of(disturbance.log(history));
        return new TemporalLinkModel(
                log, history, features, inputs.of(log, disturbance), dropout, recurrence, null, head, inferenceWindow);
    }

    /** What is read up to the time of an event, in windows of at least that many events each. */
    List<EventWindow> windows(int event, int size) {
        return EventWindow.cut(sequences, 0, endOfReading(event), size);
    }

    /** One behind what is read up to the time of an event; at least one. */
    int endOfReading(int event) {
        return Math.max(1, sequences.history().until(history.time(event)));
    }

    /**
     * What is known of every event when it has just happened: the encoded times since the events before of its source and of its target, and what
     * the source remembers with this event.
     */
    public EventRows eventRows() {
        int remembered = recurrence == null ? 0 : recurrence.cell().outputWidth();
        EventRows rows = new EventRows(history.events(), 2 * GapCode.WIDTH + remembered);
        for (int e = 0; e < history.events(); e++) {
            inputs.writeGap(history.source(e), history.time(e), rows.values(), rows.offset(e));
            inputs.writeGap(history.target(e), history.time(e), rows.values(), rows.offset(e) + GapCode.WIDTH);
        }
        if (recurrence != null) {
            writeOutputs(recurrence, rows, 2 * GapCode.WIDTH);
        }
        return rows;
    }

    /** The cell where units of it can be left out, and who reads it. */
    PrunableCell prunableCell() {
        if (recurrence == null || !(recurrence.cell() instanceof PrunableCell cell)) {
            throw new IllegalArgumentException("No units can be left out of the encoder (%s); allowed: gated cells."
                    .formatted(
                            recurrence == null
                                    ? "none"
                                    : recurrence.cell().getClass().getSimpleName()));
        }
        if (graph != null) {
            throw new IllegalArgumentException(
                    "No units can be left out of an encoder that a graph encoder reads; allowed: models without a graph.");
        }
        return cell;
    }

    LinkHead head() {
        return head;
    }

    /** What the cell shows after each step of the events before one of them. */
    SecondMoments moments(int end) {
        Recurrence cells = Objects.requireNonNull(recurrence);
        int width = cells.cell().outputWidth();
        SecondMoments moments = SecondMoments.of(width);
        forEachWindow(cells, end, (window, outputs) -> {
            for (int at = 0; at < outputs.length; at += width) {
                moments.add(outputs, at);
            }
        });
        return moments;
    }

    /** Likewise of what another cell shows of the same events, with what this model's shows behind it: [out of the other + out]. */
    SecondMoments momentsBeside(RecurrentCell other, int end) {
        Recurrence cells = Objects.requireNonNull(recurrence);
        Recurrence others = like(cells, other);
        int width = cells.cell().outputWidth();
        int otherWidth = other.outputWidth();
        SecondMoments moments = SecondMoments.of(otherWidth + width);
        VertexStates states = new VertexStates(history.vertices(), other.stateWidth());
        float[] both = new float[otherWidth + width];
        forEachWindow(cells, end, (window, outputs) -> {
            float[] shown = shown(others, window, states);
            for (int row = 0; row < window.packed().total(); row++) {
                System.arraycopy(shown, row * otherWidth, both, 0, otherWidth);
                System.arraycopy(outputs, row * width, both, otherWidth, width);
                moments.add(both, 0);
            }
        });
        return moments;
    }

    /** The same model with another cell and a head that reads it, which it owns. */
    TemporalLinkModel with(RecurrentCell cell, LinkHead reading) {
        return new TemporalLinkModel(
                sequences,
                history,
                features,
                inputs,
                dropout,
                like(Objects.requireNonNull(recurrence), cell),
                graph,
                reading,
                inferenceWindow);
    }

    private static Recurrence like(Recurrence cells, RecurrentCell other) {
        return new Recurrence(other, cells.noise(), cells.activations());
    }

    private void writeOutputs(Recurrence cells, EventRows rows, int offset) {
        int width = cells.cell().outputWidth();
        forEachWindow(
                cells,
                history.events(),
                (window, outputs) -> window.forEachRow((row, vertex, step) -> {
                    int event = sequences.event(step);
                    if (history.source(event) == vertex) {
                        System.arraycopy(outputs, row * width, rows.values(), rows.offset(event) + offset, width);
                    }
                }));
    }

    /** What the cell shows after each step, [total, out] row after row, of the windows before an event. */
    private void forEachWindow(Recurrence cells, int end, BiConsumer<EventWindow, float[]> receiver) {
        VertexStates states = freshStates();
        for (EventWindow window : EventWindow.cut(sequences, 0, end, INFERENCE_WINDOW)) {
            receiver.accept(window, shown(cells, window, states));
        }
    }

    /** Of one window; moves the states behind it. */
    private float[] shown(Recurrence cells, EventWindow window, VertexStates states) {
        try (TensorScope scope = TensorScope.open()) {
            return read(cells, new Tape(scope), window, states, Pass.inference())
                    .value()
                    .toFloats();
        }
    }

    /** The state of every vertex before the first event. */
    VertexStates freshStates() {
        return new VertexStates(
                history.vertices(), recurrence == null ? 0 : recurrence.cell().stateWidth());
    }

    /**
     * The logits of a window's candidates, [q, 1], whose gradients reach back to the window's first event.
     *
     * @param states before the window; after the call, behind it
     */
    Variable logits(Tape tape, EventWindow window, VertexStates states, LinkQueries queries, Pass pass) {
        WindowRows rows = WindowRows.of(window, history, queries, 0, queries.size());
        return logits(ends(tape, rows, states, pass), rows, queries, 0, queries.size(), pass);
    }

    /** Moves the states behind a window that nothing is asked of. */
    void pass(Tape tape, EventWindow window, VertexStates states, Pass pass) {
        if (recurrence != null) {
            read(recurrence, tape, window, states, pass);
        }
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>(head.parameters());
        if (recurrence != null) {
            parameters.addAll(recurrence.cell().parameters());
        }
        if (graph != null) {
            parameters.addAll(graph.parameters());
        }
        return parameters;
    }

    private void score(
            Tape tape, EventWindow window, VertexStates states, LinkQueries queries, int from, int to, float[] scores) {
        WindowRows rows = WindowRows.of(window, history, queries, from, to);
        LinkHead.Ends ends = ends(tape, rows, states, Pass.inference());
        for (int first = from; first < to; first += CHUNK) {
            try (TensorScope step = tape.scope().openChild()) {
                int end = Math.min(to, first + CHUNK);
                Variable logits = logits(ends.on(new Tape(step)), rows, queries, first, end, Pass.inference());
                logits.value().copyInto(scores, first);
            }
        }
    }

    /** Reads a window: its rows, multiplied for the head. */
    private LinkHead.Ends ends(Tape tape, WindowRows rows, VertexStates states, Pass pass) {
        EventWindow window = rows.window();
        int[] vertices = rows.vertices();
        float[] values = new float[vertices.length * features.width()];
        for (int i = 0; i < vertices.length; i++) {
            features.write(vertices[i], values, i * features.width());
        }
        Variable x = tape.constant(Tensor.of(tape.scope(), vertices.length, features.width(), values));
        if (recurrence == null) {
            Variable nothing = tape.constant(Tensor.zeros(tape.scope(), TYPE, history.vertices(), 0));
            return head.ends(x, x, graph == null ? null : graph.rows(tape, window, nothing, nothing, pass));
        }
        int width = recurrence.cell().outputWidth();
        Variable before = tape.constant(states.rows(tape.scope(), TYPE, rows.carried(), width));
        Variable all = graph == null ? before : tape.constant(states.all(tape.scope(), TYPE, width));
        Variable outputs = read(recurrence, tape, window, states, pass);
        Variable remembered = before.rows() == 0 ? outputs : outputs.concatRows(before);
        return head.ends(
                remembered.concatColumns(x), x, graph == null ? null : graph.rows(tape, window, all, outputs, pass));
    }

    /** What the cell shows after each step of a window; moves the states behind it. */
    private Variable read(Recurrence cells, Tape tape, EventWindow window, VertexStates states, Pass pass) {
        TensorScope scope = tape.scope();
        Tensor initial =
                states.rows(scope, TYPE, window.vertices(), cells.cell().stateWidth());
        Tensor events = Tensor.of(scope, window.packed().total(), inputs.width(), inputs.rows(window));
        Recurrence.Steps steps = cells.everyStep(pass, window.packed(), tape.constant(events), tape.constant(initial));
        states.put(window.vertices(), steps.last().value());
        return steps.outputs();
    }

    /** The logits of the candidates {@code from} to below {@code to}, which are among those of the rows. */
    private Variable logits(LinkHead.Ends ends, WindowRows rows, LinkQueries queries, int from, int to, Pass pass) {
        float[] gaps = new float[(to - from) * 2 * GapCode.WIDTH];
        int[] graphSources = new int[graph == null ? 0 : to - from];
        int[] graphTargets = new int[graphSources.length];
        for (int q = from; q < to; q++) {
            double time = history.time(queries.event(q));
            int at = (q - from) * 2 * GapCode.WIDTH;
            inputs.writeGap(queries.source(q), time, gaps, at);
            inputs.writeGap(queries.target(q), time, gaps, at + GapCode.WIDTH);
            if (graph != null) {
                graphSources[q - from] = graph.row(rows.window(), queries.event(q), queries.source(q));
                graphTargets[q - from] = graph.row(rows.window(), queries.event(q), queries.target(q));
            }
        }
        Tensor encoded = Tensor.of(ends.source().tape().scope(), to - from, 2 * GapCode.WIDTH, gaps);
        LinkHead.Candidates candidates = new LinkHead.Candidates(
                rows.sources(from, to), rows.targets(from, to), graphSources, graphTargets, encoded);
        return head.logits(ends, candidates, dropout, pass);
    }
}
