package io.anabranch.graph.hag;

import io.anabranch.graph.hag.search.HagSearch;
import io.anabranch.graph.hag.search.SharedSums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Rows of in-neighbours for tests, and what computation graphs over them must hold. */
public final class TestRows {

    public final int sources;
    public final int[] offsets;
    public final int[] neighbours;

    public TestRows(int sources, int[] offsets, int[] neighbours) {
        this.sources = sources;
        this.offsets = offsets;
        this.neighbours = neighbours;
    }

    public static TestRows of(int sources, List<int[]> rows) {
        int[] offsets = new int[rows.size() + 1];
        for (int v = 0; v < rows.size(); v++) {
            offsets[v + 1] = offsets[v] + rows.get(v).length;
        }
        return new TestRows(
                sources, offsets, rows.stream().flatMapToInt(IntStream::of).toArray());
    }

    /** Everybody is a neighbour of everybody else. */
    public static TestRows complete(int nodes) {
        return cliques(nodes);
    }

    /** Complete graphs side by side. */
    public static TestRows cliques(int... sizes) {
        List<int[]> rows = new ArrayList<>();
        for (int size : sizes) {
            int first = rows.size();
            for (int v = 0; v < size; v++) {
                int own = first + v;
                rows.add(IntStream.range(first, first + size)
                        .filter(u -> u != own)
                        .toArray());
            }
        }
        return of(rows.size(), rows);
    }

    /**
     * 306 complete graphs with the 6,519 nodes and 137,734 edges that the paper gives for BZR, which are those of the set BZR_MD;
     * the molecules of BZR itself have nothing to share.
     */
    public static TestRows bzrMd() {
        int[] sizes = new int[306];
        Arrays.fill(sizes, 0, 73, 27);
        Arrays.fill(sizes, 73, 146, 15);
        Arrays.fill(sizes, 146, 209, 21);
        Arrays.fill(sizes, 209, 302, 22);
        System.arraycopy(new int[] {26, 16, 22, 20}, 0, sizes, 302, 4);
        return cliques(sizes);
    }

    /** Edges both ways between the first nodes and the others. */
    public static TestRows bipartite(int first, int second) {
        List<int[]> rows = new ArrayList<>();
        for (int v = 0; v < first + second; v++) {
            rows.add(
                    v < first
                            ? IntStream.range(first, first + second).toArray()
                            : IntStream.range(0, first).toArray());
        }
        return of(first + second, rows);
    }

    /** Rows in any order that overlap much: several components, hubs, empty rows, and now and then parallel edges and self-loops. */
    public static TestRows random(RandomGenerator random, int most) {
        int components = random.nextInt(1, 4);
        int size = random.nextInt(1, most);
        int sources = components * size + random.nextInt(4);
        double density = random.nextDouble();
        double parallel = random.nextBoolean() ? 0.1 : 0;
        List<int[]> rows = new ArrayList<>();
        for (int v = 0; v < components * size; v++) {
            List<Integer> row = new ArrayList<>();
            double own = random.nextInt(8) == 0 ? 0 : density;
            for (int u = 0; u < size; u++) {
                boolean edge = random.nextDouble() < own;
                for (int copies = edge ? 1 : 0; copies > 0; copies = random.nextDouble() < parallel ? 1 : 0) {
                    row.add(random.nextInt(row.size() + 1), v % components + u * components);
                }
            }
            rows.add(row.stream().mapToInt(u -> u).toArray());
        }
        return of(sources, rows);
    }

    public int targets() {
        return offsets.length - 1;
    }

    public SharedSums search(HagOptions options) {
        return HagSearch.search(sources, offsets, neighbours, options);
    }

    /** What target v must cover, ascending. */
    public int[] row(int v, HagOptions.Mode mode) {
        int[] row = Arrays.copyOfRange(neighbours, offsets[v], offsets[v + 1]);
        if (mode == HagOptions.Mode.CLOSED) {
            row = Arrays.copyOf(row, row.length + 1);
            row[row.length - 1] = v;
        }
        Arrays.sort(row);
        return row;
    }

    /** Throws unless every target covers its row, as multisets. */
    public void requireCovers(Hag hag, HagOptions.Mode mode) {
        for (int position = 0; position < targets(); position++) {
            int v = hag.targetOrder()[position];
            int[] cover = cover(hag, position);
            Arrays.sort(cover);
            if (!Arrays.equals(cover, row(v, mode))) {
                throw new AssertionError("Target %d covers %s, not %s."
                        .formatted(v, Arrays.toString(cover), Arrays.toString(row(v, mode))));
            }
        }
    }

    /** The sources below the target at a position, from left to right. */
    public static int[] cover(Hag hag, int position) {
        IntStream.Builder cover = IntStream.builder();
        for (int i = hag.targetStarts()[position]; i < hag.targetStarts()[position + 1]; i++) {
            collect(hag, hag.targetChildren()[i], cover);
        }
        return cover.build().toArray();
    }

    private static void collect(Hag hag, int child, IntStream.Builder cover) {
        if (child < hag.sources()) {
            cover.add(child);
            return;
        }
        int node = child - hag.sources();
        for (int i = hag.nodeStarts()[node]; i < hag.nodeStarts()[node + 1]; i++) {
            collect(hag, hag.nodeChildren()[i], cover);
        }
    }

    /** Throws unless sums of random 64-bit values through the graph are the direct ones, modulo 2^64. */
    public void requireEqualSums(Hag hag, HagOptions.Mode mode) {
        SplittableRandom random = new SplittableRandom(hag.transfers());
        long[] values = Arrays.copyOf(random.longs(sources).toArray(), sources + hag.nodes());
        for (int node = 0; node < hag.nodes(); node++) {
            values[sources + node] =
                    sum(values, hag.nodeChildren(), hag.nodeStarts()[node], hag.nodeStarts()[node + 1]);
        }
        for (int position = 0; position < targets(); position++) {
            int v = hag.targetOrder()[position];
            long direct = sum(values, neighbours, offsets[v], offsets[v + 1])
                    + (mode == HagOptions.Mode.CLOSED ? values[v] : 0);
            long shared =
                    sum(values, hag.targetChildren(), hag.targetStarts()[position], hag.targetStarts()[position + 1]);
            if (shared != direct) {
                throw new AssertionError("Target %d sums up to %d, not %d.".formatted(v, shared, direct));
            }
        }
    }

    private static long sum(long[] values, int[] children, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[children[i]];
        }
        return sum;
    }
}
