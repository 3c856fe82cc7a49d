package io.anabranch.serve.predict;

import io.anabranch.serve.Problem;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** A query with its caller, from the queue through a pass to the answer. */
final class Rider<T> {

    private final PassQuery<T> query;
    private final ScanLimit limit;
    private final long arrived = System.nanoTime();
    private final CompletableFuture<T> answer = new CompletableFuture<>();

    Rider(PassQuery<T> query, ScanLimit limit) {
        this.query = query;
        this.limit = limit;
    }

    /** Fails with {@link Problem.Late} at the limit, and with a cancellation once nobody waits. */
    CompletableFuture<T> answer() {
        return answer;
    }

    /** In the terms of {@link System#nanoTime}. */
    long arrived() {
        return arrived;
    }

    /** Whether nobody waits any more, the time is up, or it is answered: this has no place in a pass. */
    boolean left() {
        return answer.isDone() || limit.abandoned().getAsBoolean() || limit.over();
    }

    /**
     * Tells the caller why this has left.
     *
     * @param compared candidates that it has seen
     */
    void dismiss(long compared) {
        if (limit.abandoned().getAsBoolean()) {
            answer.completeExceptionally(new CancellationException("Nobody waits for this query any more."));
        } else {
            answer.completeExceptionally(new Problem.Late(
                            "The candidates could not all be compared in time.",
                            Map.of("compared", Long.toString(compared)))
                    .exception());
        }
    }

    void see(String id, NodeVector vector, float[] row) {
        try {
            query.see(id, vector, row);
        } catch (RuntimeException | Error e) {
            // Whatever it is, it belongs to this caller and to no other of the pass.
            answer.completeExceptionally(e);
        }
    }

    void complete() {
        if (answer.isDone()) {
            return;
        }
        try {
            answer.complete(query.result());
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    void fail(Throwable cause) {
        answer.completeExceptionally(cause);
    }
}
