package io.anabranch.learn.compress;

import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.WeightTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much is written to each channel. Of one writer s_j = |W[:, j]|_1 + |b_j|, over that of its strongest channel; of a channel that several
 * write to, the greatest of these: it can go only if it is faint in all of them. Of a unit the sum over its channels.
 */
final class ChannelScores {

    private ChannelScores() {}

    /** By removable axis: for each unit from 0, which nothing is written to, to 1. */
    static Map<String, double[]> of(ModelAxes axes, ModelTensors tensors) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (Writer writer : axes.writers()) {
            Axis axis = axes.axis(writer.axis());
            if (!axis.removable()) {
                continue;
            }
            double[] of = relative(writer, axis, tensors);
            scores.merge(axis.name(), of, ChannelScores::greater);
        }
        return scores;
    }

    private static double[] relative(Writer writer, Axis axis, ModelTensors tensors) {
        double[] sums = new double[axis.units()];
        List<String> all = new ArrayList<>(writer.matrices());
        all.add(writer.bias());
        for (String name : all) {
            WeightTensor tensor = tensors.get(name);
            int columns = tensor.extent(tensor.rank() - 1);
            for (int i = 0; i < tensor.size(); i++) {
                int column = i % columns;
                if (writer.blocks().contains(column / axis.size())) {
                    sums[column % axis.size() / axis.unit()] += Math.abs(tensor.value(i));
                }
            }
        }
        double greatest = 0;
        for (double sum : sums) {
            greatest = Math.max(greatest, sum);
        }
        for (int u = 0; u < sums.length && greatest > 0; u++) {
            sums[u] /= greatest;
        }
        return sums;
    }

    private static double[] greater(double[] one, double[] other) {
        double[] greater = one.clone();
        for (int u = 0; u < greater.length; u++) {
            greater[u] = Math.max(one[u], other[u]);
        }
        return greater;
    }
}
