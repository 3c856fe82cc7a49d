package io.anabranch.serve.ingest;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.ingest.EventSink.EventPosition;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Takes events in: checks each, then hands it to the sink. Any thread that may block. */
public final class EventDoor {

    private final EventCheck check;
    private final EventSink sink;
    private final Clock clock;

    public EventDoor(IngestRules rules, EventSink sink, Clock clock) {
        this.check = new EventCheck(rules);
        this.sink = sink;
        this.clock = clock;
    }

    /** @throws io.anabranch.serve.ProblemException at once when the event is wrong */
    public CompletableFuture<EventPosition> accept(GraphEvent event) {
        List<Violation> violations = check.check(event, clock.millis());
        if (!violations.isEmpty()) {
            throw new Problem.Invalid(violations).exception();
        }
        return sink.send(event);
    }

    /** The vertex whose owner will take the event: with it as key, an event and its update land alike. */
    public static String ownerId(GraphEvent event) {
        return switch (event.getEventCase()) {
            case NODE_UPSERT -> event.getNodeUpsert().getId();
            case NODE_PATCH -> event.getNodePatch().getId();
            case NODE_DELETE -> event.getNodeDelete().getId();
            case EDGE_UPSERT -> event.getEdgeUpsert().getTarget();
            case EDGE_DELETE -> event.getEdgeDelete().getTarget();
            case EDGE_ERASE -> event.getEdgeErase().getTarget();
            case LABEL_UPSERT -> event.getLabelUpsert().getNodeId();
            case LABEL_DELETE -> event.getLabelDelete().getNodeId();
            case RECOMPUTE -> event.getRecompute().getNodeId();
            case EVENT_NOT_SET -> throw new IllegalArgumentException("An event without content has no owner.");
        };
    }
}
