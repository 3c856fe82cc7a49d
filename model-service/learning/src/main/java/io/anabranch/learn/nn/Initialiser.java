package io.anabranch.learn.nn;

import java.util.random.RandomGenerator;

/** How a parameter [in, out] starts. The draws depend on the generator alone. */
@FunctionalInterface
public interface Initialiser {

    /** The value of the next element, row after row, of a parameter [rows, columns]. */
    double next(int rows, int columns, RandomGenerator random);

    /** Uniform in ±√(6 / (in + out)): keeps the variance of linear and tanh layers (Glorot and Bengio 2010). */
    static Initialiser glorotUniform() {
        return (rows, columns, random) -> (2 * random.nextDouble() - 1) * Math.sqrt(6.0 / (rows + columns));
    }

    /** Normal with variance 2 / in: keeps the variance of relu layers (He et al. 2015). */
    static Initialiser heNormal() {
        return (rows, columns, random) -> random.nextGaussian() * Math.sqrt(2.0 / rows);
    }

    static Initialiser uniform(double bound) {
        return (rows, columns, random) -> (2 * random.nextDouble() - 1) * bound;
    }

    static Initialiser constant(double value) {
        return (rows, columns, random) -> value;
    }

    static Initialiser zeros() {
        return constant(0);
    }
}
