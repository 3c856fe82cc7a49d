package io.anabranch.learn.spectral;

/**
 * The mean of h hᵀ over states h as they come, not centred: Σ of m units. What was seen long ago may count less: with forgetting f the state
 * seen n states ago has the weight (1 - f)^n. Memory: m² numbers, whatever was seen; time: m² per state.
 */
public final class SecondMoments {

    private final int units;
    private final double kept;
    /** Lower triangle, row after row. */
    private final double[] sums;

    private double weight;
    private long count;

    private SecondMoments(int units, double kept) {
        this.units = units;
        this.kept = kept;
        this.sums = new double[units * (units + 1) / 2];
    }

    /** All states count the same. */
    public static SecondMoments of(int units) {
        return forgetting(units, 0);
    }

    /** @param forgetting from 0 to less than 1: 0.001 looks back at about a thousand states */
    public static SecondMoments forgetting(int units, double forgetting) {
        if (units < 1) {
            throw new IllegalArgumentException("The number of units (%d) must be at least 1.".formatted(units));
        }
        if (!(forgetting >= 0 && forgetting < 1)) {
            throw new IllegalArgumentException(
                    "The share that is forgotten per state (%s) must be from 0 to less than 1.".formatted(forgetting));
        }
        return new SecondMoments(units, 1 - forgetting);
    }

    public int units() {
        return units;
    }

    /** How many states were added. */
    public long count() {
        return count;
    }

    /** Takes one state in: the numbers from {@code from} on. */
    public void add(float[] state, int from) {
        if (kept < 1) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] *= kept;
            }
        }
        int at = 0;
        for (int i = 0; i < units; i++) {
            double h = state[from + i];
            for (int j = 0; j <= i; j++) {
                sums[at++] += h * state[from + j];
            }
        }
        weight = kept * weight + 1;
        count++;
    }

    /** Σ, [m][m]: a copy. */
    public double[][] matrix() {
        return block(0, units);
    }

    /**
     * Σ of some units alone, as those of one half of a state.
     *
     * @param from the first
     * @param to behind the last
     * @throws IllegalStateException if no state was seen yet
     */
    public double[][] block(int from, int to) {
        if (count == 0) {
            throw new IllegalStateException("No state was seen yet: there are no moments.");
        }
        double[][] block = new double[to - from][to - from];
        for (int i = from; i < to; i++) {
            for (int j = from; j <= i; j++) {
                double mean = sums[i * (i + 1) / 2 + j] / weight;
                block[i - from][j - from] = mean;
                block[j - from][i - from] = mean;
            }
        }
        return block;
    }
}
