package io.anabranch.graph.testkit;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeaturePatch;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.Provenance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Seeded random lists of mutations: adds, deletes and updates, duplicates, late and equal-time events, hubs, self-loops, parallel
 * edges of several types, edges that expire, nodes deleted and created again, nodes of which single columns are written, edges to ids that
 * were never upserted, and a few labels.
 *
 * <p>Features are Gaussian and distinct, dense or sparse or absent; weights are mostly 1, otherwise in [0, 2). Times are small
 * integers, so that they collide.
 */
public final class EventTraces {

    private static final String[] TYPES = {"", "pays", "knows", "owns"};

    private final RandomGenerator random;
    private final TraceShape shape;
    private final List<GraphMutation> trace = new ArrayList<>();
    private final List<EdgeId> edgesSeen = new ArrayList<>();

    private EventTraces(RandomGenerator random, TraceShape shape) {
        this.random = random;
        this.shape = shape;
    }

    /** A trace of a shape that is drawn at random too. */
    public static List<GraphMutation> mixed(RandomGenerator random, int featureDimension) {
        return of(random, TraceShape.mixed(random, featureDimension));
    }

    /** A trace of this shape. */
    public static List<GraphMutation> of(RandomGenerator random, TraceShape shape) {
        EventTraces traces = new EventTraces(random, shape);
        for (int i = 0; i < shape.events(); i++) {
            traces.trace.add(traces.event(traces.time(i)));
        }
        int duplicates = (int) (shape.duplicateShare() * shape.events());
        for (int i = 0; i < duplicates; i++) {
            int original = random.nextInt(traces.trace.size());
            int place = random.nextInt(original, traces.trace.size()) + 1;
            traces.trace.add(place, traces.trace.get(original));
        }
        return traces.trace;
    }

    /**
     * The trace with erasures in it, most of them of an edge event that was said before, some of one that comes later, or never.
     *
     * @param share of events that are followed by an erasure
     */
    public static List<GraphMutation> withErasures(List<GraphMutation> trace, RandomGenerator random, double share) {
        List<GraphMutation> result = new ArrayList<>();
        for (int i = 0; i < trace.size(); i++) {
            GraphMutation mutation = trace.get(i);
            result.add(mutation);
            if (random.nextDouble() < share
                    && trace.get(random.nextInt(random.nextInt(4) > 0 ? i + 1 : trace.size()))
                            instanceof GraphMutation.UpsertEdge said) {
                long erasedTime = random.nextInt(8) == 0 ? mutation.time() : said.time();
                result.add(new GraphMutation.EraseEdge(said.edge(), erasedTime, Math.max(erasedTime, mutation.time())));
            }
        }
        return result;
    }

    /** A feature row as traces have it: absent, sparse or dense. */
    public static @Nullable FeatureVector features(RandomGenerator random, int dimension) {
        if (dimension == 0 || random.nextInt(8) == 0) {
            return null;
        }
        boolean sparse = random.nextBoolean();
        float[] row = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            row[i] = sparse && random.nextInt(3) > 0 ? 0 : (float) random.nextGaussian();
        }
        return sparse ? FeatureVector.compact(row) : FeatureVector.dense(row);
    }

    /** New values for one or more columns, some of them zero. */
    public static FeaturePatch patch(RandomGenerator random, int dimension) {
        int[] columns = new int[dimension];
        float[] values = new float[dimension];
        int size = 0;
        int certain = random.nextInt(dimension);
        for (int column = 0; column < dimension; column++) {
            if (column == certain || random.nextInt(3) == 0) {
                columns[size] = column;
                values[size++] = random.nextInt(6) == 0 ? 0 : (float) random.nextGaussian();
            }
        }
        return FeaturePatch.of(dimension, Arrays.copyOf(columns, size), Arrays.copyOf(values, size));
    }

    private long time(int place) {
        double kind = random.nextDouble();
        if (kind < shape.lateShare()) {
            return 10L + random.nextInt(place + 1);
        }
        if (kind < shape.lateShare() + shape.equalTimeShare() && !trace.isEmpty()) {
            return trace.get(random.nextInt(trace.size())).time();
        }
        return 10L + place;
    }

    private GraphMutation event(long time) {
        double kind = random.nextDouble();
        if (kind < shape.nodeShare()) {
            if (shape.featureDimension() > 0 && random.nextDouble() < shape.patchShare()) {
                return new GraphMutation.PatchNode(anyVertex(), patch(random, shape.featureDimension()), time);
            }
            return new GraphMutation.UpsertNode(
                    anyVertex(),
                    random.nextBoolean() ? "" : "account",
                    features(random, shape.featureDimension()),
                    time);
        }
        kind -= shape.nodeShare();
        if (kind < shape.deleteShare()) {
            return kind < shape.deleteShare() / 3
                    ? new GraphMutation.RemoveNode(anyVertex(), time)
                    : new GraphMutation.RemoveEdge(knownEdge(), time);
        }
        if (kind < shape.deleteShare() + 0.03) {
            return label(time);
        }
        EdgeId edge = random.nextInt(4) == 0 ? knownEdge() : anyEdge();
        edgesSeen.add(edge);
        return new GraphMutation.UpsertEdge(
                edge,
                weight(),
                random.nextInt(5) == 0 ? Provenance.LEARNED : Provenance.OBSERVED,
                time,
                random.nextDouble() < shape.expiryShare()
                        ? time + 1 + random.nextInt(random.nextBoolean() ? 5 : 40)
                        : GraphMutation.NEVER_EXPIRES);
    }

    private GraphMutation label(long time) {
        String task = random.nextBoolean() ? "class" : "fraud";
        if (random.nextInt(4) == 0) {
            return new GraphMutation.RemoveLabel(anyVertex(), task, time);
        }
        String id = anyVertex();
        Label label = new Label(task, new LabelValue.OneClass("c" + random.nextInt(3)), Part.byHash(id, task));
        return new GraphMutation.SetLabel(id, label, time);
    }

    private float weight() {
        return random.nextInt(10) < 6 ? 1f : random.nextInt(10) == 0 ? 0f : random.nextFloat() * 2;
    }

    private EdgeId knownEdge() {
        return edgesSeen.isEmpty() ? anyEdge() : edgesSeen.get(random.nextInt(edgesSeen.size()));
    }

    private EdgeId anyEdge() {
        String source = anyVertex();
        String target = random.nextInt(20) == 0 ? source : anyVertex();
        return new EdgeId(source, target, TYPES[random.nextInt(Math.clamp(shape.edgeTypes(), 1, TYPES.length))]);
    }

    private String anyVertex() {
        int hubs = Math.min(shape.hubs(), shape.vertices());
        return "v" + (hubs > 0 && random.nextBoolean() ? random.nextInt(hubs) : random.nextInt(shape.vertices()));
    }
}
