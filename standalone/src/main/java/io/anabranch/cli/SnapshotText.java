package io.anabranch.cli;

import io.anabranch.snapshot.v1.Manifest;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a snapshot holds, in words. */
final class SnapshotText {

    private SnapshotText() {}

    static void print(PrintWriter out, OutputOptions output, Manifest manifest) {
        if (output.json()) {
            OutputOptions.print(out, manifest);
            return;
        }
        out.printf(
                "%,d nodes, %,d edges, %,d labels (deleted ones that are remembered among them), %,d records of models%n",
                manifest.getNodes(), manifest.getEdges(), manifest.getLabels(), manifest.getModelRecords());
        if (manifest.getSteps() > 0) {
            out.printf("%,d steps of histories (erased ones that are remembered among them)%n", manifest.getSteps());
        }
        if (manifest.getFeatureDimension() > 0) {
            out.printf("%d features%n", manifest.getFeatureDimension());
        }
        if (manifest.getEventsPositionsCount() > 0) {
            out.printf("events go on at %s%n", positions(manifest.getEventsPositionsList()));
        }
        out.flush();
    }

    /** As {@code --after} has them. */
    static String positions(List<Long> positions) {
        return IntStream.range(0, positions.size())
                .mapToObj(p -> p + ":" + positions.get(p))
                .collect(Collectors.joining(", "));
    }
}
