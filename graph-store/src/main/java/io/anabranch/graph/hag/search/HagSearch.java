package io.anabranch.graph.hag.search;

import io.anabranch.graph.hag.HagOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds what the rows of a graph share: the greedy search of Jia et al. ("Redundancy-Free Computation for Graph Neural Networks",
 * KDD 2020, algorithm 3), exact and to its end. One search serves every capacity and every lambda, see {@link SharedSums#plan}.
 *
 * <p>Connected components are searched apart, small dense ones with bitsets, others with sorted lists. In
 * {@link HagOptions.Mode#CLOSED} equal rows are searched once, and what is left of a row of several targets becomes a node.
 * Parallel edges: the second and later copies of a source stay direct.
 *
 * <p>Time: some tens of nanoseconds for each pair that is counted; seconds for ten million edges. Memory: 16 bytes an edge of
 * the greatest component, 24 a source or target, and the result.
 */
public final class HagSearch {

    private HagSearch() {}

    /**
     * Searches compressed sparse rows of in-neighbours, of which every edge has weight 1.
     *
     * @param sources number of sources
     * @param offsets targets + 1 offsets, first 0, ascending, last the number of edges
     * @param neighbours the source of each edge, from 0 to {@code sources} - 1
     * @param options of which mode, hub limit and threads matter here
     * @throws IllegalArgumentException if the arrays don't fit each other, or closed rows have more targets than sources
     */
    public static SharedSums search(int sources, int[] offsets, int[] neighbours, HagOptions options) {
        RowArrays rows = new RowArrays(sources, offsets, neighbours);
        boolean closed = options.mode() == HagOptions.Mode.CLOSED;
        if (closed) {
            requireClosable(rows);
        }
        Components components = Components.find(rows, closed);
        List<ComponentSearch.Found> found = options.threads() == 1
                ? searchAll(new ComponentSearch(rows, components, options), components.count())
                : searchInThreads(rows, components, options);
        return SharedSums.of(rows, options.mode(), components, found);
    }

    private static void requireClosable(RowArrays rows) {
        if (rows.targets() > rows.sources()) {
            throw new IllegalArgumentException("Closed rows of %d targets need a source for each, and there are %d."
                    .formatted(rows.targets(), rows.sources()));
        }
        if ((long) rows.neighbours().length + rows.targets() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("There are too many edges (%d) for closed rows of %d targets."
                    .formatted(rows.neighbours().length, rows.targets()));
        }
    }

    private static List<ComponentSearch.Found> searchAll(ComponentSearch search, int components) {
        List<ComponentSearch.Found> found = new ArrayList<>(components);
        for (int c = 0; c < components; c++) {
            found.add(search.search(c));
        }
        return found;
    }

    private static List<ComponentSearch.Found> searchInThreads(
            RowArrays rows, Components components, HagOptions options) {
        ComponentSearch.Found[] found = new ComponentSearch.Found[components.count()];
        AtomicInteger next = new AtomicInteger();
        Runnable work = () -> {
            ComponentSearch search = new ComponentSearch(rows, components, options);
            for (int c = next.getAndIncrement(); c < found.length; c = next.getAndIncrement()) {
                found[c] = search.search(c);
            }
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(options.threads())) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < options.threads(); i++) {
                all.add(threads.submit(work));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The search was interrupted.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The search failed.", e.getCause());
        }
        return List.of(found);
    }
}
