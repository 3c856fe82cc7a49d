package io.anabranch.learn.train;

import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.compress.ChannelPruning;
import io.anabranch.learn.compress.DepthTrimming;
import io.anabranch.learn.compress.GraphSize;
import io.anabranch.learn.compress.ModelCost;
import io.anabranch.learn.compress.Pruned;
import io.anabranch.learn.gnn.FeatureEncoder;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.ModelWriter;
import io.anabranch.model.v1.ModelSnapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A trained model made smaller, to be trained on, and what that saves. */
record Slimming(ModelSnapshot model, ModelCost before, ModelCost after, List<String> notes) {

    /** Most epochs of the training that follows; it has no penalty. */
    private static final int TUNING_EPOCHS = 50;

    /** Last layers that change nothing go first, then the faintest channels until that share of parameters and FLOPs is gone. */
    static Slimming of(ModelSnapshot whole, GraphSnapshot graph, double share) {
        ModelTensors tensors = ModelTensors.of(whole);
        FeatureRows raw = FeatureRows.of(graph.features());
        GraphSize size = new GraphSize(graph.nodeCount(), graph.edgeCount(), values(raw));
        ModelCost before = ModelCost.of(whole.getSpec(), tensors, size);
        double[] steps = DepthTrimming.steps(
                whole.getSpec(),
                tensors,
                MessageGraph.of(graph),
                FeatureEncoder.of(whole.getSpec(), tensors).encode(raw));
        Pruned trimmed = DepthTrimming.trim(whole.getSpec(), tensors, steps, DepthTrimming.THRESHOLD);
        Pruned pruned = ChannelPruning.toBudget(trimmed.spec(), trimmed.tensors(), share, size, before);
        ModelCost after = ModelCost.of(pruned.spec(), pruned.tensors(), size);
        return new Slimming(
                ModelWriter.write(pruned.spec(), pruned.tensors().list(), whole.getProvenance()),
                before,
                after,
                List.of("Pruning: layers %s, channels %s; what follows is the training of the rest."
                        .formatted(trimmed, pruned)));
    }

    static TrainingOptions tuning(TrainingOptions options) {
        int epochs = Math.min(TUNING_EPOCHS, options.maxEpochs());
        return options.toBuilder()
                .maxEpochs(epochs)
                .patience(epochs)
                .depth(options.depth().withFeatureFlow(null))
                .build();
    }

    Map<String, Double> figures() {
        Map<String, Double> figures = new TreeMap<>();
        figures.put("pruned.parameters_before", (double) before.parameters());
        figures.put("pruned.parameters", (double) after.parameters());
        figures.put("pruned.flops_before", before.flops());
        figures.put("pruned.flops", after.flops());
        figures.put("pruned.bytes_before", (double) before.bytes());
        figures.put("pruned.bytes", (double) after.bytes());
        return figures;
    }

    private static double values(FeatureRows rows) {
        return rows instanceof FeatureRows.Sparse sparse
                ? (double) sparse.matrix().pattern().entries() / sparse.rows()
                : rows.dimension();
    }
}
