package io.anabranch.serve.predict;

import java.util.SplittableRandom;

/** Random vectors: spread evenly, or in clusters of very different size. */
final class Clouds {

    private final SplittableRandom random;
    private final float[][] centres;
    private final int width;

    /** @param clusters 0: spread evenly */
    Clouds(long seed, int width, int clusters) {
        this.random = new SplittableRandom(seed);
        this.width = width;
        this.centres = new float[clusters][];
        for (int c = 0; c < clusters; c++) {
            centres[c] = gaussian(1);
        }
    }

    private float[] gaussian(double spread) {
        float[] values = new float[width];
        for (int i = 0; i < width; i++) {
            values[i] = (float) (spread * random.nextGaussian());
        }
        return values;
    }

    float[] next() {
        if (centres.length == 0) {
            return gaussian(1);
        }
        // The square makes the first clusters the larger ones.
        double u = random.nextDouble();
        float[] centre = centres[(int) (u * u * centres.length)];
        float[] values = gaussian(0.2);
        for (int i = 0; i < width; i++) {
            values[i] += centre[i];
        }
        return values;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }
}
