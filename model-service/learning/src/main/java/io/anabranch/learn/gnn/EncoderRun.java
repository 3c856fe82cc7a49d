package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.AllHopsReadout;
import io.anabranch.learn.depth.LevelState;
import io.anabranch.learn.depth.TrajectoryPenalty;
import io.anabranch.learn.model.Levels;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Pass;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One pass of an encoder over a graph. Used once. */
final class EncoderRun {

    private final Levels levels;
    private final ModelSpec spec;
    private final @Nullable AllHopsReadout readout;
    private final MessageGraph graph;
    private final Dropout dropout;
    private final Pass pass;
    private final @Nullable TrajectoryPenalty penalty;

    /** Visible rows of one width that followed each other so far. */
    private final List<Variable> way = new ArrayList<>();

    private @Nullable Variable penalised;
    private @Nullable Variable hops;

    EncoderRun(
            ModelSpec spec,
            @Nullable AllHopsReadout readout,
            MessageGraph graph,
            Dropout dropout,
            Pass pass,
            @Nullable TrajectoryPenalty penalty) {
        this.spec = spec;
        this.levels = Levels.of(spec);
        this.readout = readout;
        this.graph = graph;
        this.dropout = dropout;
        this.pass = pass;
        this.penalty = penalty;
    }

    GnnEncoder.Encoded plain(Tape tape, LayerInput features, List<GraphLayer> layers) {
        hop(tape, 0, features);
        Variable rows = block(1, layers).apply(tape, features);
        walk(rows);
        for (int i = 2; i <= layers.size(); i++) {
            hop(tape, i - 1, new LayerInput.DenseRows(rows));
            rows = block(i, layers).apply(tape, rows);
            if (levels.width(i) != levels.width(i - 1)) {
                way.clear();
            }
            walk(rows);
        }
        return encoded(rows);
    }

    GnnEncoder.Encoded staged(Tape tape, LayerInput features, List<GraphLayer> layers, List<StageLayers> stages) {
        Variable rows = stage(1, tape, features.dropped(dropout, pass), layers, stages.getFirst());
        for (int k = 2; k <= stages.size(); k++) {
            rows = stage(k, tape, new LayerInput.DenseRows(rows), layers, stages.get(k - 1));
        }
        return encoded(rows);
    }

    /** The visible rows after a stage's last layer, from what came before the stage. */
    private Variable stage(int number, Tape tape, LayerInput before, List<GraphLayer> layers, StageLayers stage) {
        way.clear();
        LevelState state = stage.connection()
                .start(stage.entry().of(before.times(stage.entry().weight().on(tape))));
        walk(state.visible());
        for (int i = levels.firstLayer(number); i <= levels.lastLayer(number); i++) {
            hop(tape, i - 1, new LayerInput.DenseRows(state.visible()));
            Variable output = block(i, layers).apply(tape, state.visible());
            state = stage.connection().next(i, output, state);
            walk(state.visible());
        }
        return state.visible();
    }

    private ConvolutionBlock block(int number, List<GraphLayer> layers) {
        return ConvolutionBlock.once(
                layers.get(number - 1), graph, spec.getLayers(number - 1).getActivation(), dropout, pass);
    }

    private GnnEncoder.Encoded encoded(Variable last) {
        hop(last.tape(), levels.layers(), new LayerInput.DenseRows(last));
        Variable embeddings = readout == null || hops == null
                ? last
                : hops.plus(readout.bias().on(last.tape()));
        return new GnnEncoder.Encoded(embeddings, penalised);
    }

    /** What a level adds to the embedding. */
    private void hop(Tape tape, int level, LayerInput rows) {
        if (readout != null) {
            Variable part = rows.times(readout.weight(level).on(tape));
            hops = hops == null ? part : hops.plus(part);
        }
    }

    private void walk(Variable rows) {
        if (penalty == null) {
            return;
        }
        int n = way.size();
        if (n > 0) {
            penalise(penalty.step(way.get(n - 1), rows));
        }
        if (n > 1) {
            penalise(penalty.bend(way.get(n - 2), way.get(n - 1), rows));
        }
        way.add(rows);
    }

    private void penalise(Variable part) {
        penalised = penalised == null ? part : penalised.plus(part);
    }
}
