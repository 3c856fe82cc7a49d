package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.stream.frozen.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One simulated world, drawn from a seed: 1 to 6 partitions, 1 to 3 layers, one or two model versions, with crashes or without.
 *
 * @param seed drives the schedule: interleaving, delays, batching, commits, crashes
 * @param models versions 1 and, where there is a second, 2
 */
record Scenario(
        long seed,
        int partitions,
        int featureDimension,
        List<GraphMutation> trace,
        List<ModelSnapshot> models,
        boolean crashes,
        AssertionMode mode,
        Set<Fault> faults) {

    private static final Convolution[] CONVOLUTIONS = {
        Convolution.CONVOLUTION_SAGE_SUM, Convolution.CONVOLUTION_SAGE_MEAN, Convolution.CONVOLUTION_GCN
    };
    private static final FeatureEncoding[] ENCODINGS = {
        FeatureEncoding.FEATURE_ENCODING_IDENTITY,
        FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED,
        FeatureEncoding.FEATURE_ENCODING_STANDARDIZED
    };

    static Scenario draw(long seed) {
        var random = new SplittableRandom(seed);
        int dimension = random.nextInt(1, 6);
        // Some are large enough for hubs, wide rows and many deltas per accumulator.
        boolean large = random.nextInt(100) == 0;
        if (large) {
            dimension = random.nextInt(10, 50);
        }
        var shape = large
                ? new TraceShape(150, 2_500, dimension, 3, 3, 0.2, 0.3, 0.1, 0.2, 0.2)
                : random.nextBoolean() ? TraceShape.mixed(random, dimension) : TraceShape.small(dimension);
        var trace = EventTraces.of(random, shape);
        var models = new ArrayList<ModelSnapshot>();
        int versions = random.nextInt(3) == 0 ? 2 : 1;
        for (int version = 1; version <= versions; version++) {
            models.add(model(random, version, dimension, large ? 70 : 6));
        }
        return new Scenario(
                random.nextLong(),
                random.nextInt(1, 7),
                dimension,
                trace,
                models,
                random.nextBoolean(),
                large ? AssertionMode.SAMPLED : seed % 3 == 0 ? AssertionMode.FULL : AssertionMode.OFF,
                Set.of());
    }

    private static ModelSnapshot model(SplittableRandom random, int version, int dimension, int widest) {
        int[] widths = new int[random.nextInt(2, 5)];
        widths[0] = dimension;
        for (int l = 1; l < widths.length; l++) {
            widths[l] = random.nextInt(1, widest);
        }
        var one = CONVOLUTIONS[random.nextInt(3)];
        boolean mixed = random.nextInt(5) == 0;
        return Snapshots.random(
                version,
                layer -> mixed ? CONVOLUTIONS[random.nextInt(3)] : one,
                ENCODINGS[random.nextInt(3)],
                random,
                widths);
    }

    Scenario with(List<GraphMutation> otherTrace) {
        return new Scenario(seed, partitions, featureDimension, otherTrace, models, crashes, mode, faults);
    }

    Scenario broken(Fault fault) {
        return new Scenario(
                seed, partitions, featureDimension, trace, models, crashes, AssertionMode.OFF, Set.of(fault));
    }

    Scenario checked(AssertionMode otherMode) {
        return new Scenario(seed, partitions, featureDimension, trace, models, crashes, otherMode, faults);
    }
}
