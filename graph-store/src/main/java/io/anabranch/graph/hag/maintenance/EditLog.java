package io.anabranch.graph.hag.maintenance;

import it.unimi.dsi.fastutil.ints.IntArrayList;

/** Edits in their order, to be done again on another graph. 12 bytes an edit. */
final class EditLog implements GraphEdits {

    private static final int ADD = 0;
    private static final int REMOVE = 1;
    private static final int ADD_OWN = 2;
    private static final int REMOVE_OWN = 3;
    private static final int CLEAR = 4;
    private static final int GROW = 5;
    private static final int INTS = 3;

    private final IntArrayList edits = new IntArrayList();
    private int done;

    @Override
    public void add(int source, int target) {
        append(ADD, source, target);
    }

    @Override
    public void remove(int source, int target) {
        append(REMOVE, source, target);
    }

    @Override
    public void addOwn(int vertex) {
        append(ADD_OWN, vertex, vertex);
    }

    @Override
    public void removeOwn(int vertex) {
        append(REMOVE_OWN, vertex, vertex);
    }

    @Override
    public void clear(int target) {
        append(CLEAR, target, target);
    }

    @Override
    public void grow(int sources, int targets) {
        append(GROW, sources, targets);
    }

    /** Edits that are still to be done again. */
    int waiting() {
        return edits.size() / INTS - done;
    }

    /** Does at most so many of them. */
    void replay(GraphEdits onto, int most) {
        int end = done + Math.min(most, waiting());
        for (; done < end; done++) {
            int a = edits.getInt(INTS * done + 1);
            int b = edits.getInt(INTS * done + 2);
            switch (edits.getInt(INTS * done)) {
                case ADD -> onto.add(a, b);
                case REMOVE -> onto.remove(a, b);
                case ADD_OWN -> onto.addOwn(a);
                case REMOVE_OWN -> onto.removeOwn(a);
                case CLEAR -> onto.clear(a);
                case GROW -> onto.grow(a, b);
                default ->
                    throw new IllegalStateException(
                            "The log has no edit of kind %d.".formatted(edits.getInt(INTS * done)));
            }
        }
    }

    private void append(int kind, int a, int b) {
        edits.add(kind);
        edits.add(a);
        edits.add(b);
    }
}
