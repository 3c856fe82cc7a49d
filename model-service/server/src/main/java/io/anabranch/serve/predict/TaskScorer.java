package io.anabranch.serve.predict;

import io.anabranch.model.v1.HeadKind;
import io.anabranch.serve.predict.Prediction.ClassProbability;
import io.anabranch.serve.predict.Prediction.LinkProbability;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.Prediction.Pair;
import java.util.ArrayList;
import java.util.List;

/** Predictions of one task of one version from embeddings at hand. Immutable; any thread. */
public final class TaskScorer {

    private final long version;
    private final FrozenHead head;

    TaskScorer(long version, FrozenHead head) {
        this.version = version;
        this.head = head;
    }

    public long version() {
        return version;
    }

    FrozenHead head() {
        return head;
    }

    public String task() {
        return head.task();
    }

    public HeadKind kind() {
        return head.kind();
    }

    /** Whether there is one value instead of classes. */
    public boolean regression() {
        return head.kind() == HeadKind.HEAD_KIND_REGRESSION;
    }

    /** Of a node task's classes, in the model's order; empty for a regression. */
    public List<String> classNames() {
        List<String> names = new ArrayList<>();
        for (int k = 0; k < head.outputs() && !regression(); k++) {
            names.add(head.className(k));
        }
        return names;
    }

    /** Of a node task. */
    public NodeClasses classes(String nodeId, NodeVector vector) {
        float[] logits = head.logits(vector.values());
        if (regression()) {
            return new NodeClasses(nodeId, List.of(), List.of(), logits[0], vector.freshness());
        }
        head.probabilities(logits);
        List<ClassProbability> scores = new ArrayList<>(logits.length);
        List<String> chosen = new ArrayList<>();
        int likeliest = 0;
        for (int k = 0; k < logits.length; k++) {
            scores.add(new ClassProbability(head.className(k), logits[k]));
            if (head.kind() == HeadKind.HEAD_KIND_MULTI_LABEL && logits[k] >= 0.5f) {
                chosen.add(head.className(k));
            }
            if (logits[k] > logits[likeliest]) {
                likeliest = k;
            }
        }
        if (head.kind() == HeadKind.HEAD_KIND_MULTI_CLASS) {
            chosen.add(head.className(likeliest));
        }
        return new NodeClasses(nodeId, chosen, scores, null, vector.freshness());
    }

    /**
     * Of a node task, the index of the likeliest class: the one that {@link #classes} chooses, or of several the likeliest. -1: it chooses none.
     */
    public int likeliest(NodeVector vector) {
        if (regression()) {
            return -1;
        }
        float[] probabilities = head.logits(vector.values());
        head.probabilities(probabilities);
        int likeliest = 0;
        for (int k = 1; k < probabilities.length; k++) {
            if (probabilities[k] > probabilities[likeliest]) {
                likeliest = k;
            }
        }
        return head.kind() == HeadKind.HEAD_KIND_MULTI_LABEL && probabilities[likeliest] < 0.5f ? -1 : likeliest;
    }

    /** Of a node task, before they become probabilities; a regression's value is the first. */
    public float[] logits(NodeVector vector) {
        return head.logits(vector.values()).clone();
    }

    /** Of a link task, before it becomes a probability. */
    public double score(NodeVector source, NodeVector target) {
        return Scores.dot(head.logits(source.values()), head.logits(target.values()));
    }

    /** Of a link task. */
    public LinkProbability link(Pair pair, NodeVector source, NodeVector target) {
        return new LinkProbability(
                pair,
                FrozenHead.sigmoid(score(source, target)),
                source.freshness().staler(target.freshness()));
    }
}
