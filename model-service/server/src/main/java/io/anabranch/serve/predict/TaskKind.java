package io.anabranch.serve.predict;

import io.anabranch.model.v1.Head;

/** What a task predicts something of. */
public enum TaskKind {
    /** Classes or values of nodes. */
    NODES("classification or regression task"),
    /** Probabilities of edges. */
    LINKS("link task");

    private final String label;

    TaskKind(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    public boolean of(Head head) {
        return switch (head.getKind()) {
            case HEAD_KIND_MULTI_CLASS, HEAD_KIND_MULTI_LABEL, HEAD_KIND_REGRESSION -> this == NODES;
            case HEAD_KIND_LINK -> this == LINKS;
            case HEAD_KIND_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }
}
