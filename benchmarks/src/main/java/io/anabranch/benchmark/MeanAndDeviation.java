package io.anabranch.benchmark;

import java.util.Arrays;
import java.util.Locale;

/**
 * What several runs of the same came to.
 *
 * @param deviation standard deviation of the runs themselves, not of their mean
 */
record MeanAndDeviation(double mean, double deviation) {

    /** Not a number where there are no runs, or one of them is none. */
    static MeanAndDeviation of(double... runs) {
        double mean = Arrays.stream(runs).average().orElse(Double.NaN);
        double variance = Arrays.stream(runs)
                .map(run -> (run - mean) * (run - mean))
                .average()
                .orElse(Double.NaN);
        return new MeanAndDeviation(mean, Math.sqrt(variance));
    }

    String text(int decimals) {
        return String.format(
                Locale.ROOT, "%1$.{d}f ± %2$.{d}f".replace("{d}", Integer.toString(decimals)), mean, deviation);
    }
}
