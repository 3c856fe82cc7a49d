package io.anabranch.graph.snapshot;

import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All labels of one task, by node number ascending. Labels of nodes that don't exist are left out. Immutable.
 *
 * <p>A stream may mix kinds of values under one task; {@link #kinds()} says which occur, and the reader decides what it makes of it.
 */
public final class TaskLabels {

    /** The kind of a label's value. */
    public enum Kind {
        ONE_CLASS,
        CLASS_SET,
        TARGET;

        static Kind of(LabelValue value) {
            return switch (value) {
                case LabelValue.OneClass one -> ONE_CLASS;
                case LabelValue.ClassSet set -> CLASS_SET;
                case LabelValue.Target target -> TARGET;
            };
        }
    }

    private final String task;
    private final int[] nodes;
    private final List<Label> labels;
    private final List<String> classNames;
    private final Set<Kind> kinds;

    /** Nodes ascending, a label each. */
    TaskLabels(String task, int[] nodes, List<Label> labels) {
        this.task = task;
        this.nodes = nodes;
        this.labels = List.copyOf(labels);
        SortedSet<String> names = new TreeSet<>();
        Set<Kind> found = EnumSet.noneOf(Kind.class);
        for (Label label : labels) {
            found.add(Kind.of(label.value()));
            switch (label.value()) {
                case LabelValue.OneClass one -> names.add(one.name());
                case LabelValue.ClassSet set -> names.addAll(set.names());
                case LabelValue.Target target -> {}
            }
        }
        this.classNames = List.copyOf(names);
        this.kinds = Collections.unmodifiableSet(found);
    }

    public String task() {
        return task;
    }

    /** How many nodes are labelled. */
    public int size() {
        return nodes.length;
    }

    /** Number of the i-th labelled node. */
    public int node(int i) {
        return nodes[i];
    }

    public LabelValue value(int i) {
        return labels.get(i).value();
    }

    public Part part(int i) {
        return labels.get(i).part();
    }

    /** The classes that occur, ascending by name; a class's index is its place here. */
    public List<String> classNames() {
        return classNames;
    }

    /** The index of this class, or -1. */
    public int classIndex(String name) {
        return Math.max(-1, Collections.binarySearch(classNames, name));
    }

    /** Which kinds of values occur; one, in data that makes sense. */
    public Set<Kind> kinds() {
        return kinds;
    }

    /** The labelled nodes of one part, ascending. */
    public int[] nodes(Part part) {
        int[] found = new int[nodes.length];
        int count = 0;
        for (int i = 0; i < nodes.length; i++) {
            if (labels.get(i).part() == part) {
                found[count++] = nodes[i];
            }
        }
        return Arrays.copyOf(found, count);
    }
}
