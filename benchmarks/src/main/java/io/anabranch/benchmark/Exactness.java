package io.anabranch.benchmark;

import io.anabranch.v1.NodeEmbedding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Compares what is served with what should be. */
final class Exactness {

    private static final int BATCH = 1_000;
    private static final double TOLERANCE = 1e-5;

    private Exactness() {}

    /** Prints the worst error; throws if it is above the tolerance or a vertex has no embedding. */
    static void compare(Service service, Map<String, double[]> expected) {
        List<String> ids = List.copyOf(expected.keySet());
        double worst = 0;
        int compared = 0;
        for (int from = 0; from < ids.size(); from += BATCH) {
            for (NodeEmbedding served : service.embeddings(ids.subList(from, Math.min(ids.size(), from + BATCH)))) {
                double[] row = Objects.requireNonNull(expected.get(served.getNodeId()));
                double scale = 1 + Arrays.stream(row).map(Math::abs).max().orElse(0);
                for (int j = 0; j < row.length; j++) {
                    worst = Math.max(worst, Math.abs(row[j] - served.getVector(j)) / scale);
                }
                compared++;
            }
        }
        System.out.printf(
                "Exactness: %,d of %,d embeddings compared with a double-precision forward pass on the final graph, worst relative error %.1e%n",
                compared, expected.size(), worst);
        if (worst > TOLERANCE || compared != expected.size()) {
            throw new IllegalStateException("The embeddings are not exact.");
        }
    }
}
