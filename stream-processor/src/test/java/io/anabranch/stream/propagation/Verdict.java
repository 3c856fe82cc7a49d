package io.anabranch.stream.propagation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.testkit.ReferenceGraph;
import io.anabranch.stream.frozen.FrozenModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Compares partitions and embeddings with a graph and a forward pass that share no code with them. */
final class Verdict {
    static final double TOLERANCE = 1e-5;
    /** Payloads that an earlier life sent may differ from those that a bulk pass gives by the order of a sum. */
    private static final double RESTART_TOLERANCE = 1e-5;

    private final Scenario scenario;
    private final List<SimulatedPartition> partitions;
    private final EmbeddingsTopic embeddings;
    private double worstError;
    private int compared;

    Verdict(Scenario scenario, List<SimulatedPartition> partitions, EmbeddingsTopic embeddings) {
        this.scenario = scenario;
        this.partitions = partitions;
        this.embeddings = embeddings;
    }

    /** What holds at any time, in one partition. */
    void checkStep(SimulatedPartition p) {
        var task = p.task;
        for (int u : task.subscribers().vertices()) {
            assertThat(task.graph().exists(u))
                    .as("%s exists, since it has subscribers", task.graph().vertexId(u))
                    .isTrue();
        }
        for (int u : task.halo().vertices()) {
            assertThat(task.graph().wanted(u))
                    .as(
                            "%s is wanted, since there is a halo entry",
                            task.graph().vertexId(u))
                    .isTrue();
        }
    }

    /** What holds when all is drained. */
    void check(LiveModels models, ReferenceGraph reference) {
        checkGraph(reference);
        checkHistories(reference);
        checkSubscriptions();
        for (var model : models.live()) {
            checkHalo(model);
            compareEmbeddings(model.version(), reference);
            assertThat(embeddings.complete(model.version()))
                    .as("coverage of version %d", model.version())
                    .isTrue();
        }
    }

    private void checkGraph(ReferenceGraph reference) {
        Map<String, Integer> expected = new HashMap<>();
        for (EdgeId edge : reference.edges().keySet()) {
            expected.merge(edge(edge.source(), edge.target(), reference.edges().get(edge)), 1, Integer::sum);
        }
        Map<String, Integer> held = new HashMap<>();
        for (var p : partitions) {
            var graph = p.task.graph();
            for (int v = 0; v < graph.vertexCapacity(); v++) {
                for (int e = 0; e < graph.inDegree(v); e++) {
                    String source = graph.vertexId(graph.inSource(v, e));
                    held.merge(edge(source, graph.vertexId(v), graph.inWeight(v, e)), 1, Integer::sum);
                }
            }
        }
        assertThat(held).as("live edges").isEqualTo(expected);
    }

    private void checkHistories(ReferenceGraph reference) {
        var held = new TreeMap<String, List<ReferenceGraph.Step>>();
        for (var p : partitions) {
            var graph = p.task.graph();
            for (int v = 0; v < graph.vertexCapacity(); v++) {
                var steps = graph.steps(v);
                for (int i = 0; i < steps.size(); i++) {
                    String own = graph.vertexId(v);
                    String other = graph.vertexId(steps.other(i));
                    String type = graph.typeName(steps.type(i));
                    var edge = steps.source(i) ? new EdgeId(own, other, type) : new EdgeId(other, own, type);
                    held.computeIfAbsent(own, id -> new ArrayList<>())
                            .add(new ReferenceGraph.Step(edge, steps.time(i), steps.weight(i)));
                }
            }
        }
        assertThat(held).as("histories").isEqualTo(scenario.histories() ? reference.histories() : Map.of());
    }

    private static String edge(String source, String target, float weight) {
        return source + "->" + target + " " + weight;
    }

    private void checkSubscriptions() {
        var wanted = new TreeSet<String>();
        var subscribed = new TreeSet<String>();
        for (int p = 0; p < partitions.size(); p++) {
            var task = partitions.get(p).task;
            int here = p;
            task.graph().forEachWanted(u -> wanted.add(task.graph().vertexId(u) + " by " + here));
            for (int u : task.subscribers().vertices()) {
                var bits = requireNonNull(task.subscribers().of(u));
                bits.stream().forEach(q -> subscribed.add(task.graph().vertexId(u) + " by " + q));
            }
            assertThat(Arrays.stream(task.halo().vertices())
                            .mapToObj(u -> task.graph().vertexId(u) + " by " + here))
                    .as("halo entries of partition %d", p)
                    .containsExactlyInAnyOrderElementsOf(wanted.stream()
                            .filter(w -> w.endsWith(" by " + here))
                            .toList());
        }
        assertThat(subscribed).as("subscriptions").isEqualTo(wanted);
    }

    private void checkHalo(FrozenModel model) {
        for (var p : partitions) {
            for (int u : p.task.halo().vertices()) {
                String id = p.task.graph().vertexId(u);
                var owner = partitions.get(scenario.ownerOf(id)).task;
                var engine = requireNonNull(owner.engine(model.version()));
                int v = owner.graph().ordinalOf(id);
                var value = p.task.halo().value(u, model.version());
                if (value == null) {
                    throw new AssertionError("Partition never got the value of %s.".formatted(id));
                }
                if (model.inDegreeMatters()) {
                    assertThat(value.inDegree())
                            .as("in-degree of %s", id)
                            .isEqualTo(owner.graph().inDegree(v));
                }
                var payload = engine.payload(v);
                for (int l = 0; l < model.layers(); l++) {
                    double error = NaiveForward.error(value.layers().row(l), widen(payload.row(l)));
                    assertThat(error)
                            .as("halo value of %s, layer %d", id, l)
                            .isLessThanOrEqualTo(scenario.mode() != CrashMode.NONE && l > 0 ? RESTART_TOLERANCE : 0);
                }
            }
        }
    }

    void compareEmbeddings(long version, ReferenceGraph reference) {
        compareEmbeddings(version, reference, id -> true);
    }

    /** The embeddings of some vertices. */
    void compareEmbeddings(long version, ReferenceGraph reference, Predicate<String> which) {
        var expected = new NaiveForward(scenario.models().get((int) version - 1), reference).embeddings();
        var found = embeddings.of(version);
        var keys = found.keySet().stream().filter(which).collect(Collectors.toCollection(TreeSet::new));
        assertThat(keys)
                .as("vertices with embeddings, version %d", version)
                .isEqualTo(reference.vertices().stream().filter(which).collect(Collectors.toSet()));
        for (String v : keys) {
            double error = NaiveForward.error(requireNonNull(found.get(v)), requireNonNull(expected.get(v)));
            worstError = Math.max(worstError, error);
            assertThat(error).as("error of %s, version %d", v, version).isLessThanOrEqualTo(TOLERANCE);
            compared++;
        }
    }

    private static double[] widen(float[] row) {
        double[] wide = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            wide[i] = row[i];
        }
        return wide;
    }

    double worstError() {
        return worstError;
    }

    int embeddingsCompared() {
        return compared;
    }
}
