package io.anabranch.serve.watch;

import io.anabranch.serve.predict.EventPosition;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.TaskScorer;
import io.anabranch.serve.watch.Outcome.Subject;
import io.anabranch.serve.watch.WatchMessage.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One watcher: what waits for it, and what it has been told. Changes are offered by the dispatcher; messages are made one at a time, by
 * whoever finds nobody else at it, for as long as the sink is ready.
 *
 * <p>Two maps of changes at most: the batch that is being sent, and what has come since. The token moves on when a batch has been told
 * whole: everything that was dispatched before the batch was taken is then told.
 */
public final class Watch {

    /** Outcomes in a message. */
    static final int CHUNK = 500;
    /** Messages before others have their turn. */
    private static final int TURN = 16;

    private record Restart(Kind kind, TaskScorer scorer, String reason) {}

    private final Watches hub;
    private final WatchOrder order;
    private final String modelName;
    private final long fingerprint;
    private final int bound;
    private final WatchSink sink;
    private final Executor workers;
    private final Set<String> ids;
    private final Map<String, Set<Pair>> pairsByEnd = new HashMap<>();
    private final Set<Pair> pairs;
    /** What was signalled and is not looked at yet; nobody is at it before it has begun. */
    private final AtomicInteger work = new AtomicInteger(1);

    /** The one under which changes are offered. Written by the dispatcher. */
    private volatile TaskScorer target;

    private final Object lock = new Object();
    // Guarded by the lock.
    private Map<Subject, Outcome> pending = new LinkedHashMap<>();
    private @Nullable Restart restart;
    private @Nullable List<EventPosition> beat;
    private @Nullable RuntimeException failure;
    private boolean over;

    // Of whoever is at work.
    private TaskScorer scorer;
    private long[] token;
    private long[] tokenBehind;
    private Iterator<Outcome> batch = Collections.emptyIterator();
    private @Nullable Scan scan;

    Watch(
            Watches hub,
            WatchOrder order,
            String modelName,
            TaskScorer scorer,
            long fingerprint,
            int buffer,
            WatchSink sink,
            Executor workers) {
        this.hub = hub;
        this.order = order;
        this.modelName = modelName;
        this.target = scorer;
        this.scorer = scorer;
        this.fingerprint = fingerprint;
        this.sink = sink;
        this.workers = workers;
        this.ids = new LinkedHashSet<>(order.nodeIds());
        this.pairs = new LinkedHashSet<>(order.pairs());
        for (Pair pair : pairs) {
            pairsByEnd.computeIfAbsent(pair.source(), end -> new HashSet<>()).add(pair);
            pairsByEnd.computeIfAbsent(pair.target(), end -> new HashSet<>()).add(pair);
        }
        // What is named fits in any case.
        this.bound = Math.max(buffer, Math.max(ids.size(), pairs.size()));
        this.token = new long[0];
        this.tokenBehind = token;
    }

    WatchOrder order() {
        return order;
    }

    String modelName() {
        return modelName;
    }

    TaskScorer target() {
        return target;
    }

    /** The nodes whose changes concern it. */
    Set<String> subjects() {
        return order.pairs().isEmpty() ? ids : pairsByEnd.keySet();
    }

    Set<Pair> pairsOf(String end) {
        return pairsByEnd.getOrDefault(end, Set.of());
    }

    /** Begins with what comes from now on. One of these, once, when changes are offered already. */
    void beginNow() {
        token = hub.dispatched();
        hand();
    }

    /** Begins with the state. */
    void beginWithState() {
        token = ResumeToken.UNTOLD;
        scan = scan(null);
        hand();
    }

    /** Begins with what has changed since. */
    void beginAt(long[] from) {
        token = from;
        scan = scan(from);
        hand();
    }

    /** Begins with saying that a former watch cannot just go on. */
    void beginAnew(Kind kind, String reason) {
        restart(kind, reason);
        hand();
    }

    /** Something to tell. By the dispatcher. */
    void offer(Outcome outcome) {
        boolean resync = false;
        boolean coalesced = false;
        synchronized (lock) {
            // A state that is still to be read will have it.
            if (over || restart != null) {
                return;
            }
            coalesced = pending.put(outcome.subject(), outcome) != null;
            resync = pending.size() > bound;
        }
        if (coalesced) {
            hub.countCoalesced();
        }
        if (resync) {
            restart(Kind.RESYNC, "More than %d changed nodes waited for this watcher.".formatted(bound));
        }
    }

    /** From now on changes are offered under this version. By the dispatcher, which then restarts it. */
    void aim(TaskScorer next) {
        target = next;
    }

    /** The whole state has to be told anew. By the dispatcher. */
    void restart(Kind kind, String reason) {
        synchronized (lock) {
            pending.clear();
            // A version that changed stays the news, whatever else is lost.
            Kind told = restart != null && restart.kind() == Kind.VERSION_CHANGED ? Kind.VERSION_CHANGED : kind;
            restart = new Restart(told, target, reason);
        }
    }

    void beat(List<EventPosition> reflected) {
        synchronized (lock) {
            beat = reflected;
        }
    }

    /** Ends the watch with a problem. */
    void end(RuntimeException why) {
        synchronized (lock) {
            failure = why;
        }
        signal();
    }

    /** The client has gone: nothing is sent any more. */
    public void close() {
        synchronized (lock) {
            over = true;
            pending.clear();
        }
        hub.remove(this);
    }

    /** There may be something to send. Returns at once. */
    public void signal() {
        if (work.getAndIncrement() == 0) {
            hand();
        }
    }

    /** The same by the dispatcher, which sends a few changes itself. */
    void flush() {
        if (work.getAndIncrement() == 0) {
            if (scan == null) {
                run();
            } else {
                hand();
            }
        }
    }

    private void hand() {
        try {
            workers.execute(this::run);
        } catch (RejectedExecutionException e) {
            // The hub is closing and ends every watch itself.
            run();
        }
    }

    private void run() {
        int seen = work.get();
        do {
            boolean more;
            try {
                more = sendSome();
            } catch (RuntimeException e) {
                more = false;
                fail(e);
            }
            if (more) {
                hand();
                return;
            }
            seen = work.addAndGet(-seen);
        } while (seen != 0);
    }

    /** True: there is more to send, and its turn is over. */
    private boolean sendSome() {
        for (int sent = 0; sent < TURN; sent++) {
            RuntimeException why;
            synchronized (lock) {
                if (over) {
                    return false;
                }
                why = failure;
            }
            if (why != null) {
                fail(why);
                return false;
            }
            if (!sink.ready()) {
                return false;
            }
            WatchMessage message = next();
            if (message == null) {
                return false;
            }
            sink.send(message);
            hub.countSent(message.outcomes().size());
        }
        return true;
    }

    private void fail(RuntimeException why) {
        synchronized (lock) {
            if (over) {
                return;
            }
            over = true;
            pending.clear();
        }
        hub.remove(this);
        sink.fail(why);
    }

    private @Nullable WatchMessage next() {
        while (true) {
            Restart anew;
            synchronized (lock) {
                anew = restart;
                restart = null;
                if (anew != null) {
                    pending.clear();
                }
            }
            if (anew != null) {
                return begin(anew);
            }
            if (scan != null) {
                WatchMessage part = part(scan);
                if (part != null) {
                    return part;
                }
            }
            if (batch.hasNext()) {
                List<Outcome> outcomes = new ArrayList<>();
                while (batch.hasNext() && outcomes.size() < CHUNK) {
                    outcomes.add(batch.next());
                }
                if (!batch.hasNext()) {
                    token = tokenBehind;
                }
                return message(Kind.CHANGES, outcomes, List.of(), "");
            }
            // Read first: whatever was dispatched before lies in what is pending now.
            long[] dispatched = hub.dispatched();
            List<EventPosition> reflected;
            synchronized (lock) {
                if (restart != null) {
                    continue;
                }
                if (!pending.isEmpty()) {
                    batch = List.copyOf(pending.values()).iterator();
                    pending = new LinkedHashMap<>();
                    tokenBehind = dispatched;
                    continue;
                }
                reflected = beat;
                beat = null;
            }
            token = dispatched;
            return reflected == null ? null : message(Kind.HEARTBEAT, List.of(), reflected, "");
        }
    }

    private WatchMessage begin(Restart anew) {
        scorer = anew.scorer();
        token = ResumeToken.UNTOLD;
        batch = Collections.emptyIterator();
        scan = scan(null);
        if (anew.kind() == Kind.RESYNC) {
            hub.countResync();
        }
        return message(anew.kind(), List.of(), List.of(), anew.reason());
    }

    /** What of the state comes next; null: nothing was left. */
    private @Nullable WatchMessage part(Scan of) {
        List<Outcome> outcomes = of.next(CHUNK);
        boolean done = of.done();
        if (done) {
            scan = null;
            token = tokenBehind;
        }
        if (of.resuming()) {
            return outcomes.isEmpty() ? null : message(Kind.CHANGES, outcomes, List.of(), "");
        }
        return message(done ? Kind.STATE_COMPLETE : Kind.STATE, outcomes, List.of(), "");
    }

    private Scan scan(long @Nullable [] from) {
        // Whatever is dispatched already is in the view; what is dispatched from now on is offered.
        tokenBehind = hub.dispatched();
        return hub.scan(this, scorer, from);
    }

    Set<String> ids() {
        return ids;
    }

    Set<Pair> pairs() {
        return pairs;
    }

    private WatchMessage message(Kind kind, List<Outcome> outcomes, List<EventPosition> reflected, String reason) {
        byte[] bytes = new ResumeToken(fingerprint, scorer.version(), token).bytes();
        return new WatchMessage(kind, scorer.version(), scorer.task(), outcomes, bytes, reflected, reason);
    }
}
