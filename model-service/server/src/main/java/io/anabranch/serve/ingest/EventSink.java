package io.anabranch.serve.ingest;

import io.anabranch.event.v1.GraphEvent;
import java.util.concurrent.CompletableFuture;

/** Where accepted events go. */
public interface EventSink {

    /**
     * Sends the event; the result comes when it is durable, or a {@link io.anabranch.serve.ProblemException}. May block
     * for as long as the broker is away or behind: not for event loops.
     */
    CompletableFuture<EventPosition> send(GraphEvent event);

    /** Where an event lies. */
    record EventPosition(int partition, long offset) {}
}
