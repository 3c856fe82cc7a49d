package io.anabranch.graph.hag.pass;

import io.anabranch.graph.hag.Hag;
import java.util.ArrayList;
import java.util.List;

/** In which order, and on which threads, the rows of a {@link Hag} are summed. Immutable. */
final class HagSchedule {

    private final Hag hag;
    /** Children with sources before nodes. */
    private final SplitRows nodes;

    private final SplitRows targets;
    private final int threads;
    /** Runs of components, each a piece, by their ends; the large components are no part of them. */
    private final int[] pieces;

    private final List<DepthOrder> large;
    /** Scratch rows that the pieces need. */
    private int scratchRows;

    private HagSchedule(Hag hag, SplitRows nodes, SplitRows targets, int threads) {
        this.hag = hag;
        this.nodes = nodes;
        this.targets = targets;
        this.threads = threads;
        this.large = new ArrayList<>();
        this.pieces = layOut();
    }

    static HagSchedule of(Hag hag, int threads) {
        return new HagSchedule(
                hag,
                SplitRows.of(hag.sources(), hag.nodeStarts(), hag.nodeChildren()),
                SplitRows.of(hag.sources(), hag.targetStarts(), hag.targetChildren()),
                threads);
    }

    HagSchedule withThreads(int newThreads) {
        return new HagSchedule(hag, nodes, targets, newThreads);
    }

    Hag hag() {
        return hag;
    }

    /** Pairs of bounds. */
    private int[] layOut() {
        long size = Pieces.size(hag.transfers(), threads);
        List<Integer> bounds = new ArrayList<>();
        int begin = 0;
        long sum = 0;
        for (int c = 0; c < hag.components(); c++) {
            long transfers = transfers(c);
            boolean isLarge = transfers > size && transfers > 2L * Pieces.LEAST_TRANSFERS;
            if (isLarge) {
                add(bounds, begin, c);
                large.add(DepthOrder.of(hag, c));
                begin = c + 1;
                sum = 0;
            } else {
                scratchRows = Math.max(scratchRows, hag.componentNodes()[c + 1] - hag.componentNodes()[c]);
                sum += transfers;
                if (sum >= size) {
                    add(bounds, begin, c + 1);
                    begin = c + 1;
                    sum = 0;
                }
            }
        }
        add(bounds, begin, hag.components());
        return bounds.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void add(List<Integer> bounds, int from, int to) {
        if (from < to) {
            bounds.add(from);
            bounds.add(to);
        }
    }

    private long transfers(int component) {
        int[] starts = hag.nodeStarts();
        int[] ends = hag.targetStarts();
        return (long) starts[hag.componentNodes()[component + 1]]
                - starts[hag.componentNodes()[component]]
                + ends[hag.componentTargets()[component + 1]]
                - ends[hag.componentTargets()[component]];
    }

    void run(RowPass pass, ScratchRows scratch) {
        Pieces.run(threads, pieces.length / 2, () -> new Run(pass, scratch));
        for (DepthOrder component : large) {
            run(pass, scratch, component);
        }
    }

    /** One component at a time, whole. */
    private final class Run implements Pieces.Worker {

        private final RowPass pass;
        private final ScratchRows scratch;
        private final float[] rows;
        private final RowSums sums;

        Run(RowPass pass, ScratchRows scratch) {
            this.pass = pass;
            this.scratch = scratch;
            this.rows = scratch.take(Math.multiplyExact(scratchRows, pass.width));
            this.sums = new RowSums(pass.in, pass.inAt, pass.width, rows);
        }

        @Override
        public void run(int piece) {
            for (int c = pieces[2 * piece]; c < pieces[2 * piece + 1]; c++) {
                int first = hag.componentNodes()[c];
                sums.firstNode(hag.sources() + first);
                nodes.sum(sums, first, hag.componentNodes()[c + 1], rows, pass.width);
                targets.sum(sums, hag.componentTargets()[c], hag.componentTargets()[c + 1], hag.targetOrder(), pass);
            }
        }

        @Override
        public void close() {
            scratch.giveBack(rows);
        }
    }

    /** Maxima; pieces as for sums, but a large component is a piece too. */
    void run(MaxPass pass, ScratchRows scratch) {
        int smaller = pieces.length / 2;
        int rows = scratchRows;
        for (DepthOrder component : large) {
            rows = Math.max(rows, component.nodes());
        }
        int needed = rows;
        Pieces.run(threads, smaller + large.size(), () -> {
            MaxRun run = new MaxRun(pass, scratch, needed);
            return new Pieces.Worker() {
                @Override
                public void run(int piece) {
                    int first = piece < smaller
                            ? pieces[2 * piece]
                            : large.get(piece - smaller).component();
                    int end = piece < smaller ? pieces[2 * piece + 1] : first + 1;
                    for (int c = first; c < end; c++) {
                        run.component(c);
                    }
                }

                @Override
                public void close() {
                    run.close();
                }
            };
        });
    }

    /** Maxima of one component at a time. */
    private final class MaxRun implements AutoCloseable {

        private final MaxPass pass;
        private final ScratchRows scratch;
        private final float[] rows;
        private final int[] rowHolders;
        private final RowMaxima maxima;

        MaxRun(MaxPass pass, ScratchRows scratch, int nodeRows) {
            this.pass = pass;
            this.scratch = scratch;
            int floats = Math.multiplyExact(nodeRows, pass.width);
            this.rows = scratch.take(floats);
            this.rowHolders = new int[pass.holders == null ? 0 : floats];
            this.maxima = new RowMaxima(pass.in, pass.width, rows, null);
        }

        void component(int component) {
            int first = hag.componentNodes()[component];
            maxima.firstNode(hag.sources() + first);
            for (int node = first; node < hag.componentNodes()[component + 1]; node++) {
                nodes.max(
                        maxima,
                        node,
                        rows,
                        (node - first) * pass.width,
                        rowHolders,
                        pass.holders == null ? null : rowHolders);
            }
            for (int at = hag.componentTargets()[component]; at < hag.componentTargets()[component + 1]; at++) {
                targets.max(maxima, at, pass.out, hag.targetOrder()[at] * pass.width, rowHolders, pass.holders);
            }
        }

        @Override
        public void close() {
            scratch.giveBack(rows);
        }
    }

    private void run(RowPass pass, ScratchRows scratch, DepthOrder component) {
        float[] rows = scratch.take(Math.multiplyExact(component.nodes(), pass.width));
        for (int depth = 0; depth < component.depths(); depth++) {
            int[] bounds = component.bounds(depth, threads);
            Pieces.run(threads, bounds.length - 1, () -> {
                RowSums sums = sums(pass, rows, component);
                return piece -> nodes.sum(sums, component, bounds[piece], bounds[piece + 1], rows, pass.width);
            });
        }
        int[] bounds = Pieces.bounds(
                hag.targetStarts(),
                component.firstTarget(),
                component.endTarget(),
                Pieces.size(hag.transfers(), threads));
        Pieces.run(threads, bounds.length - 1, () -> {
            RowSums sums = sums(pass, rows, component);
            return piece -> targets.sum(sums, bounds[piece], bounds[piece + 1], hag.targetOrder(), pass);
        });
        scratch.giveBack(rows);
    }

    private RowSums sums(RowPass pass, float[] rows, DepthOrder component) {
        RowSums sums = new RowSums(pass.in, pass.inAt, pass.width, rows);
        sums.firstNode(hag.sources() + component.firstNode());
        return sums;
    }
}
