package io.anabranch.serve.predict;

import org.jspecify.annotations.Nullable;

/** What filters ask about the current graph, as this service has read it. Quick; any thread. */
public interface GraphLookup {

    /** The type of a node that was written; null of one that is only the end of an edge, or not there. */
    @Nullable
    String nodeType(String nodeId);

    /** Whether an edge of whatever type leads from one to the other. */
    boolean linked(String source, String target);
}
