package io.anabranch.stream.state;

import io.anabranch.graph.ColumnTimes;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.LabelFact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FactJournal.StepFact;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.stream.propagation.HaloEntry;
import io.anabranch.stream.propagation.HaloValue;
import io.anabranch.stream.propagation.HistoryCheckpoint;
import io.anabranch.stream.propagation.LayerValues;
import io.anabranch.stream.propagation.PublishedMark;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Values of the partition's store, big-endian. The first byte is the version of the layout, 2; rows as in {@link RowCodec},
 * labels as in {@link LabelStateCodec}.
 *
 * <pre>
 * node        i64 time, i64 delete time, u8 flags (1 alive, 2 has features, 4 has later columns), [text type where alive], [row],
 *             [i32 columns, each: i32 column, i64 time]
 * edge        i64 time, u8 flags (1 live, 2 learned, 4 expires), f32 weight, [i64 expiry]
 * step        f32 weight, u8 (1 erased), [i64 time of the wish where erased]
 * label       i64 time, label
 * halo        i64 delete time, u16 versions, each: i64 version, i32 in-degree, u16 layers, rows
 * published   u8 mark (0 maybe, 1 live, 2 gone)
 * subscriber  i64 epoch of the subscriber
 * number      i64
 * clock       i64 event time
 * history     i32 steps, i64 digest of them, i32 numbers, each: i64 in fixed point
 * </pre>
 *
 * An edge costs 14 bytes and its key, 8 more if it expires. Not thread-safe: the buffer is used again.
 */
final class StateValues {

    static final int LAYOUT = 2;

    private static final int ALIVE = 1;
    private static final int HAS_FEATURES = 2;
    private static final int LEARNED = 2;
    private static final int HAS_COLUMNS = 4;
    private static final int EXPIRES = 4;

    private final ByteSink sink = new ByteSink();

    private ByteSink begin() {
        return sink.reset().u8(LAYOUT);
    }

    private static ByteSource open(byte[] value) {
        ByteSource source = new ByteSource(value);
        int layout = source.u8();
        if (layout != LAYOUT) {
            throw new IncompatibleStateException(
                    "The stored state has layout %d; this version reads layout %d. Maybe a newer version of Anabranch wrote it."
                            .formatted(layout, LAYOUT));
        }
        return source;
    }

    byte[] of(Fact fact) {
        return switch (fact) {
            case NodeFact node -> of(node);
            case EdgeFact edge -> of(edge);
            case StepFact step -> of(step);
            case LabelFact label -> {
                LabelStateCodec.write(begin().i64(label.time()), label.label());
                yield sink.toBytes();
            }
        };
    }

    private byte[] of(EdgeFact edge) {
        boolean expires = edge.expiry() != GraphMutation.NEVER_EXPIRES;
        begin().i64(edge.time())
                .u8((edge.live() ? ALIVE : 0)
                        | (edge.provenance() == Provenance.LEARNED ? LEARNED : 0)
                        | (expires ? EXPIRES : 0))
                .f32(edge.weight());
        if (expires) {
            sink.i64(edge.expiry());
        }
        return sink.toBytes();
    }

    private byte[] of(StepFact step) {
        begin().f32(step.weight()).u8(step.erased() ? 1 : 0);
        if (step.erased()) {
            sink.i64(step.erasedAt());
        }
        return sink.toBytes();
    }

    static StepFact step(String vertexId, EdgeId edge, long time, byte[] value) {
        ByteSource source = open(value);
        float weight = source.f32();
        boolean erased = source.u8() == 1;
        return new StepFact(vertexId, edge, time, weight, erased ? source.i64() : PartitionGraph.NEVER);
    }

    private byte[] of(NodeFact node) {
        FeatureVector features = node.features();
        ColumnTimes columns = node.columns();
        begin().i64(node.time())
                .i64(node.deleteTime())
                .u8((node.alive() ? ALIVE : 0)
                        | (features != null ? HAS_FEATURES : 0)
                        | (columns.isEmpty() ? 0 : HAS_COLUMNS));
        if (node.alive()) {
            sink.text(node.type());
        }
        if (features != null) {
            RowCodec.write(sink, features);
        }
        if (!columns.isEmpty()) {
            sink.i32(columns.size());
            for (int i = 0; i < columns.size(); i++) {
                sink.i32(columns.column(i)).i64(columns.time(i));
            }
        }
        return sink.toBytes();
    }

    static NodeFact node(String id, byte[] value) {
        ByteSource source = open(value);
        long time = source.i64();
        long deleteTime = source.i64();
        int flags = source.u8();
        boolean alive = (flags & ALIVE) != 0;
        String type = alive ? source.text() : "";
        FeatureVector features = (flags & HAS_FEATURES) != 0 ? RowCodec.readFeatures(source) : null;
        ColumnTimes columns = (flags & HAS_COLUMNS) != 0 ? columns(source) : ColumnTimes.NONE;
        return new NodeFact(id, time, alive, type, features, deleteTime, columns);
    }

    private static ColumnTimes columns(ByteSource source) {
        int[] columns = new int[source.i32()];
        long[] times = new long[columns.length];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = source.i32();
            times[i] = source.i64();
        }
        return ColumnTimes.of(columns, times);
    }

    static EdgeFact edge(EdgeId edge, byte[] value) {
        ByteSource source = open(value);
        long time = source.i64();
        int flags = source.u8();
        return new EdgeFact(
                edge,
                time,
                (flags & ALIVE) != 0,
                source.f32(),
                (flags & LEARNED) != 0 ? Provenance.LEARNED : Provenance.OBSERVED,
                (flags & EXPIRES) != 0 ? source.i64() : GraphMutation.NEVER_EXPIRES);
    }

    static LabelFact label(String nodeId, String task, byte[] value) {
        ByteSource source = open(value);
        return new LabelFact(nodeId, task, source.i64(), LabelStateCodec.read(source, task));
    }

    byte[] of(HaloEntry entry) {
        begin().i64(entry.deleteTime()).u16(entry.values().size());
        new TreeMap<>(entry.values()).forEach((version, value) -> {
            sink.i64(version).i32(value.inDegree()).u16(value.layers().layers());
            for (int layer = 0; layer < value.layers().layers(); layer++) {
                RowCodec.write(sink, value.layers(), layer);
            }
        });
        return sink.toBytes();
    }

    static HaloEntry halo(byte[] value) {
        ByteSource source = open(value);
        long deleteTime = source.i64();
        int versions = source.u16();
        Map<Long, HaloValue> values = new HashMap<>();
        for (int i = 0; i < versions; i++) {
            long version = source.i64();
            int inDegree = source.i32();
            float[][] rows = new float[source.u16()][];
            for (int layer = 0; layer < rows.length; layer++) {
                rows[layer] = RowCodec.readRow(source);
            }
            values.put(version, new HaloValue(inDegree, LayerValues.owning(rows)));
        }
        return new HaloEntry(deleteTime, values);
    }

    byte[] of(PublishedMark mark) {
        return begin().u8(
                        switch (mark) {
                            case MAYBE -> 0;
                            case LIVE -> 1;
                            case GONE -> 2;
                        })
                .toBytes();
    }

    static PublishedMark mark(byte[] value) {
        int mark = open(value).u8();
        return switch (mark) {
            case 0 -> PublishedMark.MAYBE;
            case 1 -> PublishedMark.LIVE;
            case 2 -> PublishedMark.GONE;
            default ->
                throw new IncompatibleStateException("The stored published mark (%d) is unknown.".formatted(mark));
        };
    }

    byte[] of(HistoryCheckpoint checkpoint) {
        begin().i32(checkpoint.steps()).i64(checkpoint.digest()).i32(checkpoint.state().length);
        for (long number : checkpoint.state()) {
            sink.i64(number);
        }
        return sink.toBytes();
    }

    static HistoryCheckpoint history(byte[] value) {
        ByteSource source = open(value);
        int steps = source.i32();
        long digest = source.i64();
        long[] state = new long[source.i32()];
        for (int i = 0; i < state.length; i++) {
            state[i] = source.i64();
        }
        return new HistoryCheckpoint(steps, digest, state);
    }

    byte[] number(long number) {
        return begin().i64(number).toBytes();
    }

    static long number(byte[] value) {
        return open(value).i64();
    }
}
