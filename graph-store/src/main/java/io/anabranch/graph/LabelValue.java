package io.anabranch.graph;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a label says about a node, by kind of task. */
public sealed interface LabelValue {

    /** Multi-class: exactly one of the task's classes, 1 to 256 bytes of UTF-8. */
    record OneClass(String name) implements LabelValue {
        public OneClass {
            Names.requireName("label's class", name);
        }
    }

    /** Multi-label: any number of classes, perhaps none. The set is copied and cannot be changed. */
    record ClassSet(SortedSet<String> names) implements LabelValue {
        public ClassSet {
            for (String name : names) {
                Names.requireName("label's class", name);
            }
            names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
        }

        public static ClassSet of(Collection<String> names) {
            return new ClassSet(new TreeSet<>(names));
        }
    }

    /** Regression: a finite number. */
    record Target(double value) implements LabelValue {
        public Target {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("The label's target (%s) must be finite.".formatted(value));
            }
        }
    }
}
