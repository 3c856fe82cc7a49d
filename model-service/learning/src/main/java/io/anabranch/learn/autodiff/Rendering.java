package io.anabranch.learn.autodiff;

import java.util.HashSet;
import java.util.Set;

/** Prints the computation of a variable. */
final class Rendering {

    private Rendering() {}

    static String tree(Variable root) {
        StringBuilder text = new StringBuilder();
        append(root, 0, new HashSet<>(), text);
        return text.toString();
    }

    private static void append(Variable variable, int depth, Set<Integer> seen, StringBuilder text) {
        text.append("  ".repeat(depth))
                .append('#')
                .append(variable.order())
                .append(' ')
                .append(variable);
        boolean first = seen.add(variable.order());
        text.append(first || variable.inputs().isEmpty() ? "\n" : " (above)\n");
        if (first) {
            variable.inputs().forEach(input -> append(input, depth + 1, seen, text));
        }
    }
}
