package io.anabranch.learn.spectral;

import io.anabranch.learn.tensor.SymmetricEigen;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The choice of q of m units by their second moments Σ (Furuya et al., AISTATS 2022; Suzuki et al., IJCAI 2020). With a ridge τ and
 * A = Σ[:, J] (Σ[J, J] + τ I)⁻¹ the information losses are
 *
 * <pre>
 *   input:    L_A(J) = min over A of mean |h - A h_J|² + τ |A|² = trace(Σ - A Σ[J, :])
 *   output:   L_B(J) = the same of Z h = trace(Z (Σ - A Σ[J, :]) Zᵀ)
 *   together: θ L_A + (1 - θ) L_B
 * </pre>
 *
 * @param readers Zᵀ Z of all that reads the state, [m][m]
 * @param theta θ, from 0 to 1
 * @param tau τ, more than 0: with units that repeat each other there is no A without it
 */
@SuppressWarnings("ArrayRecordComponent") // settings, never compared
public record SpectralPruning(double[][] readers, double theta, double tau) {

    public SpectralPruning {
        if (!(theta >= 0 && theta <= 1)) {
            throw new IllegalArgumentException(
                    "The share (%s) of the input's loss must be from 0 to 1.".formatted(theta));
        }
        if (!(tau > 0)) {
            throw new IllegalArgumentException("The ridge (%s) must be more than 0.".formatted(tau));
        }
    }

    /** Zᵀ Z where matrices with a row for each unit, [m][out], read the state. */
    public static double[][] readers(List<double[][]> weights) {
        int units = weights.getFirst().length;
        double[][] gram = new double[units][units];
        for (double[][] matrix : weights) {
            for (int i = 0; i < units; i++) {
                for (int j = 0; j < units; j++) {
                    for (int o = 0; o < matrix[i].length; o++) {
                        gram[i][j] += matrix[i][o] * matrix[j][o];
                    }
                }
            }
        }
        return gram;
    }

    /**
     * N(λ) = trace(Σ (Σ + λ I)⁻¹): as how many units the states count at that scale.
     *
     * @param lambda more than 0
     */
    public static double degreesOfFreedom(double[][] moments, double lambda) {
        if (!(lambda > 0)) {
            throw new IllegalArgumentException("The scale (%s) must be more than 0.".formatted(lambda));
        }
        return degreesOfFreedom(SymmetricEigen.of(moments, new double[0][]).values(), lambda);
    }

    private static double degreesOfFreedom(double[] values, double lambda) {
        return Arrays.stream(values)
                .map(s -> Math.max(0, s) / (Math.max(0, s) + lambda))
                .sum();
    }

    /** [Σ (Σ + λ I)⁻¹]_jj of every unit. */
    public static double[] leverage(double[][] moments, double lambda) {
        int m = moments.length;
        double[][] identity = new double[m][m];
        for (int i = 0; i < m; i++) {
            identity[i][i] = 1;
        }
        SymmetricEigen eigen = SymmetricEigen.of(moments, identity);
        double[] scores = new double[m];
        for (int j = 0; j < m; j++) {
            for (int k = 0; k < m; k++) {
                double s = Math.max(0, eigen.values()[k]);
                scores[j] += eigen.rows()[j][k] * eigen.rows()[j][k] * s / (s + lambda);
            }
        }
        return scores;
    }

    /**
     * Chooses units. Deterministic, with the seed.
     *
     * @param moments Σ, [m][m]
     * @param count q, from 1 to m
     * @param magnitudes of {@link UnitStrategy#MAGNITUDE}, [m]
     * @param seed of {@link UnitStrategy#RANDOM}
     */
    public KeptUnits choose(double[][] moments, int count, UnitStrategy strategy, double[] magnitudes, long seed) {
        int m = moments.length;
        if (count < 1 || count > m) {
            throw new IllegalArgumentException(
                    "The number of units (%d) that stay must be from 1 to (%d).".formatted(count, m));
        }
        int[] units = switch (strategy) {
            case GREEDY -> greedy(moments, count);
            case LEVERAGE -> greatest(leverage(moments, scaleOf(moments, count)), count);
            case MAGNITUDE -> greatest(magnitudes, count);
            case RANDOM -> drawn(m, count, seed);
        };
        Arrays.sort(units);
        return kept(moments, units);
    }

    /** What given units are worth. */
    public KeptUnits kept(double[][] moments, int[] units) {
        Residual residual = new Residual(moments, tau);
        for (int unit : units) {
            residual.take(unit);
        }
        return new KeptUnits(
                units.clone(), reconstruction(moments, units), residual.inputLoss(), residual.outputLoss(readers));
    }

    /** The λ at which the states count as that many units: N(λ) = count; the smallest that is looked at where they are fewer. */
    private static double scaleOf(double[][] moments, int count) {
        double[] values = SymmetricEigen.of(moments, new double[0][]).values();
        double greatest = values[values.length - 1];
        double low = Math.log(Math.max(greatest, Double.MIN_NORMAL) * 1e-12);
        double high = Math.log(Math.max(greatest, Double.MIN_NORMAL) * values.length);
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (degreesOfFreedom(values, Math.exp(middle)) > count) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.exp(high);
    }

    private int[] greedy(double[][] moments, int count) {
        Residual residual = new Residual(moments, tau);
        int[] units = new int[count];
        boolean[] taken = new boolean[moments.length];
        for (int k = 0; k < count; k++) {
            int best = -1;
            double most = Double.NEGATIVE_INFINITY;
            for (int unit = 0; unit < moments.length; unit++) {
                if (!taken[unit]) {
                    double gain = theta * residual.inputGain(unit);
                    gain += theta == 1 ? 0 : (1 - theta) * residual.outputGain(unit, readers);
                    if (gain > most) {
                        most = gain;
                        best = unit;
                    }
                }
            }
            taken[best] = true;
            units[k] = best;
            residual.take(best);
        }
        return units;
    }

    private static int[] greatest(double[] scores, int count) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer unit) -> -scores[unit]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int[] drawn(int units, int count, long seed) {
        int[] order = IntStream.range(0, units).toArray();
        SplittableRandom random = new SplittableRandom(seed);
        for (int k = 0; k < count; k++) {
            int other = random.nextInt(k, units);
            int unit = order[other];
            order[other] = order[k];
            order[k] = unit;
        }
        return Arrays.copyOf(order, count);
    }

    /** Σ[:, J] (Σ[J, J] + τ I)⁻¹ by Cholesky's factors. */
    private double[][] reconstruction(double[][] moments, int[] units) {
        int q = units.length;
        double[][] factor = new double[q][q];
        for (int i = 0; i < q; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = moments[units[i]][units[j]] + (i == j ? tau : 0);
                for (int k = 0; k < j; k++) {
                    sum -= factor[i][k] * factor[j][k];
                }
                if (i > j) {
                    factor[i][j] = sum / factor[j][j];
                } else if (sum > 0) {
                    factor[i][i] = Math.sqrt(sum);
                } else {
                    throw new IllegalArgumentException(
                            "The ridge (%s) is too small: unit (%d) repeats others that stay."
                                    .formatted(tau, units[i]));
                }
            }
        }
        double[][] maps = new double[moments.length][];
        for (int i = 0; i < maps.length; i++) {
            maps[i] = solved(factor, units, moments[i]);
        }
        return maps;
    }

    /** x with x (L Lᵀ) = the units' columns of a row. */
    private static double[] solved(double[][] factor, int[] units, double[] row) {
        int q = units.length;
        double[] x = new double[q];
        for (int i = 0; i < q; i++) {
            double sum = row[units[i]];
            for (int k = 0; k < i; k++) {
                sum -= factor[i][k] * x[k];
            }
            x[i] = sum / factor[i][i];
        }
        for (int i = q - 1; i >= 0; i--) {
            double sum = x[i];
            for (int k = i + 1; k < q; k++) {
                sum -= factor[k][i] * x[k];
            }
            x[i] = sum / factor[i][i];
        }
        return x;
    }
}
