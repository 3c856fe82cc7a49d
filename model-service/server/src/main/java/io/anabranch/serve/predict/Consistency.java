package io.anabranch.serve.predict;

import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Reads that are at least as fresh as the caller asks: they wait until the embeddings reflect given events. Blocks no thread. */
public final class Consistency {

    private static final int MAX_POSITIONS = 1000;

    private final ProgressView progress;
    private final Supplier<CompletableFuture<long[]>> ends;
    private final Duration maxWait;
    /** By events partition, as far as known; ends only grow. */
    private volatile long[] known;

    /**
     * @param ends the next offset of every partition of the events topic, asked of the broker
     * @param maxWait longest wait of any call
     */
    public Consistency(ProgressView progress, Supplier<CompletableFuture<long[]>> ends, Duration maxWait) {
        this.progress = progress;
        this.ends = ends;
        this.maxWait = maxWait;
        this.known = new long[progress.partitions()];
    }

    /** What all embeddings of these vertices reflect. */
    public List<EventPosition> reflected(List<String> vertexIds) {
        return progress.reflected(progress.owners(vertexIds));
    }

    /**
     * Answers when the partitions of these vertices reflect the events; at once where none is named.
     *
     * @param patience how long the caller waits
     * @return fails with {@link Problem.Late} after the patience or the longest wait, with {@link Problem.Beyond} where there is no such
     *     event yet
     */
    public <T> CompletableFuture<T> when(
            List<EventPosition> token, List<String> vertexIds, Duration patience, Supplier<T> answer) {
        return when(token, progress.owners(vertexIds), patience, answer);
    }

    private <T> CompletableFuture<T> when(
            List<EventPosition> token, BitSet owners, Duration patience, Supplier<T> answer) {
        if (token.isEmpty()) {
            return CompletableFuture.completedFuture(answer.get());
        }
        check(token);
        if (progress.reflects(token, owners)) {
            return CompletableFuture.completedFuture(answer.get());
        }
        Duration wait = patience.compareTo(maxWait) < 0 ? patience : maxWait;
        return existing(token)
                .thenCompose(there -> progress.await(token, owners, wait))
                .thenApply(there -> answer.get());
    }

    /** The same, when all partitions reflect the events. */
    public <T> CompletableFuture<T> whenEverywhere(List<EventPosition> token, Duration patience, Supplier<T> answer) {
        return when(token, everywhere(), patience, answer);
    }

    /** What all embeddings, of whatever vertex, reflect. */
    public List<EventPosition> reflectedEverywhere() {
        return progress.reflected(everywhere());
    }

    private BitSet everywhere() {
        BitSet all = new BitSet();
        all.set(0, progress.partitions());
        return all;
    }

    private void check(List<EventPosition> token) {
        List<Violation> violations = new ArrayList<>();
        if (token.size() > MAX_POSITIONS) {
            violations.add(new Violation(
                    "min_positions",
                    "Must have at most %d entries, but has %d.".formatted(MAX_POSITIONS, token.size())));
        }
        for (int i = 0; i < token.size() && violations.isEmpty(); i++) {
            EventPosition event = token.get(i);
            if (event.partition() < 0 || event.partition() >= progress.partitions()) {
                violations.add(new Violation(
                        "min_positions[%d].partition".formatted(i),
                        "Must be below the number of partitions (%d), but is %s."
                                .formatted(progress.partitions(), Integer.toUnsignedString(event.partition()))));
            } else if (event.offset() < 0) {
                violations.add(new Violation(
                        "min_positions[%d].offset".formatted(i),
                        "Must not be negative, but is %d.".formatted(event.offset())));
            }
        }
        if (!violations.isEmpty()) {
            throw new Problem.Invalid(violations).exception();
        }
    }

    /** Completes if there are events at all these positions. */
    private CompletableFuture<Void> existing(List<EventPosition> token) {
        if (beyond(token, known).isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return ends.get().thenAccept(now -> {
            known = now;
            List<EventPosition> beyond = beyond(token, now);
            if (!beyond.isEmpty()) {
                EventPosition first = beyond.getFirst();
                throw new Problem.Beyond(
                                "Partition %d of the events topic ends at offset %d; there is no event at %d yet."
                                        .formatted(first.partition(), now[first.partition()], first.offset()))
                        .exception();
            }
        });
    }

    private static List<EventPosition> beyond(List<EventPosition> token, long[] ends) {
        return token.stream()
                .filter(event -> event.offset() >= ends[event.partition()])
                .toList();
    }
}
