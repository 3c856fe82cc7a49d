package io.anabranch.learn.reversible;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The products and quotients of {@link ReversibleFixedPoint} on whole numbers in double, several at once. Below 2^50 all of them are exact, so
 * they are the bits that arithmetic of longs gives, wherever a number lies and whether the code was compiled yet.
 *
 * <p>Arrays have {@link ReversibleFixedPoint#STRIP} elements; those behind the count are scratch.
 */
final class WholeLanes {

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Adding and taking away 1.5 * 2^52 rounds to a whole number. */
    private static final double ROUNDER = 0x1.8p52;

    private WholeLanes() {}

    /**
     * Makes of numbers their products, and of each B what it becomes.
     *
     * @param one 2^F
     */
    static void multiply(
            double[] numbers, double[] buffers, double[] shares, double[] inverses, int count, double one) {
        DoubleVector inverseOfOne = DoubleVector.broadcast(SPECIES, 1 / one);
        for (int i = 0; i < count; i += LANES) {
            DoubleVector z = DoubleVector.fromArray(SPECIES, shares, i);
            DoubleVector inverse = DoubleVector.fromArray(SPECIES, inverses, i);
            DoubleVector h = DoubleVector.fromArray(SPECIES, numbers, i);
            DoubleVector high = quotient(h, inverseOfOne);
            DoubleVector low = h.sub(high.mul(one)).mul(z);
            DoubleVector part = quotient(low, inverseOfOne);
            DoubleVector rest = low.sub(part.mul(one));
            DoubleVector above = quotient(rest, inverse);
            DoubleVector below = quotient(rest.neg().add(one - 1), inverse);
            high.mul(z).add(part).intoArray(numbers, i);
            DoubleVector.fromArray(SPECIES, buffers, i)
                    .mul(above.add(1).add(below))
                    .add(above)
                    .intoArray(buffers, i);
        }
    }

    /** Makes of products the numbers without their F low bits, which go to the lows, and of each B what it was. */
    static void divide(
            double[] numbers,
            double[] lows,
            double[] buffers,
            double[] shares,
            double[] inverses,
            int count,
            double one) {
        DoubleVector unit = DoubleVector.broadcast(SPECIES, 1);
        for (int i = 0; i < count; i += LANES) {
            DoubleVector z = DoubleVector.fromArray(SPECIES, shares, i);
            DoubleVector inverse = DoubleVector.fromArray(SPECIES, inverses, i);
            DoubleVector product = DoubleVector.fromArray(SPECIES, numbers, i);
            DoubleVector high = quotient(product, inverse);
            DoubleVector part = product.sub(high.mul(z)).mul(one);
            DoubleVector first = quotient(part.add(z).sub(1), inverse);
            DoubleVector below = quotient(part.sub(first.mul(z)).add(one - 1), inverse);
            DoubleVector ofOneProduct = below.add(1);
            DoubleVector b = DoubleVector.fromArray(SPECIES, buffers, i);
            DoubleVector rest = quotient(b, unit.div(ofOneProduct));
            high.intoArray(numbers, i);
            first.add(b.sub(rest.mul(ofOneProduct))).intoArray(lows, i);
            rest.intoArray(buffers, i);
        }
    }

    /**
     * The quotient of whole numbers, rounded down, from the inverse of the divisor d. With the half in the dividend the quotient is 1 / (2 d) from the
     * next whole number at least, which is more than three roundings of it.
     */
    private static DoubleVector quotient(DoubleVector dividend, DoubleVector inverse) {
        return dividend.add(0.5).mul(inverse).sub(0.5).add(ROUNDER).sub(ROUNDER);
    }
}
