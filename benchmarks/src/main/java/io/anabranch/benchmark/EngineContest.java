package io.anabranch.benchmark;

import io.anabranch.graph.Ownership;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.stream.propagation.EngineHarness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Several models on one graph, in turns on the same updates, each compared with the first one of the same turn: one thread, one partition, single
 * updates. What a noisy machine does to a turn it does to all.
 */
final class EngineContest {

    private final DirectedGraph graph;
    private final int rounds;
    private final double seconds;
    private final long seed;

    /** @param seconds of each engine's turn */
    EngineContest(DirectedGraph graph, int rounds, double seconds, long seed) {
        this.graph = graph;
        this.rounds = rounds;
        this.seconds = seconds;
        this.seed = seed;
    }

    /**
     * What a model took.
     *
     * @param micros of the engine's processor time per update, median of the rounds
     * @param ratios by the first model's, from the smallest
     * @param rowsMoved per update, embeddings among them
     */
    record Result(String name, double micros, double[] ratios, double rowsMoved, long startMillis) {

        double ratio() {
            return ratios[ratios.length / 2];
        }
    }

    private static final class Contender {
        final String name;
        final int layers;
        final EngineCell cell;
        final List<Double> micros = new ArrayList<>();
        final long startNanos;

        Contender(String name, int layers, EngineCell cell, long startNanos) {
            this.name = name;
            this.layers = layers;
            this.cell = cell;
            this.startNanos = startNanos;
        }
    }

    /** In the map's order. Engines are warm before the first round that counts. */
    List<Result> run(Map<String, ModelSnapshot> models) {
        List<Contender> contenders = new ArrayList<>();
        models.forEach((name, model) -> contenders.add(contender(name, model)));
        for (int round = -1; round < rounds; round++) {
            for (Contender contender : contenders) {
                EngineCell.Timing timing = contender.cell.run(Long.MAX_VALUE, seconds);
                if (round >= 0) {
                    contender.micros.add(timing.engineCpuNanos() / 1e3 / timing.updates());
                }
            }
        }
        List<Double> first = contenders.getFirst().micros;
        return contenders.stream().map(contender -> result(contender, first)).toList();
    }

    private Contender contender(String name, ModelSnapshot model) {
        UpdateStream stream =
                new UpdateStream(graph, model.getSpec().getFeatureDimension(), new SplittableRandom(seed + 2));
        EngineHarness engine = EngineHarness.of(RandomModel.frozen(model), Ownership.byHash(1, 0));
        stream.bootstrap(engine.graph()::apply);
        long begin = System.nanoTime();
        engine.restart(EngineHarness.Mode.MEASURED);
        return new Contender(
                name, model.getSpec().getLayersCount(), new EngineCell(engine, stream, 1), System.nanoTime() - begin);
    }

    private Result result(Contender contender, List<Double> first) {
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            ratios[round] = contender.micros.get(round) / first.get(round);
        }
        Arrays.sort(ratios);
        EngineCell.Counts counts = contender.cell.count(2_000, contender.layers);
        return new Result(
                contender.name,
                contender.micros.stream().sorted().toList().get(rounds / 2),
                ratios,
                Arrays.stream(counts.moved()).sum() + counts.embeddings(),
                contender.startNanos / 1_000_000);
    }
}
