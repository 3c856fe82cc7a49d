package io.anabranch.serve.rest;

import io.anabranch.serve.watch.Watch;
import io.anabranch.serve.wire.WatchCalls;
import io.anabranch.v1.WatchRequest;
import io.anabranch.v1.WatchResponse;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One client that follows predictions over HTTP: ready as long as it asks for more, which it does with every event that is written. */
final class SseWatch implements WatchCalls.Receiver {

    private final Sse sse;
    private volatile @Nullable MultiEmitter<? super OutboundSseEvent> emitter;

    private volatile @Nullable RuntimeException failure;

    private SseWatch(Sse sse) {
        this.sse = sse;
    }

    /** What is wrong with the request is thrown at once, before any event. */
    static Multi<OutboundSseEvent> open(WatchCalls calls, WatchRequest request, Sse sse) {
        SseWatch each = new SseWatch(sse);
        Watch watch = calls.open(request, each);
        return Multi.createFrom()
                .emitter(
                        emitter -> {
                            emitter.onTermination(watch::close);
                            emitter.onRequest(n -> watch.signal());
                            each.emitter = emitter;
                            RuntimeException early = each.failure;
                            if (early != null) {
                                emitter.fail(early);
                            }
                            watch.signal();
                        },
                        BackPressureStrategy.BUFFER);
    }

    @Override
    public boolean ready() {
        MultiEmitter<? super OutboundSseEvent> to = emitter;
        return to != null && to.requested() > 0;
    }

    @Override
    public void send(WatchResponse response) {
        MultiEmitter<? super OutboundSseEvent> to = emitter;
        if (to != null) {
            to.emit(sse.newEventBuilder()
                    .name(response.getKind().name())
                    .id(Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(response.getResumeToken().toByteArray()))
                    .data(JsonCalls.text(response))
                    .build());
        }
    }

    @Override
    public void fail(RuntimeException why) {
        failure = why;
        MultiEmitter<? super OutboundSseEvent> to = emitter;
        if (to != null) {
            to.fail(why);
        }
    }
}
