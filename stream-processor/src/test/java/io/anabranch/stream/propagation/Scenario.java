package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.stream.frozen.DeepSnapshots;
import io.anabranch.stream.frozen.HistorySnapshots;
import io.anabranch.stream.frozen.Snapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One simulated world, drawn from a seed: 1 to 6 partitions, one or two model versions of any kinds of layers, 1 to 3 on top of each
 * other or 1 to 6 with any connection along depth, a third of them with histories, with crashes of one mode or none.
 *
 * @param seed drives the schedule: interleaving, delays, batching, commits, crashes
 * @param lateness how far an update may lie behind its partition's clock, or {@link LogClock#ANY_LATENESS}
 * @param schedule what happens; null: what {@link Schedule} draws from the seed
 * @param models versions 1 and, where there is a second, 2
 */
record Scenario(
        long seed,
        int partitions,
        int featureDimension,
        List<GraphMutation> trace,
        List<ModelSnapshot> models,
        long lateness,
        CrashMode mode,
        AssertionMode assertions,
        Set<Fault> faults,
        @Nullable List<Action> schedule) {

    private static final Convolution[] CONVOLUTIONS = {
        Convolution.CONVOLUTION_SAGE_SUM,
        Convolution.CONVOLUTION_SAGE_MEAN,
        Convolution.CONVOLUTION_GCN,
        Convolution.CONVOLUTION_SAGE_MAX,
        Convolution.CONVOLUTION_SAGE_MIN,
        Convolution.CONVOLUTION_GAT
    };
    private static final DepthConnection[] CONNECTIONS = {
        DepthConnection.DEPTH_CONNECTION_PLAIN,
        DepthConnection.DEPTH_CONNECTION_RESIDUAL,
        DepthConnection.DEPTH_CONNECTION_GRU,
        DepthConnection.DEPTH_CONNECTION_LSTM,
        DepthConnection.DEPTH_CONNECTION_MOMENTUM,
        DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE,
        DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE
    };
    /** Of layers that may have relations; types of traces are "", "pays", "knows" and "owns". */
    private static final List<List<String>> RELATIONS =
            List.of(List.of(), List.of(), List.of("", "pays"), List.of("knows", "pays"), List.of("pays", "never", ""));

    private static final FeatureEncoding[] ENCODINGS = {
        FeatureEncoding.FEATURE_ENCODING_IDENTITY,
        FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED,
        FeatureEncoding.FEATURE_ENCODING_STANDARDIZED
    };

    private static final CrashMode[] MODES = {
        CrashMode.NONE,
        CrashMode.NONE,
        CrashMode.EXACTLY_ONCE,
        CrashMode.EXACTLY_ONCE,
        CrashMode.ONE_STORE,
        CrashMode.ONE_STORE,
        CrashMode.SEPARATE_STORES,
        CrashMode.ZOMBIES
    };

    private static final long[] LATENESSES = {LogClock.ANY_LATENESS, 12, LogClock.ANY_LATENESS, 30};

    static Scenario draw(long seed) {
        return draw(seed, MODES[(int) Math.floorMod(seed, MODES.length)]);
    }

    static Scenario draw(long seed, CrashMode mode) {
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
        // Of their own chance, so that the seeds without are what they were.
        var erasures = new SplittableRandom(seed * 41);
        if (erasures.nextInt(3) == 0) {
            trace = EventTraces.withErasures(trace, erasures, 0.1);
        }
        var models = new ArrayList<ModelSnapshot>();
        int versions = random.nextInt(3) == 0 ? 2 : 1;
        for (int version = 1; version <= versions; version++) {
            // Of their own chance, so that the seeds without are what they were.
            var reader = new SplittableRandom(seed * 37 + version);
            int shown = reader.nextInt(3) == 0 ? 2 * reader.nextInt(1, large ? 9 : 3) : 0;
            var layered = model(random, version, dimension + shown, large ? 70 : 6);
            // Of their own chance, so that the seeds without are what they were before there were connections.
            var deep = new SplittableRandom(seed * 31 + version);
            var model = deep.nextBoolean() ? layered : deepModel(deep, version, dimension + shown, large ? 40 : 6);
            models.add(shown == 0 ? model : HistorySnapshots.reading(model, shown, reader));
        }
        return new Scenario(
                random.nextLong(),
                random.nextInt(1, 7),
                dimension,
                trace,
                models,
                LATENESSES[(int) Math.floorMod(seed / MODES.length, LATENESSES.length)],
                mode,
                large ? AssertionMode.SAMPLED : seed % 5 == 0 ? AssertionMode.FULL : AssertionMode.OFF,
                Set.of(),
                null);
    }

    private static ModelSnapshot model(SplittableRandom random, int version, int dimension, int widest) {
        var kinds = new Layer[random.nextInt(1, 4)];
        int[] widths = new int[kinds.length + 1];
        widths[0] = dimension;
        var one = kind(random);
        boolean mixed = random.nextInt(3) == 0;
        for (int l = 1; l < widths.length; l++) {
            kinds[l - 1] = mixed ? kind(random) : one;
            widths[l] = random.nextInt(1, widest);
            if (kinds[l - 1].getHeadCombination() != HeadCombination.HEAD_COMBINATION_AVERAGED) {
                widths[l] *= Math.max(1, kinds[l - 1].getHeads());
            }
        }
        var model = Snapshots.random(version, l -> kinds[l - 1], ENCODINGS[random.nextInt(3)], random, widths);
        return Snapshots.scaled(model, ".attention_", attentionStrength(random, kinds));
    }

    private static ModelSnapshot deepModel(SplittableRandom random, int version, int dimension, int widest) {
        var kinds = new Layer[random.nextInt(1, 7)];
        var one = anyKind(random);
        boolean mixed = random.nextInt(3) == 0;
        for (int l = 0; l < kinds.length; l++) {
            kinds[l] = mixed ? anyKind(random) : one;
        }
        var connection = CONNECTIONS[random.nextInt(CONNECTIONS.length)];
        var model = DeepSnapshots.random(version, connection, kinds, dimension, widest, random);
        model = Snapshots.scaled(model, ".attention_", attentionStrength(random, kinds));
        return random.nextInt(3) == 0 ? DeepSnapshots.shut(model) : model;
    }

    private static Layer anyKind(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 ->
                Layer.newBuilder().setConvolution(Convolution.CONVOLUTION_GIN).build();
            case 1 ->
                Layer.newBuilder()
                        .setConvolution(Convolution.CONVOLUTION_SAGE_POOL)
                        .build();
            default -> kind(random);
        };
    }

    private static Layer kind(SplittableRandom random) {
        var convolution = CONVOLUTIONS[random.nextInt(CONVOLUTIONS.length)];
        var kind = Layer.newBuilder().setConvolution(convolution);
        switch (convolution) {
            case CONVOLUTION_GAT -> {
                kind.setHeads(random.nextInt(4)).setHeadCombinationValue(random.nextInt(3));
                if (random.nextBoolean()) {
                    kind.setNegativeSlope((float) random.nextDouble());
                }
            }
            case CONVOLUTION_SAGE_SUM, CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN ->
                kind.addAllRelations(RELATIONS.get(random.nextInt(RELATIONS.size())));
            default -> {}
        }
        return kind.build();
    }

    /**
     * A factor for attention vectors. Strong ones make shares that differ by many powers of ten. Over sums, whose numbers are great, they
     * are weak, since the error of a logit is the relative error of its share.
     */
    private static double attentionStrength(SplittableRandom random, Layer[] kinds) {
        boolean sums = Arrays.stream(kinds).anyMatch(kind -> kind.getConvolution() == Convolution.CONVOLUTION_SAGE_SUM);
        return sums ? 0.03 : random.nextInt(3) == 0 ? 4 : 1;
    }

    /** Whether any model reads histories; only then are they kept. */
    boolean histories() {
        return models.stream().anyMatch(model -> model.getSpec().hasHistory());
    }

    int ownerOf(String vertexId) {
        return Ownership.byHash(partitions, 0).ownerOf(vertexId);
    }

    Scenario with(List<GraphMutation> otherTrace, List<Action> otherSchedule) {
        return new Scenario(
                seed,
                partitions,
                featureDimension,
                otherTrace,
                models,
                lateness,
                mode,
                assertions,
                faults,
                otherSchedule);
    }

    Scenario with(long otherLateness) {
        return new Scenario(
                seed, partitions, featureDimension, trace, models, otherLateness, mode, assertions, faults, schedule);
    }

    /** With every rule on. */
    Scenario whole() {
        return new Scenario(
                seed, partitions, featureDimension, trace, models, lateness, mode, assertions, Set.of(), schedule);
    }

    Scenario broken(Fault fault) {
        return new Scenario(
                seed,
                partitions,
                featureDimension,
                trace,
                models,
                lateness,
                mode,
                AssertionMode.OFF,
                Set.of(fault),
                schedule);
    }
}
