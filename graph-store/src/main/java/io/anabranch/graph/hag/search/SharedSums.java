package io.anabranch.graph.hag.search;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCost;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagReport;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Everything that the rows of a graph share, as a search found it, and the plans that follow from it. A plan of less capacity
 * has the same nodes but those that it writes out in their parents.
 *
 * <p>Immutable; safe for any thread. Memory: that of the unlimited {@link Hag} and 4 bytes a node.
 */
public final class SharedSums {

    private final HagOptions.Mode mode;
    /** All merges, each a node of two children, then a node for each group of equal rows; no node is written out. */
    private final Hag all;
    /** Rows that shared the node when it was made: they never increase within a component. */
    private final int[] redundancy;

    private final HagCost direct;
    private final int hubRows;
    private final int hubSources;
    private final int equalRows;

    private SharedSums(
            HagOptions.Mode mode,
            Hag all,
            int[] redundancy,
            HagCost direct,
            int hubRows,
            int hubSources,
            int equalRows) {
        this.mode = mode;
        this.all = all;
        this.redundancy = redundancy;
        this.direct = direct;
        this.hubRows = hubRows;
        this.hubSources = hubSources;
        this.equalRows = equalRows;
    }

    static SharedSums of(
            RowArrays rows, HagOptions.Mode mode, Components components, List<ComponentSearch.Found> found) {
        FoundHag hag = new FoundHag(rows.sources(), components, found);
        int hubRows = 0;
        int hubSources = 0;
        int equalRows = 0;
        for (int c = 0; c < found.size(); c++) {
            ComponentSearch.Found one = found.get(c);
            hubRows += one.hubRows();
            hubSources += one.hubSources();
            equalRows += components.targets(c) - (one.rowStarts().length - 1);
        }
        HagCost direct = HagCost.direct(rows.offsets(), mode);
        return new SharedSums(mode, hag.hag(), hag.redundancy(), direct, hubRows, hubSources, equalRows);
    }

    /** Which rows were searched. */
    public HagOptions.Mode mode() {
        return mode;
    }

    /** Cost of summing each row by itself. */
    public HagCost direct() {
        return direct;
    }

    /** Targets with more children than {@link HagOptions#hubLimit}, whose rows were not searched. */
    public int hubRows() {
        return hubRows;
    }

    /** Sources of more rows than {@link HagOptions#hubLimit}, which were left out of the rows that were searched. */
    public int hubSources() {
        return hubSources;
    }

    /** Targets whose closed row is that of an earlier target; 0 for open rows, where they are not looked for. */
    public int equalRows() {
        return equalRows;
    }

    /**
     * The plan by the options' rule, capacity and lambda. The children of each row ascend.
     *
     * <p>Time: about a microsecond a node and, by {@link HagOptions.Rule#PRUNE}, a logarithm.
     *
     * @throws IllegalArgumentException if the options have another mode than the search
     */
    public Hag plan(HagOptions options) {
        if (options.mode() != mode) {
            throw new IllegalArgumentException(
                    "The search was of %s rows, the plan is to be of %s ones.".formatted(mode, options.mode()));
        }
        long capacity = options.capacity().limit(all.targets());
        BitSet writtenOut = options.rule() == HagOptions.Rule.PREFIX
                ? behindPrefix(capacity)
                : new Pruning(all).writeOut(options.lambda(), capacity);
        return writtenOut.isEmpty() ? all : Inlining.of(all, writtenOut);
    }

    /** What a plan of this search saves. */
    public HagReport report(Hag plan) {
        return new HagReport(
                direct, HagCost.of(plan), plan.depth(), plan.scratchRows(), equalRows, hubRows, hubSources);
    }

    /** All but the first merges by redundancy, over all components; of equal ones those of earlier components come first. */
    private BitSet behindPrefix(long capacity) {
        BitSet out = new BitSet(redundancy.length);
        if (capacity >= redundancy.length) {
            return out;
        }
        int[] sorted = redundancy.clone();
        Arrays.sort(sorted);
        int least = capacity == 0 ? Integer.MAX_VALUE : sorted[redundancy.length - (int) capacity];
        long room = capacity;
        for (int merge : redundancy) {
            room -= merge > least ? 1 : 0;
        }
        for (int node = 0; node < redundancy.length; node++) {
            boolean kept = redundancy[node] > least || (redundancy[node] == least && room-- > 0);
            out.set(node, !kept);
        }
        return out;
    }
}
