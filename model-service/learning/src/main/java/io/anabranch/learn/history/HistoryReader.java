package io.anabranch.learn.history;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.model.HistoryFormat;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.learn.nn.Parametric;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.recurrent.Activations;
import io.anabranch.learn.recurrent.CellWeights;
import io.anabranch.learn.recurrent.ForgetLimit;
import io.anabranch.learn.recurrent.HiddenNoise;
import io.anabranch.learn.recurrent.PrunableCell;
import io.anabranch.learn.recurrent.Recurrence;
import io.anabranch.learn.recurrent.ReversibleCell;
import io.anabranch.learn.recurrent.ReversibleGru;
import io.anabranch.learn.recurrent.ReversibleLstm;
import io.anabranch.learn.recurrent.StabilityExponent;
import io.anabranch.learn.reversible.ReversibleStore;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cell of a history encoder, which can be learnt: from the steps of n vertices to what it shows of them after the last one, [n, width], and zeros for a
 * vertex without steps. Steps are worked out again on the way back instead of being stored. Owns its parameters, named as in the model: close it. Not thread-safe.
 */
public final class HistoryReader implements Parametric {

    /**
     * What was read.
     *
     * @param shown [n, width]
     * @param bitsPerNumberAndStep what the way back keeps for each number of the state and step; 0 where there were no steps
     */
    public record Read(Variable shown, double bitsPerNumberAndStep) {}

    private final ReversibleCell cell;
    private final Recurrence recurrence;

    private HistoryReader(ReversibleCell cell, HiddenNoise noise) {
        this.cell = cell;
        this.recurrence = new Recurrence(cell, noise, Activations.RECOMPUTED);
    }

    /** @param noise of the state while it learns, additive alone: gated cells have no step size */
    public static HistoryReader of(HistoryEncoder history, ParameterSource source, HiddenNoise noise) {
        CellWeights first = half(history, 1, source);
        CellWeights second = half(history, 2, source);
        ForgetLimit limit = new ForgetLimit(history.getMaxForget());
        ReversibleCell cell = history.getCell() == HistoryCell.HISTORY_CELL_REVERSIBLE_LSTM
                ? ReversibleLstm.of(first, second, limit)
                : ReversibleGru.of(gru(first), gru(second), limit);
        return new HistoryReader(cell, noise);
    }

    /** The cell of a finished model. */
    public static HistoryReader of(HistoryEncoder history, ModelTensors tensors) {
        return of(
                history,
                (name, rows, columns) -> Parameter.of(
                        name, DataType.FLOAT32, rows, columns, tensors.get(name).values()),
                HiddenNoise.none());
    }

    /** How fast a state grows at most; null of a cell whose weights say nothing about that. */
    public @Nullable StabilityExponent stability() {
        return cell instanceof ReversibleGru gru ? StabilityExponent.of(gru) : null;
    }

    private static CellWeights half(HistoryEncoder history, int half, ParameterSource source) {
        String name = TensorNames.history(half);
        int width = HistoryFormat.halfWidth(history);
        int columns = HistoryFormat.blocks(history) * width;
        return new CellWeights(
                source.parameter(
                        TensorNames.cellInput(name),
                        HistoryFormat.steps(history).width(),
                        columns),
                source.parameter(TensorNames.cellRecurrent(name), width, columns),
                source.parameter(TensorNames.cellBias(name), 1, columns));
    }

    private static GruCell gru(CellWeights weights) {
        return GruCell.of(weights.input(), weights.recurrent(), weights.bias());
    }

    /** What a half's bias begins with, [blocks * width]: an LSTM keeps its cell, everything else is zero. */
    public static float[] initialBias(HistoryEncoder history) {
        int width = HistoryFormat.halfWidth(history);
        float[] bias = new float[HistoryFormat.blocks(history) * width];
        if (history.getCell() == HistoryCell.HISTORY_CELL_REVERSIBLE_LSTM) {
            Arrays.fill(bias, 0, width, 1);
        }
        return bias;
    }

    public Read read(Tape tape, HistoryInput input, Pass pass) {
        Variable initial = recurrence.zeroState(tape, input.sequences().sequences());
        if (input.sequences().total() == 0) {
            return new Read(cell.output(initial), 0);
        }
        Recurrence.Run run = recurrence.run(pass, input.sequences(), tape.constant(input.rows()), initial, false);
        ReversibleStore store = run.store();
        double bits = store == null ? 0 : store.bufferBits();
        return new Read(cell.output(run.last()), bits / input.sequences().total() / cell.stateWidth());
    }

    /**
     * What the cell shows after each step, [total, width], in the order of the sequences' rows. Without noise.
     *
     * @param input of one step at least
     */
    Variable everyStep(Tape tape, HistoryInput input) {
        Variable initial = recurrence.zeroState(tape, input.sequences().sequences());
        return recurrence
                .everyStep(Pass.inference(), input.sequences(), tape.constant(input.rows()), initial)
                .outputs();
    }

    PrunableCell cell() {
        return cell;
    }

    @Override
    public List<Parameter> parameters() {
        return cell.parameters();
    }

    /** All matrices. */
    public List<Parameter> weights() {
        return parameters().stream()
                .filter(parameter -> !TensorNames.isVector(parameter.name()))
                .toList();
    }

    /** The biases. */
    public List<Parameter> vectors() {
        return parameters().stream()
                .filter(parameter -> TensorNames.isVector(parameter.name()))
                .toList();
    }
}
