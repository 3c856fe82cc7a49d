package io.anabranch.serve.explain;

import io.anabranch.model.v1.HeadKind;
import io.anabranch.serve.explain.Explanation.Score;
import io.anabranch.serve.recompute.TaskHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which number is explained, as a sum over columns of embeddings. */
sealed interface Question {

    /** @param embeddings of the subject, one or two */
    Score score(TaskHead head, List<double[]> embeddings);

    /** Of the value, by each of the embeddings. */
    List<double[]> slopes(TaskHead head, List<double[]> embeddings);

    /** What slopes times embeddings lack to be the value. */
    double constant(TaskHead head, List<double[]> embeddings);

    /**
     * A logit, or by how much it is above another.
     *
     * @param against -1: none
     */
    record OfLogit(HeadKind kind, int wanted, int against) implements Question {

        private double[] factors(TaskHead head) {
            double[] factors = new double[head.outputs()];
            factors[wanted] = 1;
            if (against >= 0) {
                factors[against] = -1;
            }
            return factors;
        }

        @Override
        public Score score(TaskHead head, List<double[]> embeddings) {
            double[] logits = head.logits(embeddings.getFirst());
            return new Score(logits[wanted] - (against < 0 ? 0 : logits[against]), probability(logits));
        }

        private @Nullable Double probability(double[] logits) {
            return switch (kind) {
                case HEAD_KIND_MULTI_CLASS -> {
                    double sum = 0;
                    for (double logit : logits) {
                        sum += Math.exp(logit - logits[wanted]);
                    }
                    yield 1 / sum;
                }
                case HEAD_KIND_MULTI_LABEL -> sigmoid(logits[wanted]);
                case HEAD_KIND_REGRESSION -> null;
                case HEAD_KIND_LINK, HEAD_KIND_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalStateException("A head of kind (%s) has no classes.".formatted(kind));
            };
        }

        @Override
        public List<double[]> slopes(TaskHead head, List<double[]> embeddings) {
            return List.of(head.slope(factors(head)));
        }

        @Override
        public double constant(TaskHead head, List<double[]> embeddings) {
            return head.constant(factors(head));
        }
    }

    /** The score of a pair. It is a product, so each end has half of it, by what the other end is. */
    record OfPair() implements Question {

        @Override
        public Score score(TaskHead head, List<double[]> embeddings) {
            double[] source = head.logits(embeddings.getFirst());
            double[] target = head.logits(embeddings.getLast());
            double value = 0;
            for (int i = 0; i < source.length; i++) {
                value += source[i] * target[i];
            }
            return new Score(value, sigmoid(value));
        }

        @Override
        public List<double[]> slopes(TaskHead head, List<double[]> embeddings) {
            return List.of(
                    head.slope(half(head.logits(embeddings.getLast()))),
                    head.slope(half(head.logits(embeddings.getFirst()))));
        }

        @Override
        public double constant(TaskHead head, List<double[]> embeddings) {
            return head.constant(half(head.logits(embeddings.getFirst())))
                    + head.constant(half(head.logits(embeddings.getLast())));
        }

        private static double[] half(double[] values) {
            double[] half = new double[values.length];
            for (int i = 0; i < half.length; i++) {
                half[i] = values[i] / 2;
            }
            return half;
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
