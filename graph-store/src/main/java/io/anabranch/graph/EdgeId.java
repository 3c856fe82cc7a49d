package io.anabranch.graph;

/**
 * The identity of a directed edge. Edges of different type between the same ends are different edges.
 *
 * @param source vertex id, 1 to 256 bytes of UTF-8
 * @param target vertex id, 1 to 256 bytes of UTF-8
 * @param type at most 256 bytes of UTF-8, may be empty
 */
public record EdgeId(String source, String target, String type) {

    public EdgeId {
        Names.requireName("edge's source", source);
        Names.requireName("edge's target", target);
        Names.requireShort("edge's type", type);
    }

    @Override
    public String toString() {
        return type.isEmpty() ? source + "->" + target : source + "-[" + type + "]->" + target;
    }
}
