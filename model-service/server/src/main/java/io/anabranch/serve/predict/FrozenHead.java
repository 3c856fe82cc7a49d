package io.anabranch.serve.predict;

import io.anabranch.learn.model.Levels;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteOrder;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The head of one task in plain arrays: logits = embedding · weight + bias. Without those tensors the embedding itself
 * is the logits. Shapes: embedding [d], weight [d, k] row-major, bias [k], logits [k]. Immutable.
 */
final class FrozenHead {

    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

    private final String task;
    private final HeadKind kind;
    private final List<String> classNames;
    private final float @Nullable [] weight;
    private final float @Nullable [] bias;
    private final int inputWidth;
    private final int outputWidth;

    private FrozenHead(Head head, float @Nullable [] weight, float @Nullable [] bias, int inputWidth, int outputWidth) {
        this.task = head.getTask();
        this.kind = head.getKind();
        this.classNames = List.copyOf(head.getClassNamesList());
        this.weight = weight;
        this.bias = bias;
        this.inputWidth = inputWidth;
        this.outputWidth = outputWidth;
    }

    /** @throws IllegalArgumentException when the tensors do not fit the spec */
    static FrozenHead of(ModelSnapshot snapshot, Head head) {
        int embedding = Levels.of(snapshot.getSpec()).embeddingWidth();
        float[] weight = values(snapshot, "head." + head.getTask() + ".weight");
        float[] bias = values(snapshot, "head." + head.getTask() + ".bias");
        int width = bias != null ? bias.length : weight != null ? weight.length / embedding : embedding;
        if (weight != null && weight.length != embedding * width) {
            throw new IllegalArgumentException("The weight of head (%s) has %d values, but must have %d times %d."
                    .formatted(head.getTask(), weight.length, embedding, width));
        }
        if (head.getClassNamesCount() != 0 && head.getClassNamesCount() != width) {
            throw new IllegalArgumentException("Head (%s) names %d classes, but has %d logits."
                    .formatted(head.getTask(), head.getClassNamesCount(), width));
        }
        return new FrozenHead(head, weight, bias, embedding, width);
    }

    HeadKind kind() {
        return kind;
    }

    String task() {
        return task;
    }

    /** Of this logit; its index where the spec names no classes. */
    String className(int logit) {
        return classNames.isEmpty() ? Integer.toString(logit) : classNames.get(logit);
    }

    int outputs() {
        return outputWidth;
    }

    /** In an array of their own. */
    float[] logits(float[] embedding) {
        float[] into = new float[outputWidth];
        float[] logits = logits(embedding, into);
        return logits == into ? into : logits.clone();
    }

    /**
     * Sums over d in order, so that the bits do not depend on the machine.
     *
     * @param into of this head's output width
     * @return the logits: {@code into}, or the embedding itself where the head changes nothing
     */
    float[] logits(float[] embedding, float[] into) {
        if (embedding.length != inputWidth) {
            throw new IllegalStateException(
                    "An embedding of width (%d) came to a head of width (%d).".formatted(embedding.length, inputWidth));
        }
        if (weight == null && bias == null) {
            return embedding;
        }
        int whole = LANES.loopBound(outputWidth);
        for (int k = 0; k < whole; k += LANES.length()) {
            FloatVector sums = bias == null ? FloatVector.zero(LANES) : FloatVector.fromArray(LANES, bias, k);
            if (weight == null) {
                sums = sums.add(FloatVector.fromArray(LANES, embedding, k));
            } else {
                for (int d = 0; d < inputWidth; d++) {
                    sums = sums.add(FloatVector.fromArray(LANES, weight, d * outputWidth + k)
                            .mul(embedding[d]));
                }
            }
            sums.intoArray(into, k);
        }
        for (int k = whole; k < outputWidth; k++) {
            float sum = bias == null ? 0 : bias[k];
            if (weight == null) {
                sum += embedding[k];
            } else {
                for (int d = 0; d < inputWidth; d++) {
                    sum += embedding[d] * weight[d * outputWidth + k];
                }
            }
            into[k] = sum;
        }
        return into;
    }

    /** Turns logits into probabilities in place, by this head's kind. */
    void probabilities(float[] logits) {
        if (kind == HeadKind.HEAD_KIND_MULTI_LABEL) {
            for (int k = 0; k < logits.length; k++) {
                logits[k] = sigmoid(logits[k]);
            }
        } else {
            softmax(logits);
        }
    }

    static float sigmoid(double x) {
        return (float) (1.0 / (1.0 + Math.exp(-x)));
    }

    /** The greatest logit is subtracted first, so that nothing overflows. */
    static void softmax(float[] logits) {
        float max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        double[] weights = new double[logits.length];
        for (int k = 0; k < logits.length; k++) {
            weights[k] = Math.exp(logits[k] - max);
            sum += weights[k];
        }
        for (int k = 0; k < logits.length; k++) {
            logits[k] = (float) (weights[k] / sum);
        }
    }

    private static float @Nullable [] values(ModelSnapshot snapshot, String name) {
        for (Tensor tensor : snapshot.getTensorsList()) {
            if (tensor.getName().equals(name)) {
                float[] values = new float[tensor.getData().size() / Float.BYTES];
                tensor.getData()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(values);
                return values;
            }
        }
        return null;
    }
}
