package io.anabranch.stream.propagation;

import io.anabranch.graph.FactJournal;
import io.anabranch.graph.FeaturePatch;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.testkit.ReferenceGraph;
import io.anabranch.stream.wire.RegistersPacker;
import io.anabranch.stream.wire.UpdateCodec;
import io.anabranch.stream.wire.UpdateContent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/** Registers as they stand after a part of a trace, in records as an import writes them, and what they say in the words of events. */
final class SimulatedSnapshot {
    private SimulatedSnapshot() {}

    /** By partition: the records, in which registers stand in any order. */
    static List<List<UpdateContent>> records(List<GraphMutation> events, int partitions, int dimension, long seed) {
        var registers = new LinkedHashMap<FactJournal.FactKey, FactJournal.Fact>();
        var journal = new FactJournal() {
            @Override
            public void write(Fact fact, boolean shows) {
                registers.put(fact.key(), fact);
            }

            @Override
            public void forget(FactKey key) {
                registers.remove(key);
            }
        };
        var graph = PartitionGraph.open(
                Ownership.byHash(1, 0), dimension, journal, PartitionGraph.MOST_BURIALS_AT_ONCE, true);
        events.forEach(graph::apply);
        var random = new SplittableRandom(seed);
        long expiredTo = random.nextBoolean()
                ? PartitionGraph.NEVER
                : events.get(random.nextInt(events.size())).time() + random.nextInt(40);
        var shuffled = new ArrayList<>(registers.values());
        Collections.shuffle(shuffled, new Random(seed));
        var ownership = Ownership.byHash(partitions, 0);
        List<List<UpdateContent>> records = new ArrayList<>();
        List<RegistersPacker> packers = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            records.add(new ArrayList<>());
            packers.add(new RegistersPacker(expiredTo));
        }
        int most = random.nextInt(1, 30);
        for (var register : shuffled) {
            int owner = ownership.ownerOf(vertex(register));
            packers.get(owner).add(register);
            if (packers.get(owner).size() == most) {
                records.get(owner).add(UpdateCodec.decode(packers.get(owner).takeRecord()));
            }
        }
        for (int p = 0; p < partitions; p++) {
            records.get(p).add(UpdateCodec.decode(packers.get(p).takeRecord()));
        }
        return records;
    }

    static ReferenceGraph.Entry entry(UpdateContent.Snapshot snapshot) {
        List<GraphMutation> mutations = new ArrayList<>();
        List<ReferenceGraph.EndStep> steps = new ArrayList<>();
        for (var register : snapshot.registers()) {
            if (register instanceof FactJournal.StepFact step) {
                steps.add(new ReferenceGraph.EndStep(
                        step.vertexId(), step.edge(), step.time(), step.erased() ? null : step.weight()));
            } else {
                say(register, mutations);
            }
        }
        return new ReferenceGraph.Snapshot(mutations, steps, snapshot.expiredToMs());
    }

    private static void say(FactJournal.Fact register, List<GraphMutation> mutations) {
        switch (register) {
            case FactJournal.NodeFact node -> {
                if (node.deleteTime() != PartitionGraph.NEVER) {
                    mutations.add(new GraphMutation.RemoveNode(node.id(), node.deleteTime()));
                }
                if (node.alive()) {
                    mutations.add(new GraphMutation.UpsertNode(node.id(), node.type(), node.features(), node.time()));
                }
                for (int i = 0; i < node.columns().size(); i++) {
                    FeatureVector row = Objects.requireNonNull(node.features());
                    int column = node.columns().column(i);
                    mutations.add(new GraphMutation.PatchNode(
                            node.id(),
                            FeaturePatch.of(row.dimension(), new int[] {column}, new float[] {row.toArray()[column]}),
                            node.columns().time(i)));
                }
            }
            case FactJournal.EdgeFact edge ->
                mutations.add(
                        edge.live()
                                ? new GraphMutation.UpsertEdge(
                                        edge.edge(), edge.weight(), edge.provenance(), edge.time(), edge.expiry())
                                : new GraphMutation.RemoveEdge(edge.edge(), edge.time()));
            case FactJournal.StepFact step ->
                throw new IllegalArgumentException("(%s) is no mutation.".formatted(step));
            case FactJournal.LabelFact label ->
                mutations.add(
                        label.label() == null
                                ? new GraphMutation.RemoveLabel(label.nodeId(), label.task(), label.time())
                                : new GraphMutation.SetLabel(label.nodeId(), label.label(), label.time()));
        }
    }

    private static String vertex(FactJournal.Fact register) {
        return register.owner();
    }

    /**
     * Whether a delete, an upsert and a patch of one node have one time. What the upsert said of the patched column is nowhere kept, so it cannot
     * come back when the delete is heard of last.
     */
    static boolean triplyTied(List<GraphMutation> trace) {
        Map<String, Set<Class<?>>> kinds = new HashMap<>();
        for (var mutation : trace) {
            String id = switch (mutation) {
                case GraphMutation.UpsertNode node -> node.id();
                case GraphMutation.PatchNode node -> node.id();
                case GraphMutation.RemoveNode node -> node.id();
                case GraphMutation.UpsertEdge edge -> "";
                case GraphMutation.RemoveEdge edge -> "";
                case GraphMutation.EraseEdge edge -> "";
                case GraphMutation.SetLabel label -> "";
                case GraphMutation.RemoveLabel label -> "";
            };
            if (!id.isEmpty()) {
                kinds.computeIfAbsent(id + " " + mutation.time(), key -> new HashSet<>())
                        .add(mutation.getClass());
            }
        }
        return kinds.values().stream().anyMatch(tied -> tied.size() == 3);
    }
}
