package io.anabranch.stream.state;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.stream.propagation.PartitionState.RestoreVisitor;

/** One key and value of a partition's store, or of its changelog. */
public final class StoredEntry {

    private StoredEntry() {}

    /** The kind of the key, see {@link StateKeys}. */
    static char kind(byte[] key) {
        return (char) (key[0] & 0xff);
    }

    /** The name of a number. */
    static String name(byte[] key) {
        ByteSource source = new ByteSource(key);
        source.u8();
        return source.rest();
    }

    /** Whether the entry is a register: of a node, an edge, a step or a label. */
    public static boolean isFact(byte[] key) {
        char kind = kind(key);
        return kind == StateKeys.NODE || kind == StateKeys.EDGE || kind == StateKeys.STEP || kind == StateKeys.LABEL;
    }

    /** Whether the entry says how far the partition has come: a number of the engine, or a time of the log's clock. */
    public static boolean isPosition(byte[] key) {
        char kind = kind(key);
        return kind == StateKeys.META || kind == StateKeys.CLOCK;
    }

    /** The first key of every node's register; those of other kinds of registers lie before it. */
    public static byte[] firstNode() {
        return StateKeys.first(StateKeys.NODE).get();
    }

    /**
     * The register of an entry that is one.
     *
     * @throws IncompatibleStateException if a newer version wrote it
     */
    public static Fact fact(byte[] key, byte[] value) {
        ByteSource source = new ByteSource(key);
        char kind = (char) source.u8();
        return switch (kind) {
            case StateKeys.NODE -> StateValues.node(source.rest(), value);
            case StateKeys.EDGE -> {
                String target = source.text();
                String from = source.text();
                yield StateValues.edge(new EdgeId(from, target, source.rest()), value);
            }
            case StateKeys.STEP -> {
                String vertexId = source.text();
                long time = source.i64();
                boolean isSource = source.u8() == 1;
                String other = source.text();
                String type = source.rest();
                yield StateValues.step(
                        vertexId,
                        isSource ? new EdgeId(vertexId, other, type) : new EdgeId(other, vertexId, type),
                        time,
                        value);
            }
            case StateKeys.LABEL -> {
                String nodeId = source.text();
                yield StateValues.label(nodeId, source.rest(), value);
            }
            default -> throw new IllegalArgumentException("The kind ('%c') is no fact.".formatted(kind));
        };
    }

    /**
     * Hands the entry to the visitor.
     *
     * @throws IncompatibleStateException if its kind or its layout is unknown
     */
    public static void visit(byte[] key, byte[] value, RestoreVisitor visitor) {
        ByteSource source = new ByteSource(key);
        char kind = (char) source.u8();
        switch (kind) {
            case StateKeys.NODE, StateKeys.EDGE, StateKeys.STEP, StateKeys.LABEL -> visitor.fact(fact(key, value));
            case StateKeys.HALO -> visitor.haloEntry(source.rest(), StateValues.halo(value));
            case StateKeys.SUBSCRIBER -> {
                int partition = source.i32();
                visitor.subscriber(source.rest(), partition, StateValues.number(value));
            }
            case StateKeys.PUBLISHED -> visitor.published(source.rest(), StateValues.mark(value));
            case StateKeys.HISTORY -> {
                long version = source.i64();
                visitor.history(version, source.rest(), StateValues.history(value));
            }
            case StateKeys.CLOCK -> visitor.clock(source.i64(), StateValues.number(value));
            case StateKeys.META -> visitor.meta(source.rest(), StateValues.number(value));
            default ->
                throw new IncompatibleStateException(
                        "The stored key of kind '%c' is unknown. Maybe a newer version of Anabranch wrote it."
                                .formatted(kind));
        }
    }
}
