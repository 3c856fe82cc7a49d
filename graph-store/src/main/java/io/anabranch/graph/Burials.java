package io.anabranch.graph;

import io.anabranch.graph.adjacency.EdgeTable;
import it.unimi.dsi.fastutil.ints.Int2ObjectLinkedOpenHashMap;

/**
 * Buries what a raised delete time or the clock has condemned, in slices: a vertex of a million edges must not hold up its partition.
 *
 * <p>The edges of a condemned vertex are looked at from the end of each list to its beginning. That is safe between slices: an edge that
 * has not been looked at only ever moves towards the beginning, when another is removed, and a new one at the end was judged when it
 * was written. A delete time that rises again starts over. Out-edges go first, so that no slice changes the messages of edges that
 * are about to go. Not thread-safe.
 */
final class Burials {

    /** How far the lists of one vertex have been looked at: all from these places on. */
    private static final class Progress {
        int out;
        int in;
    }

    private final EdgeTable edges;
    private final EdgeRegisters registers;
    private final int mostAtOnce;
    private final Int2ObjectLinkedOpenHashMap<Progress> condemned = new Int2ObjectLinkedOpenHashMap<>();

    /** @param mostAtOnce as many edges are looked at within the mutation that condemns them */
    Burials(EdgeTable edges, EdgeRegisters registers, int mostAtOnce) {
        this.edges = edges;
        this.registers = registers;
        this.mostAtOnce = mostAtOnce;
    }

    /** The delete time of the vertex has risen. */
    void condemn(int v) {
        Progress progress = condemned.computeIfAbsent(v, vertex -> new Progress());
        progress.out = edges.out().count(v);
        progress.in = edges.in().count(v);
        if (condemned.size() == 1) {
            run(mostAtOnce);
        }
    }

    /** The clock has moved. */
    void expire() {
        if (registers.due()) {
            run(mostAtOnce);
        }
    }

    /** Whether edges live that are condemned. */
    boolean pending() {
        return !condemned.isEmpty() || registers.due();
    }

    /**
     * Looks at no more than this many edges and buries those that are condemned.
     *
     * @return how many were looked at
     */
    int run(int most) {
        int left = most;
        while (left > 0 && !condemned.isEmpty()) {
            int v = condemned.firstIntKey();
            if (lookAtNext(v, condemned.get(v))) {
                left--;
            } else {
                condemned.removeFirst();
            }
        }
        while (left > 0 && registers.due()) {
            registers.buryDue();
            left--;
        }
        return most - left;
    }

    private boolean lookAtNext(int v, Progress progress) {
        progress.out = Math.min(progress.out, edges.out().count(v));
        if (progress.out > 0) {
            registers.judge(edges.out().slot(v, --progress.out));
            return true;
        }
        progress.in = Math.min(progress.in, edges.in().count(v));
        if (progress.in > 0) {
            registers.judge(edges.in().slot(v, --progress.in));
            return true;
        }
        return false;
    }
}
