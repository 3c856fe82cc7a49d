package io.anabranch.stream.state;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.LabelFact;
import io.anabranch.graph.FactJournal.NodeFact;

/**
 * Keys of the partition's store. The first byte is the kind; texts are UTF-8, {@code text} with a {@code u16} length before
 * it, {@code rest} up to the end of the key.
 *
 * <pre>
 * 'e' text target, text source, rest type    edge register (by target: the in-edges of a vertex lie together)
 * 'h' rest vertex                            halo entry
 * 'l' text vertex, rest task                 label register
 * 'm' rest name                              number of the engine, such as its epoch
 * 'n' rest vertex                            node register
 * 'p' rest vertex                            published mark
 * 's' i32 partition, rest vertex             subscription
 * </pre>
 *
 * Not thread-safe: the buffer is used again.
 */
final class StateKeys {

    static final char EDGE = 'e';
    static final char HALO = 'h';
    static final char LABEL = 'l';
    static final char META = 'm';
    static final char NODE = 'n';
    static final char PUBLISHED = 'p';
    static final char SUBSCRIBER = 's';

    private final ByteSink sink = new ByteSink();

    byte[] of(Fact fact) {
        return switch (fact) {
            case NodeFact node -> of(NODE, node.id());
            case EdgeFact edge -> of(edge.edge());
            case LabelFact label ->
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

    /** Key of a kind that one text names. */
    byte[] of(char kind, String name) {
        return sink.reset().u8(kind).rest(name).toBytes();
    }

    byte[] subscriber(String vertexId, int partition) {
        return sink.reset().u8(SUBSCRIBER).i32(partition).rest(vertexId).toBytes();
    }
}
