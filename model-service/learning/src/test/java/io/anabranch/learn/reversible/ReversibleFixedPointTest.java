package io.anabranch.learn.reversible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReversibleFixedPointTest {

    /** The ways to multiply, with a share z / 2^F each. */
    private enum Way {
        ROUNDED_DOWN {
            @Override
            long multiply(ReversibleFixedPoint numbers, int element, long h, long share) {
                return numbers.multiply(element, h, share);
            }

            @Override
            long divide(ReversibleFixedPoint numbers, int element, long h, long share) {
                return numbers.divide(element, h, share);
            }
        },
        ROUNDED_DOWN_STRIP {
            @Override
            long multiply(ReversibleFixedPoint numbers, int element, long h, long share) {
                values[element] = h;
                numbers.multiply(values, element, 1, strip(share), inverses(strip(share)));
                return values[element];
            }

            @Override
            long divide(ReversibleFixedPoint numbers, int element, long h, long share) {
                values[element] = h;
                numbers.divide(values, element, 1, strip(share), inverses(strip(share)));
                return values[element];
            }
        },
        DIGITS {
            @Override
            long multiply(ReversibleFixedPoint numbers, int element, long h, long share) {
                return numbers.multiplyDigits(element, h, share);
            }

            @Override
            long divide(ReversibleFixedPoint numbers, int element, long h, long share) {
                return numbers.divideDigits(element, h, share);
            }
        };

        final long[] values = new long[ELEMENTS];

        abstract long multiply(ReversibleFixedPoint numbers, int element, long h, long share);

        abstract long divide(ReversibleFixedPoint numbers, int element, long h, long share);
    }

    private static final int ELEMENTS = 37;
    private static final long[] EXTREMES = {0, 1, -1, ReversibleFixedPoint.LIMIT - 1, 1 - ReversibleFixedPoint.LIMIT};

    @ParameterizedTest
    @EnumSource
    void divisionUndoesMultiplicationWhateverIsInTheBuffer(Way way) {
        SplittableRandom random = new SplittableRandom(41);
        for (int bits : new int[] {3, 10, 16, 24}) {
            ReversibleFixedPoint numbers = new ReversibleFixedPoint(ELEMENTS, 40, bits);
            long[] h = random.longs(ELEMENTS, 1 - ReversibleFixedPoint.LIMIT, ReversibleFixedPoint.LIMIT)
                    .toArray();
            System.arraycopy(EXTREMES, 0, h, 0, EXTREMES.length);
            long[] start = h.clone();
            int steps = 120;
            long[][] shares = new long[steps][];
            long[][] increments = new long[steps][];
            for (int step = 0; step < steps; step++) {
                shares[step] = random.longs(ELEMENTS, 1, (1L << bits) + 1).toArray();
                // Mostly small shares, so that much is forgotten; the least, the most and those left out among them.
                shares[step][step % ELEMENTS] = 1;
                shares[step][(step + 1) % ELEMENTS] = 1L << bits;
                increments[step] = random.longs(ELEMENTS, -(1L << 40), 1L << 40).toArray();
                numbers.beginStep();
                for (int i = 0; i < ELEMENTS; i++) {
                    h[i] = way.multiply(numbers, i, h[i], shares[step][i]) + increments[step][i];
                }
                numbers.endStep();
            }
            assertThat(numbers.steps()).isEqualTo(steps);
            assertThat(numbers.bits()).as("lists were needed").isGreaterThan(80L * ELEMENTS);
            assertThat(numbers.bytes()).isGreaterThan(numbers.bits() / Byte.SIZE);
            for (int step = steps - 1; step >= 0; step--) {
                numbers.undoStep();
                for (int i = 0; i < ELEMENTS; i++) {
                    h[i] = way.divide(numbers, i, h[i] - increments[step][i], shares[step][i]);
                }
            }
            assertThat(h).as("%d bits", bits).isEqualTo(start);
            assertThat(numbers.isEmpty()).isTrue();
            assertThatThrownBy(numbers::undoStep).hasMessage("There is no step to undo.");
        }
    }

    @Test
    void aProductIsTheRealOneRoundedDown() {
        SplittableRandom random = new SplittableRandom(42);
        ReversibleFixedPoint numbers = new ReversibleFixedPoint(1, 40, 24);
        for (int run = 0; run < 20_000; run++) {
            long h = random.nextLong(1 - ReversibleFixedPoint.LIMIT, ReversibleFixedPoint.LIMIT) >> random.nextInt(60);
            long share = 1 + random.nextLong(1L << 24);
            long expected = BigInteger.valueOf(h)
                    .multiply(BigInteger.valueOf(share))
                    .shiftRight(24)
                    .longValueExact();
            numbers.beginStep();
            assertThat(numbers.multiply(0, h, share)).isEqualTo(expected);
            numbers.endStep();
            long[] strip = {h};
            numbers.beginStep();
            numbers.multiply(strip, 0, 1, strip(share), inverses(strip(share)));
            numbers.endStep();
            assertThat(strip[0]).isEqualTo(expected);
        }
    }

    /** MacKay et al.: 23 bits, shares of 10 bits, the error of one product below 2^-13. */
    @Test
    void thePublishedProductIsCloseToTheRealOne() {
        SplittableRandom random = new SplittableRandom(43);
        double largest = 0;
        for (int run = 0; run < 20_000; run++) {
            ReversibleFixedPoint numbers = new ReversibleFixedPoint(1, 23, 10);
            long h = random.nextLong(-(1L << 25), 1L << 25);
            long share = random.nextLong(1, 1025);
            numbers.beginStep();
            double found = numbers.toReal(numbers.multiplyDigits(0, h, share));
            largest = Math.max(largest, Math.abs(found - numbers.toReal(h) * share / 1024));
        }
        assertThat(largest).isBetween(0x1p-14, 0x1p-13);
    }

    /** The published numbers of a run: 101 bits, 103.0 forgotten. The lists' borders may cost a bit each. */
    @Test
    void aRunOfGatesUsesAsManyBitsAsItForgets() throws IOException {
        long[][] draws = draws();
        long start = draws[0][0];
        BigInteger buffer = BigInteger.ZERO;
        long reference = start;
        ReversibleFixedPoint digits = new ReversibleFixedPoint(1, 23, 10);
        ReversibleFixedPoint rounded = new ReversibleFixedPoint(1, 23, 10);
        long inDigits = start;
        long inRounded = start;
        double forgotten = 0;
        for (int step = 1; step < draws.length; step++) {
            long share = draws[step][0];
            BigInteger z = BigInteger.valueOf(share);
            buffer = buffer.shiftLeft(10).add(BigInteger.valueOf(Math.floorMod(reference, 1024)));
            reference = Math.floorDiv(reference, 1024) * share + buffer.mod(z).longValueExact() + draws[step][1];
            buffer = buffer.divide(z);
            forgotten += 10 - Math.log(share) / Math.log(2);
            digits.beginStep();
            inDigits = digits.multiplyDigits(0, inDigits, share) + draws[step][1];
            digits.endStep();
            rounded.beginStep();
            inRounded = rounded.multiply(0, inRounded, share) + draws[step][1];
            rounded.endStep();
        }
        assertThat(reference).isEqualTo(-6_800_529);
        assertThat(buffer).isEqualTo(new BigInteger("2279343001775260574960983457251"));
        assertThat(buffer.bitLength()).isEqualTo(101);
        assertThat(forgotten).isCloseTo(103.0, within(0.05));
        assertThat(digits.bits()).isBetween(98L, 104L);
        assertThat(rounded.bits()).isBetween(100L, (long) (1.4 * forgotten));

        for (int step = draws.length - 1; step > 0; step--) {
            digits.undoStep();
            inDigits = digits.divideDigits(0, inDigits - draws[step][1], draws[step][0]);
            rounded.undoStep();
            inRounded = rounded.divide(0, inRounded - draws[step][1], draws[step][0]);
        }
        assertThat(inDigits).isEqualTo(start);
        assertThat(inRounded).isEqualTo(start);
        assertThat(digits.isEmpty() && rounded.isEmpty()).isTrue();
    }

    /** Sander et al.: g = 0.9 is 58983 / 65536; 200 layers of width 16 come back exactly, with some 32 bits per element. */
    @Test
    void twoHundredMomentumLayersComeBackExactly() {
        int layers = 200;
        int width = 16;
        long share = (long) (0.9 * (1 << 16) + 1);
        assertThat(share).isEqualTo(58_983);
        double gamma = share / 65_536.0;
        double[][][] weights = new double[layers][width][];
        SplittableRandom random = new SplittableRandom(44);
        for (double[][] layer : weights) {
            Arrays.setAll(layer, i -> random.doubles(width, -0.2, 0.2).toArray());
        }
        for (boolean published : new boolean[] {true, false}) {
            ReversibleFixedPoint numbers = new ReversibleFixedPoint(width, 40, 16);
            long[] x = random.longs(width, -(1L << 40), 1L << 40).toArray();
            long[] v = new long[width];
            long[] start = x.clone();
            for (double[][] layer : weights) {
                long[] increments = increments(layer, x, gamma, numbers);
                numbers.beginStep();
                for (int i = 0; i < width; i++) {
                    v[i] = increments[i]
                            + (published ? numbers.multiplyDigits(i, v[i], share) : numbers.multiply(i, v[i], share));
                    x[i] += v[i];
                }
                numbers.endStep();
            }
            double predicted = layers * (published ? Math.log(65_536.0 / share) / Math.log(2) : 2 * (1 - gamma));
            double bits = (double) numbers.bits() / width;
            // The first product of a zero has no digits to lose, and the last bit of a word counts whole.
            assertThat(bits).isCloseTo(predicted, within(2.5));
            if (published) {
                assertThat(bits).isBetween(28.0, 32.0);
            }
            for (int layer = layers - 1; layer >= 0; layer--) {
                for (int i = 0; i < width; i++) {
                    x[i] -= v[i];
                }
                long[] increments = increments(weights[layer], x, gamma, numbers);
                numbers.undoStep();
                for (int i = 0; i < width; i++) {
                    long product = v[i] - increments[i];
                    v[i] = published ? numbers.divideDigits(i, product, share) : numbers.divide(i, product, share);
                }
            }
            assertThat(x).isEqualTo(start);
            assertThat(v).containsOnly(0);
            assertThat(numbers.isEmpty()).isTrue();
        }
    }

    @Test
    void aWholeShareChangesNothing() {
        SplittableRandom random = new SplittableRandom(45);
        ReversibleFixedPoint numbers = new ReversibleFixedPoint(2, 40, 24);
        numbers.beginStep();
        numbers.multiply(0, 12_345_678_901L, 777);
        numbers.endStep();
        long before = numbers.bits();
        for (int run = 0; run < 100; run++) {
            long h = random.nextLong(1 - ReversibleFixedPoint.LIMIT, ReversibleFixedPoint.LIMIT);
            numbers.beginStep();
            assertThat(numbers.multiply(0, h, 1L << 24)).isEqualTo(h);
            assertThat(numbers.multiplyDigits(1, h, 1L << 24)).isEqualTo(h);
            numbers.endStep();
        }
        assertThat(numbers.bits()).isEqualTo(before);
    }

    @Test
    void whatFixedPointCannotHoldIsRefused() {
        ReversibleFixedPoint numbers = new ReversibleFixedPoint(1, 40, 24);
        assertThat(numbers.limit()).isEqualTo(1 << 21);
        assertThat(numbers.toReal(numbers.toFixed(-1234.5))).isEqualTo(-1234.5);
        assertThat(numbers.share(0.5)).isEqualTo(1 << 23);
        assertThat(numbers.share(0)).isEqualTo(1);
        assertThat(numbers.share(2)).isEqualTo(1 << 24);
        for (double wrong : new double[] {Double.NaN, 1 << 21, -(1 << 21), Double.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() -> numbers.toFixed(wrong))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessage(
                            "The number (%s) is not of magnitude below 2097152.0, the most that fixed point with 40 "
                                    + "fraction bits takes.",
                            wrong);
        }
        assertThatThrownBy(() -> new ReversibleFixedPoint(1, 61, 24)).hasMessageContaining("fraction bits (61)");
        assertThatThrownBy(() -> new ReversibleFixedPoint(1, 40, 25)).hasMessageContaining("bits (25)");
        assertThatThrownBy(() -> new MomentumRule(0)).hasMessageContaining("momentum (0.0)");
        assertThat(new MomentumRule((float) 0.9).rounded()).isEqualTo((float) 0.9);
    }

    /** Strips take short cuts that elements do not; both must leave the same numbers and the same buffers. */
    @Test
    void aStripIsItsElementsOneByOne() {
        SplittableRandom random = new SplittableRandom(47);
        int size = 300;
        for (int bits : new int[] {1, 8, 24}) {
            for (int magnitude : new int[] {4, 30, 50, 60}) {
                ReversibleFixedPoint strips = new ReversibleFixedPoint(size, 40, bits);
                ReversibleFixedPoint single = new ReversibleFixedPoint(size, 40, bits);
                long[] inStrips =
                        random.longs(size, -(1L << magnitude), 1L << magnitude).toArray();
                long[] one = inStrips.clone();
                double[][] shares = new double[50][ReversibleFixedPoint.STRIP];
                for (double[] share : shares) {
                    // All of the range, or from one half on, as for most momenta.
                    Arrays.setAll(
                            share, i -> (1L << bits) - random.nextLong((1L << bits) - (i % 2) * (1L << (bits - 1))));
                    strips.beginStep();
                    strips.multiply(inStrips, 0, size, share, inverses(share));
                    strips.endStep();
                    single.beginStep();
                    for (int i = 0; i < size; i++) {
                        one[i] = single.multiply(i, one[i], (long) share[i]);
                    }
                    single.endStep();
                    assertThat(inStrips).isEqualTo(one);
                    assertThat(strips.bits()).isEqualTo(single.bits());
                    for (int i = 0; i < size; i++) {
                        long push = i % 5 == 0 ? 1L << magnitude : 7;
                        inStrips[i] += push;
                        one[i] += push;
                    }
                }
                for (int step = shares.length - 1; step >= 0; step--) {
                    double[] share = shares[step];
                    for (int i = 0; i < size; i++) {
                        long push = i % 5 == 0 ? 1L << magnitude : 7;
                        inStrips[i] -= push;
                        one[i] -= push;
                    }
                    strips.undoStep();
                    strips.divide(inStrips, 0, size, share, inverses(share));
                    single.undoStep();
                    for (int i = 0; i < size; i++) {
                        one[i] = single.divide(i, one[i], (long) share[i]);
                    }
                    assertThat(inStrips).isEqualTo(one);
                    assertThat(strips.bits()).isEqualTo(single.bits());
                }
                assertThat(strips.isEmpty() && single.isEmpty()).isTrue();
            }
        }
    }

    private static double[] strip(double first) {
        double[] strip = new double[ReversibleFixedPoint.STRIP];
        strip[0] = first;
        return strip;
    }

    private static double[] inverses(double[] shares) {
        return Arrays.stream(shares).map(share -> 1 / share).toArray();
    }

    private static long[] increments(double[][] weights, long[] x, double gamma, ReversibleFixedPoint numbers) {
        long[] increments = new long[x.length];
        for (int i = 0; i < x.length; i++) {
            double sum = 0;
            for (int j = 0; j < x.length; j++) {
                sum += weights[i][j] * numbers.toReal(x[j]);
            }
            increments[i] = numbers.toFixed((1 - gamma) * StrictMath.tanh(sum));
        }
        return increments;
    }

    private static long[][] draws() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ReversibleFixedPointTest.class.getResourceAsStream("multiplications.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> Arrays.stream(line.split(" ", -1))
                            .mapToLong(Long::parseLong)
                            .toArray())
                    .toArray(long[][]::new);
        }
    }
}
