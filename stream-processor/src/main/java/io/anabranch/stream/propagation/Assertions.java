package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import java.util.ArrayDeque;

/** Compares engines with recomputation, as the mode asks. */
final class Assertions {
    private static final int REMEMBERED_INPUTS = 20;
    private static final int BATCHES_PER_SAMPLE = 64;
    private static final int VERTICES_PER_SAMPLE = 4;

    private final AssertionMode mode;
    private final PartitionGraph graph;
    private final ArrayDeque<Object> lastInputs = new ArrayDeque<>();
    private long batches;
    private long compared;
    private double worst;

    Assertions(AssertionMode mode, PartitionGraph graph) {
        this.mode = mode;
        this.graph = graph;
    }

    void input(Object record) {
        if (mode == AssertionMode.FULL) {
            if (lastInputs.size() == REMEMBERED_INPUTS) {
                lastInputs.removeFirst();
            }
            lastInputs.addLast(record);
        }
    }

    /** Call when the engine has taken in a batch. */
    void check(Engine engine) {
        switch (mode) {
            case OFF -> {}
            case SAMPLED -> sample(engine);
            case FULL -> {
                var audit = new EngineAudit(engine, graph);
                graph.forEachExisting(v -> require(engine, audit.compare(v)));
            }
        }
    }

    private void sample(Engine engine) {
        var changed = engine.embeddingChanged();
        if (!changed.isEmpty() && batches++ % BATCHES_PER_SAMPLE == 0) {
            var audit = new EngineAudit(engine, graph);
            for (int i = 0; i < Math.min(VERTICES_PER_SAMPLE, changed.size()); i++) {
                note(audit.compare(changed.get(i)));
            }
        }
    }

    private void note(EngineAudit.Difference difference) {
        compared++;
        worst = Math.max(worst, difference.relative());
    }

    private void require(Engine engine, EngineAudit.Difference difference) {
        note(difference);
        if (!(difference.relative() <= EngineAudit.TOLERANCE)) {
            throw new IllegalStateException("The values of version %d are not exact: %s%nLast inputs:%n%s"
                    .formatted(engine.model().version(), difference, inputs()));
        }
    }

    private String inputs() {
        var text = new StringBuilder();
        for (var input : lastInputs) {
            text.append("  ").append(input).append('\n');
        }
        return text.toString();
    }

    long compared() {
        return compared;
    }

    double worst() {
        return worst;
    }
}
