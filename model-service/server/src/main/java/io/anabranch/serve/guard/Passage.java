package io.anabranch.serve.guard;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One call that the guard has let in. The transport ends it once it is answered or gone. Any thread. */
public final class Passage {

    private final Rpc rpc;
    private final Caller caller;
    private final String requestId;
    private final Admission.@Nullable Place place;
    private final AuditLog log;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile String target = "";

    Passage(Rpc rpc, Caller caller, String requestId, Admission.@Nullable Place place, AuditLog log) {
        this.rpc = rpc;
        this.caller = caller;
        this.requestId = requestId;
        this.place = place;
        this.log = log;
    }

    public Caller caller() {
        return caller;
    }

    /** For a call that would not end by itself: runs once when the server is told to stop, unless the call is over. */
    public void onStop(Runnable end) {
        if (place != null) {
            place.onStop(end);
        }
    }

    /** True: the log wants to know what the request is about. */
    public boolean wantsTarget() {
        return rpc.administrative();
    }

    public void target(String named) {
        target = named;
    }

    /** Ends it; only the first time counts. */
    public void end(String outcome) {
        if (ended.compareAndSet(false, true)) {
            if (place != null) {
                place.close();
            }
            if (rpc.administrative()) {
                log.record(caller, rpc, target, outcome, requestId);
            }
        }
    }
}
