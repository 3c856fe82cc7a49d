package io.anabranch.learn.recurrent;

import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.RowProducts;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A reversible cell whose parameters no longer change, on plain arrays: what {@link ReversibleHistory histories} of single sequences are advanced by. To the
 * last bit what {@link Recurrence} gives in inference with recomputed activations. Knows no tape and no tensor.
 *
 * <p>One thread at a time: it has the arrays that a step works in, so that histories need none.
 */
public abstract sealed class FrozenCell permits FrozenGru, FrozenLstm {

    private final int inputWidth;
    private final int partWidth;
    private final int parts;
    private final int fingerprint;
    private final float scale;
    private final float shift;

    /** Of the change that was computed last. */
    final float[] keep;

    final float[] increment;

    /** For a state to go back to. */
    final long[] saved;

    FrozenCell(ReversibleCell cell, ForgetLimit limit) {
        CRC32C checksum = new CRC32C();
        for (Parameter parameter : cell.parameters()) {
            if (parameter.tensor().type() != DataType.FLOAT32) {
                throw new IllegalArgumentException(
                        "The parameter (%s) of a cell to freeze must be of FLOAT32.".formatted(parameter));
            }
            float[] values = parameter.values();
            ByteBuffer bytes = ByteBuffer.allocate(2 * Integer.BYTES + values.length * Float.BYTES);
            bytes.putInt(parameter.rows()).putInt(parameter.columns());
            for (float value : values) {
                bytes.putFloat(value);
            }
            checksum.update(bytes.flip());
        }
        checksum.update(ByteBuffer.allocate(Double.BYTES).putDouble(0, limit.share()));
        this.inputWidth = cell.inputWidth();
        this.partWidth = cell.partWidth();
        this.parts = cell.parts();
        this.fingerprint = (int) checksum.getValue();
        this.scale = (float) limit.share();
        this.shift = (float) (1 - limit.share());
        this.keep = new float[partWidth];
        this.increment = new float[partWidth];
        this.saved = new long[parts * partWidth];
    }

    public final int inputWidth() {
        return inputWidth;
    }

    public final int outputWidth() {
        return ReversibleCell.HALVES * partWidth;
    }

    final int partWidth() {
        return partWidth;
    }

    final int parts() {
        return parts;
    }

    /** Differs, in all likelihood, for cells of other parameters, shapes or limits. */
    final int fingerprint() {
        return fingerprint;
    }

    /** How many changes a half step has, in order. */
    abstract int changes();

    /** Which part a change is made to. */
    abstract int part(int half, int change);

    /**
     * Computes the gates of a half step.
     *
     * @param event [in]
     * @param other the other half's hidden state, [w]
     */
    abstract void begin(int half, float[] event, float[] other);

    /**
     * Computes {@link #keep} and {@link #increment} of a change of the half step that was begun.
     *
     * @param changedBefore the part that the change before changed, as it is after that; any content for the first
     */
    abstract void change(int change, float[] changedBefore);

    /** out = x W + b for one row. */
    static void read(float[] x, float[] weights, float[] bias, float[] out) {
        RowProducts.multiply(x, 1, weights, weights.length / bias.length, bias.length, out);
        for (int i = 0; i < bias.length; i++) {
            out[i] += bias[i];
        }
    }

    /** The keep factor of a gate. */
    final float limited(float gate) {
        return scale == 1 ? gate : gate * scale + shift;
    }

    /** The columns from (inclusive) to (exclusive) of a parameter. */
    static float[] columns(Parameter parameter, int from, int to) {
        float[] all = parameter.values();
        float[] cut = new float[parameter.rows() * (to - from)];
        for (int row = 0; row < parameter.rows(); row++) {
            System.arraycopy(all, row * parameter.columns() + from, cut, row * (to - from), to - from);
        }
        return cut;
    }
}
