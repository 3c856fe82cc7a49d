package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.Tensor;

/**
 * The random numbers of a run: each depends on the seed, the sequence's key, the step and the column alone, so that a step that is run again
 * draws what it drew, and a batch's make-up changes nothing.
 */
record NoiseSource(HiddenNoise levels, long seed, PackedSequences sequences) {

    private static final int WORDS = 4;
    private static final int NORMAL = 0;
    private static final int UNIFORM = 1 << 30;

    StepNoise at(int step) {
        return new DrawnNoise(this, step);
    }

    /** Standard normal numbers of a step for the first rows in the order of length, as a constant of the shape's tape: [n, w]. */
    Variable normal(Variable shape, int step, int column) {
        double[] values = words(shape, step, column, NORMAL);
        // Pairs of uniform numbers to pairs of normal ones (Box and Muller 1958); strict functions, so the same on
        // every machine.
        for (int i = 0; i < values.length; i += 2) {
            double radius = Math.sqrt(-2 * StrictMath.log(values[i]));
            double angle = 2 * Math.PI * values[i + 1];
            values[i] = radius * StrictMath.cos(angle);
            values[i + 1] = radius * StrictMath.sin(angle);
        }
        return constant(shape, values);
    }

    /** Numbers uniform in (0, 1), likewise. */
    Variable uniform(Variable shape, int step, int column) {
        return constant(shape, words(shape, step, column, UNIFORM));
    }

    /** Uniform numbers row after row, each row filled up to whole draws of four. */
    private double[] words(Variable shape, int step, int column, int kind) {
        int draws = draws(shape.columns());
        double[] values = new double[shape.rows() * draws * WORDS];
        int[] counter = new int[WORDS];
        int at = 0;
        for (int row = 0; row < shape.rows(); row++) {
            long key = sequences.keyAt(row);
            for (int draw = 0; draw < draws; draw++) {
                counter[0] = (int) key;
                counter[1] = (int) (key >>> 32);
                counter[2] = step;
                counter[3] = kind | column + draw * WORDS;
                Philox.scramble(counter, (int) seed, (int) (seed >>> 32));
                for (int word : counter) {
                    values[at++] = (Integer.toUnsignedLong(word) + 0.5) * 0x1p-32;
                }
            }
        }
        return values;
    }

    private static Variable constant(Variable shape, double[] padded) {
        Tensor values = Tensor.uninitialised(shape.tape().scope(), shape.value().type(), shape.rows(), shape.columns());
        int stride = draws(shape.columns()) * WORDS;
        double[] row = new double[shape.columns()];
        for (int r = 0; r < shape.rows(); r++) {
            System.arraycopy(padded, r * stride, row, 0, row.length);
            values.write(r * row.length, row, row.length);
        }
        return shape.tape().constant(values);
    }

    private static int draws(int columns) {
        return (columns + WORDS - 1) / WORDS;
    }
}
