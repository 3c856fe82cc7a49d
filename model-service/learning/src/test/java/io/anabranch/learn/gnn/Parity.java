package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;

/** Vectors agree if |a - b| / (1 + max|b|) stays below a bound, per vertex. */
public final class Parity {

    private Parity() {}

    /** Returns how many vertices were compared. */
    public static int requireEqual(Embeddings actual, double[][] expected, double bound) {
        assertThat(actual.vertices()).isEqualTo(expected.length);
        for (int v = 0; v < expected.length; v++) {
            assertThat(actual.width()).isEqualTo(expected[v].length);
            double largest = 0;
            double difference = 0;
            for (int j = 0; j < expected[v].length; j++) {
                largest = Math.max(largest, Math.abs(expected[v][j]));
                difference = Math.max(difference, Math.abs(actual.value(v, j) - expected[v][j]));
            }
            assertThat(difference / (1 + largest)).as("vertex %d", v).isLessThanOrEqualTo(bound);
        }
        return expected.length;
    }
}
