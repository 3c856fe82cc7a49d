package io.anabranch.graph.hag.maintenance;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A computation graph that follows the edits of its graph and stays worth having: {@link PatchedHag}, searched anew in the background
 * when a {@link RebuildRule} says so.
 *
 * <p>A search works on the rows as they were when it began, on a thread of the caller's executor. Edits meanwhile are applied and
 * logged. Once it has ended, every further edit also does some of the logged ones again on the graph that was found, which
 * takes over when it has seen all. So no edit waits for a search; the one that begins it copies 16 bytes a target, and a row is
 * copied when it is first edited after that. {@link #takeRebuilt} does the rest of the log at once.
 *
 * <p>A search that fails leaves the graph as it is, is counted, and its cause is kept in {@link #lastFailure}; the next one is
 * due when the cost has grown by the same factor again.
 *
 * <p>Memory: that of the patched graph; during a search that of the search ({@link io.anabranch.graph.hag.search.HagSearch}), a second patched
 * graph, and 12 bytes for each edit that waits, without a bound: an executor that never runs lets the log grow.
 *
 * <p>Not thread-safe: one thread owns it, and only the search runs elsewhere.
 */
public final class MaintainedHag implements GraphEdits {

    /** Logged edits that one edit does again: enough to catch up soon, few enough to stay within microseconds. */
    private static final int REPLAYED_PER_EDIT = 8;

    private final RebuildRule rule;
    private final Executor executor;
    private final Function<FrozenRows, PatchedHag> search;
    private PatchedHag graph;
    private long searchedCost;
    private long searchedTransfers;
    private @Nullable Rebuild rebuild;

    private long edits;
    private long earlierUnfoldings;
    private long rebuilds;
    private long failedRebuilds;
    private @Nullable Throwable lastFailure;

    /** A search under way, or one that has ended and catches up. */
    private static final class Rebuild {
        final CompletableFuture<PatchedHag> search;
        final EditLog log = new EditLog();
        /** Whether the graph that was found has been looked at. */
        boolean begun;

        Rebuild(CompletableFuture<PatchedHag> search) {
            this.search = search;
        }
    }

    /**
     * Maintains a graph that was just searched.
     *
     * @param hag the graph; its targets cover the rows that the rule's options name
     * @param rule when to search again, and how
     * @param executor runs the searches; may run them at once, which makes the edit that begins one wait
     * @throws IllegalArgumentException as {@link PatchedHag#of} does
     */
    public MaintainedHag(Hag hag, RebuildRule rule, Executor executor) {
        this(hag, rule, executor, rows -> rows.search(rule.options()));
    }

    /** With another search. */
    MaintainedHag(Hag hag, RebuildRule rule, Executor executor, Function<FrozenRows, PatchedHag> search) {
        this(PatchedHag.of(hag, rule.options().mode()), rule, executor, search);
    }

    private MaintainedHag(
            PatchedHag graph, RebuildRule rule, Executor executor, Function<FrozenRows, PatchedHag> search) {
        this.rule = rule;
        this.executor = executor;
        this.search = search;
        this.graph = graph;
        rememberCost(graph);
    }

    /**
     * Maintains rows that were not searched yet, with nothing shared until {@link #search} or the rule finds something.
     *
     * @param offsets targets + 1 offsets, first 0, ascending, last the number of edges
     * @param neighbours the source of each edge; closed rows have an entry of their own besides
     * @throws IllegalArgumentException if the arrays don't fit each other, or closed rows have more targets than sources
     */
    public static MaintainedHag ofRows(
            int sources, int[] offsets, int[] neighbours, RebuildRule rule, Executor executor) {
        return new MaintainedHag(
                PatchedHag.ofRows(sources, offsets, neighbours, rule.options().mode()),
                rule,
                executor,
                rows -> rows.search(rule.options()));
    }

    @Override
    public void add(int source, int target) {
        graph.add(source, target);
        if (rebuild != null) {
            rebuild.log.add(source, target);
        }
        edited();
    }

    @Override
    public void remove(int source, int target) {
        graph.remove(source, target);
        if (rebuild != null) {
            rebuild.log.remove(source, target);
        }
        edited();
    }

    @Override
    public void addOwn(int vertex) {
        graph.addOwn(vertex);
        if (rebuild != null) {
            rebuild.log.addOwn(vertex);
        }
        edited();
    }

    @Override
    public void removeOwn(int vertex) {
        graph.removeOwn(vertex);
        if (rebuild != null) {
            rebuild.log.removeOwn(vertex);
        }
        edited();
    }

    @Override
    public void clear(int target) {
        graph.clear(target);
        if (rebuild != null) {
            rebuild.log.clear(target);
        }
        edited();
    }

    @Override
    public void grow(int sources, int targets) {
        graph.grow(sources, targets);
        if (rebuild != null) {
            rebuild.log.grow(sources, targets);
        }
        edited();
    }

    /**
     * Begins a search now, whatever the rule says.
     *
     * @return what it finds, of the rows as they are now; fails with the search, or if that is refused. Whoever waits for it must not
     *     keep the executor from running
     * @throws IllegalStateException if a search is under way, or has ended and is not taken over yet
     */
    public CompletableFuture<Hag> search() {
        if (rebuild != null) {
            throw new IllegalStateException("A search is under way.");
        }
        return begin();
    }

    /**
     * Takes over a search that has ended, whatever edits it has not seen yet.
     *
     * @return whether it did; false if none has ended, or it failed
     */
    public boolean takeRebuilt() {
        return rebuild != null && rebuild.search.isDone() && catchUp(rebuild, Integer.MAX_VALUE);
    }

    /** Why the last search failed that did; null if none has. */
    public @Nullable Throwable lastFailure() {
        return lastFailure;
    }

    /** Which rows the targets cover. */
    public HagOptions.Mode mode() {
        return graph.mode();
    }

    /** As {@link PatchedHag#covers}. */
    public boolean covers(int source, int target) {
        return graph.covers(source, target);
    }

    /** As {@link PatchedHag#toHag}. */
    public Hag toHag() {
        return graph.toHag();
    }

    /** How it stands, for metrics. Takes no time that grows with the graph. */
    public MaintenanceReport report() {
        return new MaintenanceReport(
                graph.direct(),
                graph.cost(),
                edits,
                earlierUnfoldings + graph.unfoldings(),
                rebuilds,
                failedRebuilds,
                rebuild != null,
                rebuild == null ? 0 : rebuild.log.waiting());
    }

    private void edited() {
        edits++;
        if (rebuild == null) {
            if (graph.searchCost() > dueAbove()) {
                CompletableFuture<Hag> unused = begin();
            }
        } else if (rebuild.search.isDone()) {
            catchUp(rebuild, REPLAYED_PER_EDIT);
        }
    }

    private double dueAbove() {
        double left = Math.min(1, graph.directTransfers() / (double) Math.max(1, searchedTransfers));
        return rule.factor() * left * searchedCost;
    }

    /** Answers with what is found, written out by the search's thread, as nobody else may look at that graph once it is there. */
    private CompletableFuture<Hag> begin() {
        FrozenRows rows = graph.freeze();
        CompletableFuture<Hag> written = new CompletableFuture<>();
        try {
            rebuild = new Rebuild(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            PatchedHag found = search.apply(rows);
                            written.complete(found.toHag());
                            return found;
                        } catch (RuntimeException | Error e) {
                            written.completeExceptionally(e);
                            throw e;
                        }
                    },
                    executor));
        } catch (RejectedExecutionException e) {
            written.completeExceptionally(e);
            fail(e);
        }
        return written;
    }

    private boolean catchUp(Rebuild ended, int most) {
        PatchedHag found;
        try {
            found = ended.search.join();
        } catch (CompletionException e) {
            rebuild = null;
            fail(e.getCause() == null ? e : e.getCause());
            return false;
        }
        if (!ended.begun) {
            // What it costs before edits that the search did not see.
            ended.begun = true;
            rememberCost(found);
        }
        ended.log.replay(found, most);
        if (ended.log.waiting() > 0) {
            return false;
        }
        earlierUnfoldings += graph.unfoldings();
        graph = found;
        rebuild = null;
        rebuilds++;
        return true;
    }

    private void fail(Throwable cause) {
        failedRebuilds++;
        lastFailure = cause;
        rememberCost(graph);
    }

    private void rememberCost(PatchedHag of) {
        searchedCost = of.searchCost();
        searchedTransfers = of.directTransfers();
    }
}
