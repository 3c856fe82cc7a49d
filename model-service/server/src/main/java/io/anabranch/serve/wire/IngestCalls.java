package io.anabranch.serve.wire;

import io.anabranch.serve.Problem;
import io.anabranch.serve.guard.Caller;
import io.anabranch.serve.guard.TenantQuotas;
import io.anabranch.serve.ingest.EventDoor;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import java.util.concurrent.CompletableFuture;

/** IngestService without a transport, one event at a time. May block while Kafka is behind. */
public final class IngestCalls {

    private final EventDoor door;

    private final TenantQuotas quotas;

    public IngestCalls(EventDoor door, TenantQuotas quotas) {
        this.door = door;
        this.quotas = quotas;
    }

    /** Completes when Kafka has the event. A wrong event is thrown at once, as a problem, and so is one beyond the tenant's quota. */
    public CompletableFuture<PublishResponse> publish(PublishRequest request, Caller caller) {
        if (!request.hasEvent()) {
            throw Problem.invalid("event", "Is missing.");
        }
        quotas.takeEvent(caller);
        return door.accept(request.getEvent())
                .thenApply(position -> PublishResponse.newBuilder()
                        .setEventId(request.getEvent().getEventId())
                        .setPartition(position.partition())
                        .setOffset(position.offset())
                        .build());
    }
}
