package io.anabranch.serve.predict;

import io.anabranch.serve.predict.Prediction.ClassProbability;
import io.anabranch.serve.predict.Prediction.Classified;
import io.anabranch.serve.predict.Prediction.LinkProbability;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.Prediction.ScoredLinks;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * How two versions' answers to one request differ.
 *
 * @param values for each node or pair the greatest absolute difference between two probabilities of one class, or of a regression
 *     between the two values; a class that one side does not know has probability 0 there
 * @param flips nodes with other chosen classes, pairs on the other side of one half
 */
record Difference(double[] values, int flips) {

    static Difference of(Classified one, Classified other) {
        double[] values = new double[one.nodes().size()];
        int flips = 0;
        for (int i = 0; i < values.length; i++) {
            NodeClasses left = one.nodes().get(i);
            NodeClasses right = other.nodes().get(i);
            values[i] = between(left, right);
            if (!new HashSet<>(left.chosen()).equals(new HashSet<>(right.chosen()))) {
                flips++;
            }
        }
        return new Difference(values, flips);
    }

    static Difference of(ScoredLinks one, ScoredLinks other) {
        double[] values = new double[one.links().size()];
        int flips = 0;
        for (int i = 0; i < values.length; i++) {
            LinkProbability left = one.links().get(i);
            LinkProbability right = other.links().get(i);
            values[i] = Math.abs(left.probability() - right.probability());
            if (left.probability() >= 0.5f != right.probability() >= 0.5f) {
                flips++;
            }
        }
        return new Difference(values, flips);
    }

    private static double between(NodeClasses left, NodeClasses right) {
        if (left.value() != null && right.value() != null) {
            return Math.abs(left.value() - right.value());
        }
        Map<String, Float> rest = probabilities(right.scores());
        double greatest = 0;
        for (ClassProbability score : left.scores()) {
            Float counterpart = rest.remove(score.className());
            greatest = Math.max(greatest, Math.abs(score.probability() - (counterpart == null ? 0 : counterpart)));
        }
        for (float unmatched : rest.values()) {
            greatest = Math.max(greatest, unmatched);
        }
        return greatest;
    }

    private static Map<String, Float> probabilities(List<ClassProbability> scores) {
        Map<String, Float> probabilities = new HashMap<>();
        scores.forEach(score -> probabilities.put(score.className(), score.probability()));
        return probabilities;
    }
}
