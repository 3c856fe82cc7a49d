package io.anabranch.benchmark;

import io.anabranch.stream.propagation.EngineHarness;

/**
 * The greatest difference of an engine's embeddings from those in double precision, over all vertices and columns.
 *
 * @param relative to {@code 1 + max |h|} of the vertex's row
 * @param absolute as it is
 * @param greatest number in any embedding
 */
record EngineError(double relative, double absolute, double greatest, int vertices) {

    static EngineError of(EngineHarness engine, DoubleForward forward) {
        double[][] expected = forward.embeddings();
        double relative = 0;
        double absolute = 0;
        double greatest = 0;
        for (int v = 0; v < expected.length; v++) {
            float[] kept = engine.embedding(v);
            double difference = 0;
            double size = 0;
            for (int i = 0; i < kept.length; i++) {
                double off = Math.abs(kept[i] - expected[v][i]);
                difference = Math.max(difference, Double.isNaN(off) ? Double.POSITIVE_INFINITY : off);
                size = Math.max(size, Math.abs(expected[v][i]));
            }
            relative = Math.max(relative, difference / (1 + size));
            absolute = Math.max(absolute, difference);
            greatest = Math.max(greatest, size);
        }
        return new EngineError(relative, absolute, greatest, expected.length);
    }
}
