package io.anabranch.learn.model;

/** Names of a model's tensors, as the wire vocabulary fixes them. Layers count from 1. */
public final class TensorNames {

    public static final String FEATURES_MEAN = "features.mean";
    public static final String FEATURES_SCALE = "features.scale";
    public static final String READOUT_PREFIX = "readout.";
    public static final String READOUT_BIAS = READOUT_PREFIX + "bias";

    private static final String HISTORY_PREFIX = "history.";

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

    /** Of GIN. */
    public static String epsilon(int layer) {
        return "layer.%d.epsilon".formatted(layer);
    }

    /** Of GIN. */
    public static String outer(int layer) {
        return "layer.%d.outer".formatted(layer);
    }

    /** Of GIN. */
    public static String outerBias(int layer) {
        return "layer.%d.outer_bias".formatted(layer);
    }

    /** Of SAGE-pool. */
    public static String pool(int layer) {
        return "layer.%d.pool".formatted(layer);
    }

    /** Of SAGE-pool. */
    public static String poolBias(int layer) {
        return "layer.%d.pool_bias".formatted(layer);
    }

    /** Of a layer with a cell of its own; {@link #cellInput} and the others take it. */
    public static String layerCell(int layer) {
        return "layer.%d.cell".formatted(layer);
    }

    /** Stages count from 1. */
    public static String stageCell(int stage) {
        return "stage.%d.cell".formatted(stage);
    }

    /** Of a half of the cell that reads histories, 1 or 2. */
    public static String history(int half) {
        return HISTORY_PREFIX + half;
    }

    /** Whether it is a tensor of the cell that reads histories. */
    public static boolean isHistory(String name) {
        return name.startsWith(HISTORY_PREFIX);
    }

    public static String cellInput(String cell) {
        return cell + ".input";
    }

    public static String cellRecurrent(String cell) {
        return cell + ".recurrent";
    }

    public static String cellBias(String cell) {
        return cell + ".bias";
    }

    /** Whether a layer's or stage's tensor has one dimension, as a bias has. */
    public static boolean isVector(String name) {
        return name.endsWith("bias") || name.endsWith(".epsilon");
    }

    public static boolean isCellBias(String name) {
        return name.endsWith(cellBias(".cell"));
    }

    public static String entry(int stage) {
        return "stage.%d.entry".formatted(stage);
    }

    public static String entryBias(int stage) {
        return "stage.%d.entry_bias".formatted(stage);
    }

    public static String hiddenStart(int stage) {
        return "stage.%d.hidden".formatted(stage);
    }

    public static String hiddenStartBias(int stage) {
        return "stage.%d.hidden_bias".formatted(stage);
    }

    /** Levels count from 0. */
    public static String readout(int level) {
        return READOUT_PREFIX + level;
    }

    public static String headWeight(String task) {
        return "head.%s.weight".formatted(task);
    }

    public static String headBias(String task) {
        return "head.%s.bias".formatted(task);
    }
}
