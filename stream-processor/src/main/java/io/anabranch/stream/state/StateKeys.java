package io.anabranch.stream.state;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal.EdgeKey;
import io.anabranch.graph.FactJournal.FactKey;
import io.anabranch.graph.FactJournal.LabelKey;
import io.anabranch.graph.FactJournal.NodeKey;
import io.anabranch.graph.FactJournal.StepKey;
import org.apache.kafka.common.utils.Bytes;

/**
 * Keys of the partition's store. The first byte is the kind; texts are UTF-8, {@code text} with a {@code u16} length before
 * it, {@code rest} up to the end of the key.
 *
 * <pre>
 * 'e' text target, text source, rest type    edge register (by target: the in-edges of a vertex lie together)
 * 'h' rest vertex                            halo entry
 * 'i' text vertex, i64 time, u8 side (1 source, 0 target), text other end, rest type     step of a history
 * 'l' text vertex, rest task                 label register
 * 'm' rest name                              number of the engine, such as its epoch
 * 'n' rest vertex                            node register
 * 'p' rest vertex                            published mark
 * 's' i32 partition, rest vertex             subscription
 * 'v' i64 model version, rest vertex         what the model has made of the vertex's history
 * 'w' i64 offset                             time of the log's clock after the update at the offset
 * </pre>
 *
 * Not thread-safe: the buffer is used again.
 */
final class StateKeys {

    static final char EDGE = 'e';
    static final char HALO = 'h';
    static final char STEP = 'i';
    static final char LABEL = 'l';
    static final char META = 'm';
    static final char NODE = 'n';
    static final char PUBLISHED = 'p';
    static final char SUBSCRIBER = 's';
    static final char HISTORY = 'v';
    static final char CLOCK = 'w';

    /** Kinds of registers that the graph topic tells of. */
    static final char[] TOLD = {EDGE, LABEL, NODE};

    /** Not above any key of the kind, and above all keys of kinds before it. */
    static Bytes first(char kind) {
        return Bytes.wrap(new byte[] {(byte) kind});
    }

    private final ByteSink sink = new ByteSink();

    byte[] of(FactKey key) {
        return switch (key) {
            case NodeKey node -> of(NODE, node.id());
            case EdgeKey edge -> of(edge.edge());
            case StepKey step -> of(step);
            case LabelKey label ->
                sink.reset().u8(LABEL).text(label.nodeId()).rest(label.task()).toBytes();
        };
    }

    private byte[] of(EdgeId edge) {
        return sink.reset()
                .u8(EDGE)
                .text(edge.target())
                .text(edge.source())
                .rest(edge.type())
                .toBytes();
    }

    private byte[] of(StepKey step) {
        boolean source = step.edge().source().equals(step.vertexId());
        return sink.reset()
                .u8(STEP)
                .text(step.vertexId())
                .i64(step.time())
                .u8(source ? 1 : 0)
                .text(source ? step.edge().target() : step.edge().source())
                .rest(step.edge().type())
                .toBytes();
    }

    /** Key of a kind that one text names. */
    byte[] of(char kind, String name) {
        return sink.reset().u8(kind).rest(name).toBytes();
    }

    byte[] history(long modelVersion, String vertexId) {
        return sink.reset().u8(HISTORY).i64(modelVersion).rest(vertexId).toBytes();
    }

    byte[] clock(long offset) {
        return sink.reset().u8(CLOCK).i64(offset).toBytes();
    }

    byte[] subscriber(String vertexId, int partition) {
        return sink.reset().u8(SUBSCRIBER).i32(partition).rest(vertexId).toBytes();
    }
}
