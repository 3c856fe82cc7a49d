package io.anabranch.learn.train;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.history.EventLog;
import io.anabranch.learn.history.GraphHistories;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Customers who buy at shops now and then. Whether the last two purchases of a customer were close in time is what the label says; features are noise, and
 * so is where they bought. Only who reads histories can know.
 */
record GapGraphs(GraphSnapshot snapshot, EventLog log) {

    static final String TASK = "close";

    private static final int CUSTOMERS = 240;
    private static final int SHOPS = 12;
    private static final int DIMENSION = 4;
    private static final long MINUTE = 60_000;

    TrainingGraph graph() {
        return TrainingGraph.of(snapshot, histories());
    }

    GraphHistories histories() {
        return log.of(snapshot);
    }

    static GapGraphs classes() {
        return of(close -> new LabelValue.OneClass(close ? "close" : "apart"));
    }

    static GapGraphs sets() {
        return of(close -> close
                ? LabelValue.ClassSet.of(List.of("close", "all"))
                : LabelValue.ClassSet.of(List.of("all", "apart")));
    }

    static GapGraphs targets() {
        return of(close -> new LabelValue.Target(close ? 30 : 10));
    }

    private static GapGraphs of(Function<Boolean, LabelValue> label) {
        SplittableRandom random = new SplittableRandom(17);
        GraphSnapshot.Builder graph = GraphSnapshot.builder(DIMENSION);
        EventLog log = new EventLog();
        for (int v = 0; v < CUSTOMERS + SHOPS; v++) {
            float[] noise = new float[DIMENSION];
            for (int j = 0; j < DIMENSION; j++) {
                noise[j] = (float) random.nextGaussian();
            }
            graph.node(id(v), "", FeatureVector.dense(noise));
        }
        for (int v = 0; v < CUSTOMERS; v++) {
            long time = random.nextInt(10_000) * MINUTE;
            boolean close = false;
            int purchases = 3 + random.nextInt(6);
            for (int i = 0; i < purchases; i++) {
                close = random.nextBoolean();
                time += close ? MINUTE + random.nextInt(60_000) : 600 * MINUTE + random.nextInt(600) * MINUTE;
                EdgeId edge = new EdgeId(id(v), id(CUSTOMERS + random.nextInt(SHOPS)), "day" + i);
                graph.edge(edge, 1);
                log.edge(edge, 1, time);
            }
            Part part = v % 4 < 2 ? Part.TRAIN : v % 4 == 2 ? Part.VALIDATION : Part.TEST;
            graph.label(id(v), new Label(TASK, label.apply(close), part));
        }
        return new GapGraphs(graph.build(), log);
    }

    private static String id(int vertex) {
        return (vertex < CUSTOMERS ? "customer" : "shop") + vertex;
    }
}
