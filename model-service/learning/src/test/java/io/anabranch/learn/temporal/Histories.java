package io.anabranch.learn.temporal;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.anabranch.graph.snapshot.DataSetFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Histories to test with. */
final class Histories {

    private Histories() {}

    /** Events "source target time", without features and labels. */
    static EventHistory of(int vertices, int[]... events) {
        float[] labels = new float[events.length];
        Arrays.fill(labels, Float.NaN);
        return EventHistory.of(
                vertices,
                Arrays.stream(events).mapToInt(event -> event[0]).toArray(),
                Arrays.stream(events).mapToInt(event -> event[1]).toArray(),
                Arrays.stream(events).mapToDouble(event -> event[2]).toArray(),
                0,
                new float[0],
                labels);
    }

    /** Skewed, with ties in time, repeated pairs, both directions and edges from a vertex to itself; two features an event. */
    static EventHistory random(int vertices, int events, RandomGenerator random) {
        int[] sources = new int[events];
        int[] targets = new int[events];
        double[] times = new double[events];
        float[] features = new float[2 * events];
        float[] labels = new float[events];
        for (int e = 0; e < events; e++) {
            sources[e] = (int) (vertices * Math.pow(random.nextDouble(), 2));
            targets[e] = (int) (vertices * Math.pow(random.nextDouble(), 3));
            times[e] = (e == 0 ? 0 : times[e - 1]) + random.nextInt(3);
            features[2 * e] = (float) random.nextGaussian();
            features[2 * e + 1] = (float) random.nextGaussian();
            labels[e] = random.nextInt(5) == 0 ? 1 : 0;
        }
        return EventHistory.of(vertices, sources, targets, times, 2, features, labels);
    }

    /** The first events of a published data set; the test is skipped where it is not there. */
    static EventHistory published(String name) throws IOException {
        Path folder = Path.of(System.getProperty("anabranch.data.sets", "../shared/data"), name);
        assumeThat(folder)
                .as("The data set %s is not there; see the system property anabranch.data.sets.", name)
                .isDirectory();
        return EventHistory.of(DataSetFolder.open(folder).timedEdges());
    }
}
