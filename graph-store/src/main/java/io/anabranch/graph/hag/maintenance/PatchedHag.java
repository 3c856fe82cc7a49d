package io.anabranch.graph.hag.maintenance;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCost;
import io.anabranch.graph.hag.HagOptions;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Hag} that takes single edits of its graph. An edge that appears makes its source a child of its target. One that goes takes
 * that child with it; where the target reaches the source through a node, the node gives way to its children, again and again
 * down to the source, which is dropped. A node that nobody has as a child any more is freed. Every target covers exactly its row
 * after every edit, parallel edges included; sharing is never regained, so the graph costs more than a fresh search the more it
 * was patched ({@link MaintainedHag}).
 *
 * <p>In {@link HagOptions.Mode#CLOSED} a row also holds its own vertex, once, from {@link #addOwn} to {@link #removeOwn}; the targets of
 * the graph given have it from the start.
 *
 * <p>Time of an edit: a search in the sorted children of the target and a move of those behind; of a removal that meets a node, at
 * most the children below the target, and mostly a few of each level on the way. Memory: 33 bytes a target and 4 to 6 for each of its
 * children, 16 a node and 4 for each of its children, freed ones included.
 *
 * <p>Not thread-safe: one thread owns it.
 */
public final class PatchedHag implements GraphEdits {

    private final HagOptions.Mode mode;
    private final SharedNodes nodes;
    private final TargetRows rows;
    private final CoverPath path;
    private final Layout layout;

    private int sources;
    /** What each target covers, its own entry too. */
    private int[] covered;
    /** Targets whose row has its own entry. */
    private final BitSet own = new BitSet();

    private long directTransfers;
    private long directAggregations;
    private long unfoldings;
    private int[] given = new int[16];
    private @Nullable Hag flat;

    private PatchedHag(Hag hag, HagOptions.Mode mode) {
        this.mode = mode;
        this.layout = new Layout(hag.targetOrder(), hag.componentNodes(), hag.componentTargets());
        this.sources = hag.sources();
        this.nodes = new SharedNodes(hag);
        this.rows = new TargetRows(hag.targets());
        this.path = new CoverPath(nodes);
        this.covered = new int[hag.targets()];
        int[] sizes = coverSizes();
        for (int position = 0; position < hag.targets(); position++) {
            int target = hag.targetOrder()[position];
            int[] row = Arrays.copyOfRange(
                    hag.targetChildren(), hag.targetStarts()[position], hag.targetStarts()[position + 1]);
            int size = 0;
            for (int i = 0; i < row.length; i++) {
                row[i] = row[i] < sources ? row[i] : ~(row[i] - sources);
                size = Math.addExact(size, row[i] < 0 ? sizes[~row[i]] : 1);
                nodes.countParent(row[i]);
            }
            Arrays.sort(row);
            rows.set(target, row);
            cover(target, size);
        }
        nodes.freeUnused();
        if (mode == HagOptions.Mode.CLOSED) {
            own.set(0, hag.targets());
        }
    }

    /**
     * The graph as it is, to be patched; its arrays are not changed.
     *
     * @param mode which rows the targets cover, which the graph itself doesn't say
     * @throws IllegalArgumentException if closed rows have more targets than sources, or a target doesn't cover itself
     */
    public static PatchedHag of(Hag hag, HagOptions.Mode mode) {
        PatchedHag patched = new PatchedHag(hag, mode);
        if (mode == HagOptions.Mode.CLOSED) {
            patched.requireClosable(hag.sources(), hag.targets());
            for (int target = 0; target < hag.targets(); target++) {
                if (!patched.covers(target, target)) {
                    throw new IllegalArgumentException(
                            "The closed row of target %d lacks %d itself.%nMaybe the graph is of open rows."
                                    .formatted(target, target));
                }
            }
        }
        return patched;
    }

    /**
     * The graph in which every target has its own row for children, and nothing is shared yet.
     *
     * @param offsets targets + 1 offsets, first 0, ascending, last the number of edges
     * @param neighbours the source of each edge
     * @throws IllegalArgumentException if the arrays don't fit each other, or closed rows have more targets than sources
     */
    static PatchedHag ofRows(int sources, int[] offsets, int[] neighbours, HagOptions.Mode mode) {
        int targets = offsets.length - 1;
        int own = mode == HagOptions.Mode.CLOSED ? 1 : 0;
        int[] order = new int[targets];
        int[] starts = new int[targets + 1];
        int[] children = new int[Math.addExact(neighbours.length, own * targets)];
        for (int v = 0; v < targets; v++) {
            order[v] = v;
            int degree = offsets[v + 1] - offsets[v];
            System.arraycopy(neighbours, offsets[v], children, starts[v], degree);
            starts[v + 1] = starts[v] + degree + own;
            if (own > 0) {
                children[starts[v + 1] - 1] = v;
            }
        }
        int[] noNodes = {0, 0};
        int[] oneComponent = {0, targets};
        return of(
                new Hag(sources, targets, new int[1], new int[0], order, starts, children, noNodes, oneComponent),
                mode);
    }

    /** Which rows the targets cover. */
    public HagOptions.Mode mode() {
        return mode;
    }

    /** Sources, those without edges included. */
    public int sources() {
        return sources;
    }

    /** Targets, those without edges included. */
    public int targets() {
        return rows.count();
    }

    @Override
    public void grow(int newSources, int newTargets) {
        if (newSources < sources || newTargets < targets()) {
            throw new IllegalArgumentException("A graph of %d sources and %d targets cannot shrink to %d and %d."
                    .formatted(sources, targets(), newSources, newTargets));
        }
        requireClosable(newSources, newTargets);
        flat = null;
        rows.grow(newTargets);
        if (newTargets > covered.length) {
            covered = Arrays.copyOf(covered, Math.max(newTargets, covered.length + (covered.length >> 1)));
        }
        sources = newSources;
    }

    @Override
    public void add(int source, int target) {
        requireVertices(source, target);
        insert(source, target);
    }

    @Override
    public void remove(int source, int target) {
        requireVertices(source, target);
        boolean isOwnEntry = source == target && own.get(target);
        if ((isOwnEntry && copies(source, target) < 2) || !drop(source, target)) {
            throw new IllegalArgumentException("There is no edge from %d to %d.".formatted(source, target));
        }
    }

    @Override
    public void addOwn(int vertex) {
        requireOwn(vertex, false);
        own.set(vertex);
        insert(vertex, vertex);
    }

    @Override
    public void removeOwn(int vertex) {
        requireOwn(vertex, true);
        if (!drop(vertex, vertex)) {
            throw new IllegalStateException("The row of %d has lost its own entry.".formatted(vertex));
        }
        own.clear(vertex);
    }

    @Override
    public void clear(int target) {
        requireTarget(target);
        flat = null;
        int[] old = rows.children(target);
        int size = rows.size(target);
        rows.set(target, own.get(target) ? new int[] {target} : new int[0]);
        cover(target, own.get(target) ? 1 : 0);
        for (int i = 0; i < size && old[i] < 0; i++) {
            nodes.release(~old[i]);
        }
    }

    /** Whether the row of a target covers a source. */
    public boolean covers(int source, int target) {
        requireVertices(source, target);
        return rows.find(target, source) >= 0 || path.find(rows.children(target), rows.size(target), source);
    }

    /** Cost of a pass as the graph is now, without the time of a search; the index is that of {@link #toHag}. */
    public HagCost cost() {
        long components = layout.components(targets());
        long transfers = nodes.transfers() + rows.transfers();
        long ints = transfers + nodes.live() + 1 + 2L * targets() + 1 + 2 * (components + 1);
        return new HagCost(
                nodes.aggregations() + rows.aggregations(),
                transfers,
                (long) targets() + nodes.live(),
                nodes.live(),
                4 * ints);
    }

    /** Cost of summing each row by itself. */
    public HagCost direct() {
        return new HagCost(directAggregations, directTransfers, targets(), 0, 4L * (targets() + 1 + directTransfers));
    }

    /** Nodes that gave way to their children so far, once for each target. */
    public long unfoldings() {
        return unfoldings;
    }

    /**
     * The graph as it is now, to be executed. Components are those of the search, as an edge that appears brings no node along; new
     * targets are a component without nodes, at the end. Components may share sources.
     *
     * <p>Time: all transfers are copied and checked, some nanoseconds each. That is from a fifth of a pass of 64 floats a row to
     * three where rows stay in the cache, so whoever executes it writes it out for several passes, one a layer, and not after
     * every edit. The last answer is kept until the next one.
     */
    public Hag toHag() {
        Hag hag = flat;
        if (hag == null) {
            hag = new FlatHag(layout, nodes, rows, sources).hag();
            flat = hag;
        }
        return hag;
    }

    /** The rows as they are now, for another thread. */
    FrozenRows freeze() {
        return new FrozenRows(
                mode, sources, nodes, rows.freeze(), rows.sizes(), Arrays.copyOf(covered, targets()), (BitSet)
                        own.clone());
    }

    /** How much a pass costs beside the update of each target: |Ê| − |V_A| (Jia et al., KDD 2020, section 4.1). */
    long searchCost() {
        return nodes.transfers() + rows.transfers() - nodes.live();
    }

    long directTransfers() {
        return directTransfers;
    }

    SharedNodes nodes() {
        return nodes;
    }

    TargetRows rows() {
        return rows;
    }

    private void insert(int source, int target) {
        flat = null;
        rows.insert(target, source);
        cover(target, covered[target] + 1);
    }

    private boolean drop(int source, int target) {
        int place = rows.find(target, source);
        if (place >= 0) {
            rows.removeAt(target, place);
        } else if (path.find(rows.children(target), rows.size(target), source)) {
            unfold(source, target);
        } else {
            return false;
        }
        flat = null;
        cover(target, covered[target] - 1);
        return true;
    }

    /** Puts in the place of the first node on the way to a source what it covers, without one copy of the source. */
    private void unfold(int source, int target) {
        int count = 0;
        for (int i = 0; i < path.length(); i++) {
            int node = path.node(i);
            int left = i + 1 < path.length() ? ~path.node(i + 1) : source;
            for (int at = nodes.start(node); at < nodes.end(node); at++) {
                int child = nodes.child(at);
                if (child == left) {
                    left = Integer.MIN_VALUE;
                    continue;
                }
                if (count == given.length) {
                    given = Arrays.copyOf(given, 2 * count);
                }
                given[count++] = child;
                nodes.countParent(child);
            }
        }
        Arrays.sort(given, 0, count);
        int first = path.node(0);
        rows.replace(target, rows.find(target, ~first), given, count);
        // Last, as it may free what was just given to the target.
        nodes.release(first);
        unfoldings += path.length();
    }

    /** How often the row of a target covers a source. */
    private int copies(int source, int target) {
        int[] row = rows.children(target);
        int copies = 0;
        for (int i = 0; i < rows.size(target); i++) {
            copies += row[i] < 0 ? copiesBelow(~row[i], source) : row[i] == source ? 1 : 0;
        }
        return copies;
    }

    private int copiesBelow(int node, int source) {
        if (!nodes.mayCover(node, source)) {
            return 0;
        }
        int copies = 0;
        for (int at = nodes.start(node); at < nodes.end(node); at++) {
            int child = nodes.child(at);
            copies += child < 0 ? copiesBelow(~child, source) : child == source ? 1 : 0;
        }
        return copies;
    }

    private void cover(int target, int size) {
        directTransfers += size - covered[target];
        directAggregations += Math.max(0, size - 1) - Math.max(0, covered[target] - 1);
        covered[target] = size;
    }

    private int[] coverSizes() {
        int[] sizes = new int[nodes.count()];
        for (int node = 0; node < sizes.length; node++) {
            for (int at = nodes.start(node); at < nodes.end(node); at++) {
                int child = nodes.child(at);
                sizes[node] = Math.addExact(sizes[node], child < 0 ? sizes[~child] : 1);
            }
        }
        return sizes;
    }

    private void requireVertices(int source, int target) {
        if (source < 0 || source >= sources) {
            throw new IllegalArgumentException("The source (%d) must be from 0 to %d.".formatted(source, sources - 1));
        }
        requireTarget(target);
    }

    private void requireTarget(int target) {
        if (target < 0 || target >= targets()) {
            throw new IllegalArgumentException(
                    "The target (%d) must be from 0 to %d.".formatted(target, targets() - 1));
        }
    }

    private void requireOwn(int vertex, boolean there) {
        if (mode == HagOptions.Mode.OPEN) {
            throw new IllegalArgumentException("Open rows have no entry of their own (vertex %d).".formatted(vertex));
        }
        requireTarget(vertex);
        if (own.get(vertex) != there) {
            throw new IllegalArgumentException(
                    "The vertex %d is %s its own row.".formatted(vertex, there ? "not in" : "already in"));
        }
    }

    private void requireClosable(int newSources, int newTargets) {
        if (mode == HagOptions.Mode.CLOSED && newTargets > newSources) {
            throw new IllegalArgumentException("Closed rows of %d targets need a source for each, and there are %d."
                    .formatted(newTargets, newSources));
        }
    }
}
