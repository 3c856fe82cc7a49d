package io.anabranch.graph.hag.maintenance;

/** Edits of the rows that a computation graph covers; whoever takes them covers the edited rows from then on. */
public interface GraphEdits {

    /**
     * An edge appears. One that is there already becomes two parallel ones.
     *
     * @throws IllegalArgumentException if there is no such source or target
     */
    void add(int source, int target);

    /**
     * An edge goes; of parallel ones, one.
     *
     * @throws IllegalArgumentException if there is no such edge
     */
    void remove(int source, int target);

    /**
     * A vertex joins its own closed row.
     *
     * @throws IllegalArgumentException if rows are open, there is no such target, or it is in its row
     */
    void addOwn(int vertex);

    /**
     * A vertex leaves its own closed row; edges from it to itself stay.
     *
     * @throws IllegalArgumentException if rows are open, there is no such target, or it is not in its row
     */
    void removeOwn(int vertex);

    /**
     * All edges into a target go; closed, its own entry stays if it was there.
     *
     * @throws IllegalArgumentException if there is no such target
     */
    void clear(int target);

    /**
     * Makes room for vertices that appear: new sources and targets without edges and, closed, without an entry of their own.
     *
     * @throws IllegalArgumentException if there would be fewer than before, or closed rows with more targets than sources
     */
    void grow(int sources, int targets);
}
