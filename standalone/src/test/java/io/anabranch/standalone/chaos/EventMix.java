package io.anabranch.standalone.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.LabelDelete;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodePatch;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.Provenance;
import io.anabranch.event.v1.Recompute;
import io.anabranch.event.v1.SparseFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A seeded stream of events of every kind: nodes, edges and labels made, changed, patched and removed; edges that expire, vertices that are to be computed anew; hubs, self-loops, parallel types,
 * undirected edges, vertices known by an edge alone, late and equal times, no time at all, the same event twice, JSON, and
 * records that must become dead letters. What comes next depends on the seed and on the clock readings that are passed in.
 * One thread.
 *
 * <p>Another kind of event is another row of {@link #KINDS}.
 */
final class EventMix {

    static final int DIMENSION = 8;

    private static final int HUBS = 6;
    private static final int REMEMBERED = 400;
    private static final long LATEST_MS = 30_000;
    private static final long LONGEST_LIFE_MS = 60_000;
    private static final String[] TYPES = {"", "pays", "knows"};

    /** How often a kind of event comes, in parts of 1,000, and how one is made. */
    private record Kind(int share, Maker maker) {}

    private interface Maker {
        Routed make(EventMix mix);
    }

    /** An event without id and time, and its route. */
    private record Routed(GraphEvent.Builder event, String route) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(230, EventMix::nodeUpsert),
            new Kind(60, EventMix::nodePatch),
            new Kind(25, EventMix::nodeDelete),
            new Kind(420, EventMix::edgeUpsert),
            new Kind(120, EventMix::reweight),
            new Kind(150, EventMix::edgeDelete),
            new Kind(40, EventMix::labelUpsert),
            new Kind(15, EventMix::labelDelete),
            new Kind(30, EventMix::edgeErase),
            new Kind(20, EventMix::recompute));

    private static final int ALL_SHARES = KINDS.stream().mapToInt(Kind::share).sum();

    private final RandomGenerator random;
    private final int vertices;
    private final long latenessMs;
    private final List<Draft> recent = new ArrayList<>();
    private final List<EdgeUpsert> edges = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private long made;

    /** @param latenessMs some events are about this much late, or {@link LateUpdates#ANY} */
    EventMix(RandomGenerator random, int vertices, long latenessMs) {
        this.latenessMs = latenessMs;
        this.random = random;
        this.vertices = vertices;
    }

    /** @param nowMs about the present time, which event times stay near */
    Draft next(long nowMs) {
        int kind = random.nextInt(1000);
        if (kind < 15) {
            return Malformed.any(random, made++, nowMs);
        }
        if (kind < 60 && !recent.isEmpty()) {
            return recent.get(random.nextInt(recent.size()));
        }
        Draft draft = fresh(nowMs);
        remember(recent, draft);
        return draft;
    }

    private Draft fresh(long nowMs) {
        Routed routed = draw().make(this);
        GraphEvent.Builder event = routed.event.setEventId("e-" + made++);
        if (event.hasEdgeErase()) {
            event.setEventTimeMs(Math.max(nowMs, event.getEdgeErase().getErasedTimeMs()));
        } else if (random.nextInt(50) > 0) {
            event.setEventTimeMs(time(nowMs));
        }
        GraphEvent built = event.build();
        if (random.nextInt(20) > 0) {
            return Draft.accepted(built, routed.route);
        }
        try {
            return new Draft(JsonFormat.printer().print(built).getBytes(UTF_8), built, null, routed.route);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("The vocabulary has no Any.", e);
        }
    }

    private Maker draw() {
        int place = random.nextInt(ALL_SHARES);
        for (Kind kind : KINDS) {
            place -= kind.share;
            if (place < 0) {
                return kind.maker;
            }
        }
        throw new AssertionError("The shares add up.");
    }

    private long time(long nowMs) {
        if (latenessMs != LateUpdates.ANY && random.nextInt(20) == 0) {
            return nowMs - latenessMs - random.nextLong(-LATEST_MS / 2, LATEST_MS);
        }
        long time = switch (random.nextInt(5)) {
            case 0 -> nowMs - random.nextLong(LATEST_MS);
            case 1 -> times.isEmpty() ? nowMs : times.get(random.nextInt(times.size()));
            default -> nowMs;
        };
        remember(times, time);
        return time;
    }

    private Routed nodeUpsert() {
        NodeUpsert.Builder node =
                NodeUpsert.newBuilder().setId(vertex()).setType(random.nextBoolean() ? "account" : "");
        if (random.nextInt(8) > 0) {
            node.setFeatures(features());
        }
        if (random.nextInt(10) == 0) {
            node.addLabels(label());
        }
        return new Routed(GraphEvent.newBuilder().setNodeUpsert(node), node.getId());
    }

    private Routed nodePatch() {
        NodePatch.Builder patch = NodePatch.newBuilder().setId(vertex());
        patch.getColumnsBuilder()
                .setDimension(DIMENSION)
                .addIndices(random.nextInt(DIMENSION))
                .addValues(random.nextInt(5) == 0 ? 0 : (float) random.nextGaussian());
        return new Routed(GraphEvent.newBuilder().setNodePatch(patch), patch.getId());
    }

    private Routed nodeDelete() {
        String id = vertex();
        return new Routed(
                GraphEvent.newBuilder().setNodeDelete(NodeDelete.newBuilder().setId(id)), id);
    }

    private Routed edgeUpsert() {
        String source = vertex();
        EdgeUpsert.Builder edge = EdgeUpsert.newBuilder()
                .setSource(source)
                .setTarget(random.nextInt(50) == 0 ? source : vertex())
                .setType(TYPES[random.nextInt(TYPES.length)])
                .setUndirected(random.nextInt(4) == 0);
        if (random.nextBoolean()) {
            edge.setWeight(weight());
        }
        if (random.nextInt(8) == 0) {
            edge.setTimeToLiveMs(1 + random.nextLong(LONGEST_LIFE_MS));
        }
        if (random.nextInt(10) == 0) {
            edge.setProvenance(Provenance.PROVENANCE_LEARNED);
        }
        remember(edges, edge.build());
        return routed(edge.build());
    }

    private Routed reweight() {
        return edges.isEmpty()
                ? edgeUpsert()
                : routed(edges.get(random.nextInt(edges.size())).toBuilder()
                        .setWeight(weight())
                        .build());
    }

    private Routed edgeDelete() {
        EdgeUpsert known = edges.isEmpty()
                ? EdgeUpsert.newBuilder()
                        .setSource(vertex())
                        .setTarget(vertex())
                        .build()
                : edges.get(random.nextInt(edges.size()));
        EdgeDelete.Builder delete = EdgeDelete.newBuilder()
                .setSource(known.getSource())
                .setTarget(known.getTarget())
                .setType(known.getType())
                .setUndirected(known.getUndirected());
        return new Routed(GraphEvent.newBuilder().setEdgeDelete(delete), pair(known.getSource(), known.getTarget()));
    }

    /** Of an event that was, where one is at hand. */
    private Routed edgeErase() {
        GraphEvent said = recent.isEmpty()
                ? null
                : recent.get(random.nextInt(recent.size())).event();
        if (said == null || !said.hasEdgeUpsert() || !said.hasEventTimeMs()) {
            return edgeDelete();
        }
        EdgeUpsert edge = said.getEdgeUpsert();
        EdgeErase.Builder erase = EdgeErase.newBuilder()
                .setSource(edge.getSource())
                .setTarget(edge.getTarget())
                .setType(edge.getType())
                .setUndirected(edge.getUndirected())
                .setErasedTimeMs(said.getEventTimeMs());
        return new Routed(GraphEvent.newBuilder().setEdgeErase(erase), pair(edge.getSource(), edge.getTarget()));
    }

    private static Routed routed(EdgeUpsert edge) {
        return new Routed(GraphEvent.newBuilder().setEdgeUpsert(edge), pair(edge.getSource(), edge.getTarget()));
    }

    /** One route for both directions, since an undirected event writes both. */
    private static String pair(String a, String b) {
        return a.compareTo(b) < 0 ? a + '|' + b : b + '|' + a;
    }

    private Routed labelUpsert() {
        String id = vertex();
        LabelUpsert upsert =
                LabelUpsert.newBuilder().setNodeId(id).setLabel(label()).build();
        return new Routed(GraphEvent.newBuilder().setLabelUpsert(upsert), id);
    }

    private Routed labelDelete() {
        String id = vertex();
        LabelDelete delete =
                LabelDelete.newBuilder().setNodeId(id).setTask("fraud").build();
        return new Routed(GraphEvent.newBuilder().setLabelDelete(delete), id);
    }

    private Routed recompute() {
        String id = vertex();
        return new Routed(
                GraphEvent.newBuilder().setRecompute(Recompute.newBuilder().setNodeId(id)), id);
    }

    private Label label() {
        return Label.newBuilder()
                .setTask(random.nextBoolean() ? "fraud" : "kind")
                .setClassName("c" + random.nextInt(3))
                .build();
    }

    private Features features() {
        if (random.nextInt(3) == 0) {
            SparseFeatures.Builder sparse = SparseFeatures.newBuilder().setDimension(DIMENSION);
            for (int i = 0; i < DIMENSION; i++) {
                if (random.nextInt(3) == 0) {
                    sparse.addIndices(i).addValues((float) random.nextGaussian());
                }
            }
            return Features.newBuilder().setSparse(sparse).build();
        }
        DenseFeatures.Builder dense = DenseFeatures.newBuilder();
        for (int i = 0; i < DIMENSION; i++) {
            dense.addValues((float) random.nextGaussian());
        }
        return Features.newBuilder().setDense(dense).build();
    }

    private float weight() {
        return random.nextInt(10) == 0 ? 0 : random.nextFloat() * 2;
    }

    private String vertex() {
        return id(random.nextInt(6) == 0 ? random.nextInt(HUBS) : random.nextInt(vertices));
    }

    /** The id of a vertex by its number; every fourth has a hash tag. */
    static String id(int vertex) {
        return vertex % 4 == 1 ? "v{t%d}%d".formatted(vertex % 7, vertex) : "v" + vertex;
    }

    private <T> void remember(List<T> list, T element) {
        if (list.size() < REMEMBERED) {
            list.add(element);
        } else {
            list.set(random.nextInt(REMEMBERED), element);
        }
    }
}
