package io.anabranch.serve.feed;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question to somebody far away, asked by many: one is on its way at a time, and whoever comes meanwhile shares the answer to
 * the one after it. So every answer was given after it was asked for. Thread-safe.
 *
 * <p>An answer may be there before the call that asks returns, on the same thread; nothing here relies on its being later.
 */
final class SharedQuestion<T> {

    private final Supplier<CompletableFuture<T>> question;
    private @Nullable CompletableFuture<T> asked;
    private @Nullable CompletableFuture<T> next;

    SharedQuestion(Supplier<CompletableFuture<T>> question) {
        this.question = question;
    }

    /** The answer to a question that is sent after this call began; fails as the question does. */
    CompletableFuture<T> ask() {
        CompletableFuture<T> first = new CompletableFuture<>();
        synchronized (this) {
            if (asked != null) {
                if (next == null) {
                    next = first;
                }
                return next;
            }
            asked = first;
        }
        send(first);
        return first;
    }

    private void send(CompletableFuture<T> answer) {
        var unused = question.get().whenComplete((value, failure) -> {
            CompletableFuture<T> following = answered();
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
            if (following != null) {
                send(following);
            }
        });
    }

    private synchronized @Nullable CompletableFuture<T> answered() {
        asked = next;
        next = null;
        return asked;
    }
}
