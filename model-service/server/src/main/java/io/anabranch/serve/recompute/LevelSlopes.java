package io.anabranch.serve.recompute;

import java.util.TreeMap;

/** Slopes of a value by the rows of one level, vertex by vertex, in the order of their numbers. */
final class LevelSlopes {

    /** Takes the slopes of one vertex, both as wide as its row. */
    @FunctionalInterface
    interface Visitor {
        void visit(int v, double[] visible, double[] hidden);
    }

    private final TreeMap<Integer, double[]> visible = new TreeMap<>();
    private final TreeMap<Integer, double[]> hidden = new TreeMap<>();

    /** By the visible row of a vertex, zeros at first; to be added to. */
    double[] visible(int v, int width) {
        return visible.computeIfAbsent(v, vertex -> new double[width]);
    }

    /** Adds slopes by a vertex's own state; what comes from there. */
    double add(int v, Depth.State state, double[] ofVisible, double[] ofHidden) {
        return added(visible(v, ofVisible.length), ofVisible, state.visible())
                + added(hidden.computeIfAbsent(v, vertex -> new double[ofHidden.length]), ofHidden, state.hidden());
    }

    private static double added(double[] slopes, double[] more, double[] row) {
        double sum = 0;
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] += more[i];
            sum += more[i] * row[i];
        }
        return sum;
    }

    /** What the visible rows of a level bring. */
    double value(Recomputation pass, int level) {
        double sum = 0;
        for (var of : visible.entrySet()) {
            sum += DepthSlopes.dot(of.getValue(), pass.row(level, of.getKey()));
        }
        return sum;
    }

    void forEach(Visitor visitor) {
        visible.forEach((v, of) -> visitor.visit(v, of, hidden.getOrDefault(v, new double[of.length])));
    }
}
