package io.anabranch.graph.hag.pass;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.search.PrefixSharing;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sequential plan ({@link PrefixSharing}) laid out for an aggregator that takes all lists one step further at a time: the states
 * after {@code step + 1} sources are the rows of a step, each made from a row of the step before and the source that it reads.
 * Lists that begin alike have their states in common as far as the plan shares them; the states after one source always are.
 *
 * <p>Immutable. Memory: 8 bytes a state and 4 a target.
 */
public final class ReadingSteps {

    /** In place of a state, for a target that reads nothing. */
    public static final int NO_STATE = -1;

    private final int sources;
    private final int[][] read;
    private final int[][] previous;
    private final int[] ends;
    private final int states;

    private ReadingSteps(int sources, int[][] read, int[][] previous, int[] ends, int states) {
        this.sources = sources;
        this.read = read;
        this.previous = previous;
        this.ends = ends;
        this.states = states;
    }

    /** @throws IllegalArgumentException if the plan is not sequential: a child other than the first is no source */
    public static ReadingSteps of(Hag plan) {
        return new Layout(plan).steps();
    }

    /** Rows that are read from. */
    public int sources() {
        return sources;
    }

    public int targets() {
        return ends.length;
    }

    /** Sources of the longest list. */
    public int steps() {
        return read.length;
    }

    /** States of all steps. */
    public int states() {
        return states;
    }

    /** The source that each state of a step reads. Not to be changed. */
    public int[] read(int step) {
        return read[step];
    }

    /** The row in the step before that each state goes on from; for steps from 1. Not to be changed. */
    public int[] previous(int step) {
        return previous[step];
    }

    /** Each target's last state, counted through all steps from the first, or {@link #NO_STATE}. Not to be changed. */
    public int[] ends() {
        return ends;
    }

    /** A state while steps are laid out: its step and its row there, in one number. */
    private static final class Layout {

        private final Hag plan;
        private final List<IntArrayList> read = new ArrayList<>();
        private final List<IntArrayList> previous = new ArrayList<>();
        private final int[] stepOfNode;
        private final int[] rowOfNode;
        /** By source: the row of the state that has read it alone. */
        private final int[] rowOfSource;

        private int step;
        private int row;

        Layout(Hag plan) {
            this.plan = plan;
            this.stepOfNode = new int[plan.nodes()];
            this.rowOfNode = new int[plan.nodes()];
            this.rowOfSource = new int[plan.sources()];
            Arrays.fill(rowOfSource, NO_STATE);
        }

        ReadingSteps steps() {
            for (int node = 0; node < plan.nodes(); node++) {
                walk(plan.nodeChildren(), plan.nodeStarts()[node], plan.nodeStarts()[node + 1]);
                stepOfNode[node] = step;
                rowOfNode[node] = row;
            }
            int[] stepOfTarget = new int[plan.targets()];
            int[] rowOfTarget = new int[plan.targets()];
            for (int position = 0; position < plan.targets(); position++) {
                int target = plan.targetOrder()[position];
                walk(plan.targetChildren(), plan.targetStarts()[position], plan.targetStarts()[position + 1]);
                stepOfTarget[target] = step;
                rowOfTarget[target] = row;
            }
            int[] firstOfStep = new int[read.size() + 1];
            for (int s = 0; s < read.size(); s++) {
                firstOfStep[s + 1] = firstOfStep[s] + read.get(s).size();
            }
            int[] ends = new int[plan.targets()];
            for (int v = 0; v < ends.length; v++) {
                ends[v] = stepOfTarget[v] < 0 ? NO_STATE : firstOfStep[stepOfTarget[v]] + rowOfTarget[v];
            }
            return new ReadingSteps(plan.sources(), arrays(read), arrays(previous), ends, firstOfStep[read.size()]);
        }

        /** Reads children from left to right, and leaves the state behind the last. */
        private void walk(int[] children, int from, int to) {
            step = -1;
            for (int i = from; i < to; i++) {
                int child = children[i];
                if (child < plan.sources()) {
                    read(child);
                } else if (i == from) {
                    step = stepOfNode[child - plan.sources()];
                    row = rowOfNode[child - plan.sources()];
                } else {
                    throw new IllegalArgumentException(
                            "The plan is not sequential: the child %d is an aggregation node and not the first."
                                    .formatted(child));
                }
            }
        }

        private void read(int source) {
            if (step < 0 && rowOfSource[source] != NO_STATE) {
                row = rowOfSource[source];
            } else {
                if (read.size() == step + 1) {
                    read.add(new IntArrayList());
                    previous.add(new IntArrayList());
                }
                IntArrayList states = read.get(step + 1);
                if (step < 0) {
                    rowOfSource[source] = states.size();
                } else {
                    previous.get(step + 1).add(row);
                }
                row = states.size();
                states.add(source);
            }
            step++;
        }

        private static int[][] arrays(List<IntArrayList> lists) {
            return lists.stream().map(IntArrayList::toIntArray).toArray(int[][]::new);
        }
    }
}
