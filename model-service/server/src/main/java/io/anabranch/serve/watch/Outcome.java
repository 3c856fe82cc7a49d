package io.anabranch.serve.watch;

import io.anabranch.serve.predict.Prediction.LinkProbability;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.Prediction.Pair;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What has become of a node or a pair under one task of one version. Made once and shared by all who watch it; any thread. */
public final class Outcome {

    /** Of what. */
    public sealed interface Subject {}

    /** A node. */
    public record Node(String id) implements Subject {}

    /** A pair of nodes. */
    public record Link(Pair pair) implements Subject {}

    private final Subject subject;
    private final @Nullable NodeClasses classes;
    private final @Nullable LinkProbability link;
    private volatile @Nullable Object rendered;

    private Outcome(Subject subject, @Nullable NodeClasses classes, @Nullable LinkProbability link) {
        this.subject = subject;
        this.classes = classes;
        this.link = link;
    }

    static Outcome of(NodeClasses classes) {
        return new Outcome(new Node(classes.nodeId()), classes, null);
    }

    static Outcome of(LinkProbability link) {
        return new Outcome(new Link(link.pair()), null, link);
    }

    /** There is no prediction any more, or not yet. */
    static Outcome missing(Subject subject) {
        return new Outcome(subject, null, null);
    }

    public Subject subject() {
        return subject;
    }

    /** Null: it is of a pair, or missing. */
    public @Nullable NodeClasses classes() {
        return classes;
    }

    /** Null: it is of a node, or missing. */
    public @Nullable LinkProbability link() {
        return link;
    }

    public boolean isMissing() {
        return classes == null && link == null;
    }

    /** What a transport makes of it, made once: there must be one function only, without side effects. */
    public Object rendered(Function<Outcome, ?> by) {
        Object made = rendered;
        if (made == null) {
            made = by.apply(this);
            rendered = made;
        }
        return made;
    }
}
