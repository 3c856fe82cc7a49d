package io.anabranch.stream.frozen;

/** What a layer or a map of rows applies to each number of its output. Zero becomes zero, so that padding stays what it is. */
public enum Activation {
    IDENTITY,
    RELU,
    TANH,
    /** {@code x} where x is above zero, else {@code exp(x) - 1}. */
    ELU;

    /** In place, on n floats, a multiple of what {@link Rows#stride} gives. */
    void apply(float[] rows, int at, int n) {
        switch (this) {
            case IDENTITY -> {}
            case RELU -> Rows.rectify(rows, at, rows, at, n);
            case TANH -> Curves.tanh(rows, at, n);
            case ELU -> Curves.elu(rows, at, n);
        }
    }

    /** The same of one number in double precision, for checks. */
    public double of(double x) {
        return switch (this) {
            case IDENTITY -> x;
            case RELU -> Math.max(x, 0);
            case TANH -> Math.tanh(x);
            case ELU -> x > 0 ? x : Math.expm1(x);
        };
    }
}
