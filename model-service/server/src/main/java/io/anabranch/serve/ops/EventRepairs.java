package io.anabranch.serve.ops;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Recompute;
import io.anabranch.serve.Problem;
import io.anabranch.serve.audit.Audits;
import io.anabranch.serve.ingest.EventDoor;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks for recomputation as everybody else can: by an event for each vertex. */
final class EventRepairs implements Audits.Repairs {
    private final EventDoor door;

    EventRepairs(EventDoor door) {
        this.door = door;
    }

    @Override
    public void recompute(Collection<String> vertexIds, Duration patience) throws InterruptedException {
        CompletableFuture<?>[] sent =
                vertexIds.stream().map(id -> door.accept(event(id))).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(sent).get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (TimeoutException e) {
            throw new Problem.Late(
                            "The requests to recompute (%d) were not written within %s."
                                    .formatted(vertexIds.size(), patience),
                            Map.of())
                    .exception();
        }
    }

    private static GraphEvent event(String vertexId) {
        return GraphEvent.newBuilder()
                .setRecompute(Recompute.newBuilder().setNodeId(vertexId))
                .build();
    }
}
