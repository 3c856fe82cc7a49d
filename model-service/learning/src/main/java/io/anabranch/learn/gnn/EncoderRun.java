package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.AllHopsReadout;
import io.anabranch.learn.depth.Connection;
import io.anabranch.learn.depth.LevelState;
import io.anabranch.learn.depth.MomentumConnection;
import io.anabranch.learn.depth.ReversibleGateConnection;
import io.anabranch.learn.depth.TrajectoryPenalty;
import io.anabranch.learn.model.Levels;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.reversible.GateRule;
import io.anabranch.learn.reversible.MomentumRule;
import io.anabranch.learn.reversible.ReversibleRule;
import io.anabranch.learn.reversible.ReversibleStack;
import io.anabranch.learn.reversible.Tap;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
    private final boolean storedActivations;

    private @Nullable Variable penalised;
    private @Nullable Variable hops;

    EncoderRun(
            ModelSpec spec,
            @Nullable AllHopsReadout readout,
            MessageGraph graph,
            Dropout dropout,
            Pass pass,
            @Nullable TrajectoryPenalty penalty,
            boolean storedActivations) {
        this.storedActivations = storedActivations;
        this.spec = spec;
        this.levels = Levels.of(spec);
        this.readout = readout;
        this.graph = graph;
        this.dropout = dropout;
        this.pass = pass;
        this.penalty = penalty;
    }

    /** @param historyBits as of {@link GnnEncoder.Encoded} */
    GnnEncoder.Encoded encoded(
            Tape tape, LayerInput input, List<GraphLayer> layers, List<StageLayers> stages, double historyBits) {
        Variable embeddings = stages.isEmpty() ? plain(tape, input, layers) : staged(tape, input, layers, stages);
        return new GnnEncoder.Encoded(embeddings, penalised, historyBits);
    }

    private Variable plain(Tape tape, LayerInput features, List<GraphLayer> layers) {
        hop(tape, 0, features);
        Variable rows = block(1, layers).apply(tape, features);
        List<Variable> way = new ArrayList<>(List.of(rows));
        for (int i = 2; i <= layers.size(); i++) {
            hop(tape, i - 1, new LayerInput.DenseRows(rows));
            rows = block(i, layers).apply(tape, rows);
            way.add(rows);
        }
        penalise(way);
        return embeddings(rows);
    }

    private Variable staged(Tape tape, LayerInput features, List<GraphLayer> layers, List<StageLayers> stages) {
        Variable rows = stage(1, tape, features.dropped(dropout, pass), layers, stages.getFirst());
        for (int k = 2; k <= stages.size(); k++) {
            rows = stage(k, tape, new LayerInput.DenseRows(rows), layers, stages.get(k - 1));
        }
        return embeddings(rows);
    }

    /** The visible rows after a stage's last layer, from what came before the stage. */
    private Variable stage(int number, Tape tape, LayerInput before, List<GraphLayer> layers, StageLayers stage) {
        LevelState state = stage.connection()
                .start(stage.entry().of(before.times(stage.entry().weight().on(tape))));
        ReversibleRule rule =
                storedActivations || pass instanceof Pass.Inference ? null : rule(number, stage.connection());
        if (rule != null) {
            return reversible(number, layers, state, rule);
        }
        List<Variable> way = new ArrayList<>(List.of(state.visible()));
        for (int i = levels.firstLayer(number); i <= levels.lastLayer(number); i++) {
            hop(tape, i - 1, new LayerInput.DenseRows(state.visible()));
            Variable output = block(i, layers).apply(tape, state.visible());
            state = stage.connection().next(i, output, state);
            way.add(state.visible());
        }
        penalise(way);
        return state.visible();
    }

    /** The same without stored activations. The level after the last layer is read out by whoever knows what comes of it. */
    private Variable reversible(int number, List<GraphLayer> layers, LevelState start, ReversibleRule rule) {
        int first = levels.firstLayer(number);
        List<ConvolutionBlock> blocks = new ArrayList<>();
        List<Tap> taps = new ArrayList<>();
        for (int i = first; i <= levels.lastLayer(number); i++) {
            blocks.add(ConvolutionBlock.repeatable(
                    layers.get(i - 1), graph, spec.getLayers(i - 1).getActivation(), dropout, pass));
            if (readout != null) {
                taps.add(new Tap(i - first, readout.weight(i - 1)));
            }
        }
        ReversibleStack.Result result = ReversibleStack.apply(
                start.visible().tape(), rule, blocks, start.visible(), start.hiddenRows(), taps, penalty);
        if (result.tapped() != null) {
            hops = hops == null ? result.tapped() : hops.plus(result.tapped());
        }
        penalise(result.penalty());
        return result.visible();
    }

    /** Null: what the connection does to a state cannot be undone. */
    private @Nullable ReversibleRule rule(int stage, Connection connection) {
        return switch (connection) {
            case MomentumConnection momentum when momentum.momentum() > 0 -> new MomentumRule(momentum.momentum());
            case ReversibleGateConnection gate -> new GateRule(cells(stage, gate), gate.maxForget());
            default -> null;
        };
    }

    private List<GruCell> cells(int stage, ReversibleGateConnection gate) {
        return levels.stage(stage).getSharedCell()
                ? List.of(gate.cell(levels.firstLayer(stage)))
                : IntStream.rangeClosed(levels.firstLayer(stage), levels.lastLayer(stage))
                        .mapToObj(gate::cell)
                        .toList();
    }

    private ConvolutionBlock block(int number, List<GraphLayer> layers) {
        return ConvolutionBlock.once(
                layers.get(number - 1), graph, spec.getLayers(number - 1).getActivation(), dropout, pass);
    }

    private Variable embeddings(Variable last) {
        hop(last.tape(), levels.layers(), new LayerInput.DenseRows(last));
        return readout == null || hops == null ? last : hops.plus(readout.bias().on(last.tape()));
    }

    /** What a level adds to the embedding. */
    private void hop(Tape tape, int level, LayerInput rows) {
        if (readout != null) {
            Variable part = rows.times(readout.weight(level).on(tape));
            hops = hops == null ? part : hops.plus(part);
        }
    }

    private void penalise(List<Variable> way) {
        if (penalty != null) {
            penalise(penalty.along(way));
        }
    }

    private void penalise(@Nullable Variable part) {
        if (part != null) {
            penalised = penalised == null ? part : penalised.plus(part);
        }
    }
}
