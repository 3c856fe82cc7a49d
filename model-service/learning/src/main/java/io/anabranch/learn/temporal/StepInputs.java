package io.anabranch.learn.temporal;

import io.anabranch.graph.Part;
import io.anabranch.graph.history.GapCode;

/**
 * What a vertex's step tells the cell: the time since the vertex's step before, whether the vertex is the event's source, the event's features
 * (standardised by the training part), and the features of the other end. Never the other end's state: so all sequences can be read side by side.
 */
final class StepInputs {

    private final VertexSequences sequences;
    private final EventHistory history;
    private final VertexFeatures vertices;
    private final GapCode gaps;
    private final float[] means;
    private final float[] scales;
    private final Disturbance disturbance;

    StepInputs(VertexSequences sequences, ChronologicalSplit split, VertexFeatures vertices) {
        this.sequences = sequences;
        this.history = sequences.history();
        this.vertices = vertices;
        this.gaps = TimeGaps.of(history, split);
        this.means = new float[history.featureWidth()];
        this.scales = new float[history.featureWidth()];
        this.disturbance = Disturbance.none();
        standardise(split.end(Part.TRAIN));
    }

    private StepInputs(StepInputs known, VertexSequences log, Disturbance disturbance) {
        this.sequences = log;
        this.history = log.history();
        this.vertices = known.vertices;
        this.gaps = known.gaps;
        this.means = known.means;
        this.scales = known.scales;
        this.disturbance = disturbance;
    }

    /** The inputs of a disturbed log of the same events, in the same scales and with the noise of the disturbance. */
    StepInputs of(VertexSequences log, Disturbance disturbed) {
        return new StepInputs(this, log, disturbed);
    }

    int width() {
        return GapCode.WIDTH + 1 + history.featureWidth() + vertices.width();
    }

    /** The rows of a window: [total, width], row after row. */
    float[] rows(EventWindow window) {
        float[] rows = new float[window.packed().total() * width()];
        window.forEachRow((row, vertex, step) -> write(vertex, step, rows, row * width()));
        return rows;
    }

    /** Writes the code of the time since the vertex's last step before this time. */
    void writeGap(int vertex, double time, float[] target, int offset) {
        int before = sequences.before(vertex, time);
        double gap = before == sequences.first(vertex)
                ? Double.POSITIVE_INFINITY
                : time - history.time(sequences.event(before - 1));
        gaps.write(gap, target, offset);
    }

    private void write(int vertex, int step, float[] target, int offset) {
        int event = sequences.event(step);
        double gap = step == sequences.first(vertex)
                ? Double.POSITIVE_INFINITY
                : history.time(event) - history.time(sequences.event(step - 1));
        boolean source = history.source(event) == vertex;
        int at = offset;
        gaps.write(gap, target, at);
        at += GapCode.WIDTH;
        target[at++] = source ? 1 : 0;
        for (int i = 0; i < means.length; i++) {
            target[at++] = (history.feature(event, i) - means[i]) * scales[i];
        }
        vertices.write(source ? history.target(event) : history.source(event), target, at);
        disturbance.addNoise(step, target, offset, width());
    }

    private void standardise(int end) {
        for (int i = 0; i < means.length; i++) {
            double sum = 0;
            for (int e = 0; e < end; e++) {
                sum += history.feature(e, i);
            }
            double mean = sum / end;
            double squares = 0;
            for (int e = 0; e < end; e++) {
                squares += (history.feature(e, i) - mean) * (history.feature(e, i) - mean);
            }
            means[i] = (float) mean;
            scales[i] = squares > 0 ? (float) (1 / Math.sqrt(squares / end)) : 1;
        }
    }
}
