package io.anabranch.learn.model;

import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;

/** The heads of a valid GAT layer. */
public final class AttentionHeads {

    private AttentionHeads() {}

    /** How many; 0 in the spec means 1. */
    public static int count(Layer layer) {
        return layer.getHeads() == 0 ? 1 : layer.getHeads();
    }

    /** The width C of one. */
    public static int width(Layer layer) {
        return averaged(layer) ? layer.getOutputWidth() : layer.getOutputWidth() / count(layer);
    }

    /** Whether they are averaged, not put side by side. */
    public static boolean averaged(Layer layer) {
        return layer.getHeadCombination() == HeadCombination.HEAD_COMBINATION_AVERAGED;
    }
}
