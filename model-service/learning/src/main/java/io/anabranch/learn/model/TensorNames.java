package io.anabranch.learn.model;

/** Names of a model's tensors, as the wire vocabulary fixes them. Layers count from 1. */
public final class TensorNames {

    public static final String FEATURES_MEAN = "features.mean";
    public static final String FEATURES_SCALE = "features.scale";

    private TensorNames() {}

    public static String self(int layer) {
        return "layer.%d.self".formatted(layer);
    }

    public static String neighbor(int layer) {
        return "layer.%d.neighbor".formatted(layer);
    }

    /** Of one relation; that of the empty name is the one without a suffix. */
    public static String neighbor(int layer, String relation) {
        return relation.isEmpty() ? neighbor(layer) : neighbor(layer) + "." + relation;
    }

    public static String attentionSource(int layer) {
        return "layer.%d.attention_source".formatted(layer);
    }

    public static String attentionTarget(int layer) {
        return "layer.%d.attention_target".formatted(layer);
    }

    public static String bias(int layer) {
        return "layer.%d.bias".formatted(layer);
    }

    public static String headWeight(String task) {
        return "head.%s.weight".formatted(task);
    }

    public static String headBias(String task) {
        return "head.%s.bias".formatted(task);
    }
}
