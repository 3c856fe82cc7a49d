package io.anabranch.learn.depth;

import io.anabranch.learn.model.Levels;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The cells of a stage: one that its layers share, or one for each.
 *
 * @param <C> kind of cell
 */
final class Cells<C> {

    /** Makes the cell of a name that reads rows of the width in. */
    @FunctionalInterface
    interface Maker<C> {
        C cell(String name, int in);
    }

    private final int firstLayer;
    private final List<C> all;
    private final boolean shared;
    private final boolean ofStage;

    private Cells(int firstLayer, List<C> all, boolean shared, boolean ofStage) {
        this.firstLayer = firstLayer;
        this.all = List.copyOf(all);
        this.shared = shared;
        this.ofStage = ofStage;
    }

    /** @param atStart whether the stage begins with a cell, whoever else shares it */
    static <C> Cells<C> of(ModelSpec spec, int stage, boolean atStart, Maker<C> maker) {
        Levels levels = Levels.of(spec);
        boolean shared = levels.stage(stage).getSharedCell();
        List<C> all = new ArrayList<>();
        if (atStart || shared) {
            all.add(maker.cell(TensorNames.stageCell(stage), levels.stage(stage).getWidth()));
        }
        for (int i = levels.firstLayer(stage); i <= levels.lastLayer(stage) && !shared; i++) {
            all.add(maker.cell(TensorNames.layerCell(i), spec.getLayers(i - 1).getOutputWidth()));
        }
        return new Cells<>(levels.firstLayer(stage), all, shared, atStart || shared);
    }

    C ofStage() {
        return all.getFirst();
    }

    C ofLayer(int layer) {
        return shared ? all.getFirst() : all.get(layer - firstLayer + (ofStage ? 1 : 0));
    }

    List<C> all() {
        return all;
    }
}
