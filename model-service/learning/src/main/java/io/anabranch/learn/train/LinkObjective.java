package io.anabranch.learn.train;

import io.anabranch.graph.Part;
import io.anabranch.learn.autodiff.Losses;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.gnn.Embeddings;
import io.anabranch.learn.probe.TrainingRows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells connected pairs from unconnected ones by the scalar product of their embeddings. As many negatives as positives:
 * new ones at every step, fixed ones to measure with.
 */
final class LinkObjective implements Objective {

    private final String task;
    private final LinkSplit split;
    private final int vertices;
    private final Map<Part, VertexPairs> negatives = new EnumMap<>(Part.class);

    LinkObjective(String task, LinkSplit split, RandomGenerator random) {
        this.task = task;
        this.split = split;
        this.vertices = split.messages().vertices();
        for (Part part : Part.values()) {
            negatives.put(part, sample(part, random));
        }
    }

    @Override
    public Head head() {
        return Head.newBuilder().setTask(task).setKind(HeadKind.HEAD_KIND_LINK).build();
    }

    @Override
    public int logits() {
        return 0;
    }

    @Override
    public boolean alwaysLinear() {
        return false;
    }

    @Override
    public Variable loss(Variable logits, RandomGenerator random) {
        VertexPairs positives = split.positives(Part.TRAIN);
        VertexPairs unconnected = sample(Part.TRAIN, random);
        int[] firsts = joined(positives.firsts(), unconnected.firsts());
        int[] seconds = joined(positives.seconds(), unconnected.seconds());
        float[] targets = new float[firsts.length];
        Arrays.fill(targets, 0, positives.size(), 1);
        Variable scores = logits.gatherRows(firsts).rowDot(logits.gatherRows(seconds));
        Tensor wanted = Tensor.of(logits.tape().scope(), logits.value().type(), targets.length, 1, targets);
        return Losses.binaryCrossEntropy(scores, wanted, null);
    }

    @Override
    public Map<String, Double> evaluate(Part part, Embeddings logits) {
        VertexPairs positives = split.positives(part);
        VertexPairs unconnected = negatives(part);
        int[] firsts = joined(positives.firsts(), unconnected.firsts());
        int[] seconds = joined(positives.seconds(), unconnected.seconds());
        float[] scores = new float[firsts.length];
        boolean[] isPositive = new boolean[firsts.length];
        double loss = 0;
        for (int i = 0; i < scores.length; i++) {
            isPositive[i] = i < positives.size();
            for (int j = 0; j < logits.width(); j++) {
                scores[i] += logits.value(firsts[i], j) * logits.value(seconds[i], j);
            }
            loss += Figures.binaryCrossEntropy(scores[i], isPositive[i]);
        }
        Map<String, Double> figures = new TreeMap<>();
        figures.put("rows", (double) scores.length);
        figures.put("loss", loss / scores.length);
        figures.put("auc", Metrics.rocAuc(scores, isPositive));
        figures.put("average_precision", Metrics.averagePrecision(scores, isPositive));
        return figures;
    }

    @Override
    public @Nullable TrainingRows probed() {
        return null;
    }

    @Override
    public String metricName() {
        return "auc";
    }

    private VertexPairs negatives(Part part) {
        VertexPairs pairs = negatives.get(part);
        if (pairs == null) {
            throw new IllegalStateException("The part (%s) has no pairs.".formatted(part));
        }
        return pairs;
    }

    private VertexPairs sample(Part part, RandomGenerator random) {
        return VertexPairs.unconnected(split.positives(part).size(), vertices, split.connected(), random);
    }

    private static int[] joined(int[] first, int[] second) {
        int[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
