package io.anabranch.standalone.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.event.v1.Provenance;
import io.anabranch.graph.v1.FactKey;
import io.anabranch.graph.v1.FactRecord;
import io.anabranch.standalone.chaos.FoldedGraph.Edge;
import io.anabranch.standalone.chaos.FoldedGraph.EdgeName;
import io.anabranch.standalone.chaos.FoldedGraph.LabelName;
import io.anabranch.standalone.chaos.FoldedGraph.Node;
import io.anabranch.standalone.chaos.FoldedGraph.TimedLabel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The graph topic, compacted, is the naive fold of the events: the same facts, times and values, with their owners. */
record GraphCheck(int partitions, int dimension) {

    private static final String CHECK = "graph";

    void check(FoldedGraph expected, CompactedTopic topic, Findings findings) {
        FoldedGraph actual = read(topic, findings);
        compare("node", expected.nodes(), actual.nodes(), findings);
        compare("edge", expected.edges(), actual.edges(), findings);
        compare("label", expected.labels(), actual.labels(), findings);
    }

    private FoldedGraph read(CompactedTopic topic, Findings findings) {
        FoldedGraph graph = new FoldedGraph(new HashMap<>(), new HashMap<>(), new HashMap<>());
        topic.forEachLive((key, live) -> {
            try {
                FactKey name = FactKey.parseFrom(key);
                if (Owners.of(owner(name), partitions) != live.partition()) {
                    findings.add(CHECK, "%s lies in partition %d", name, live.partition());
                }
                put(name, FactRecord.parseFrom(live.value()), graph);
            } catch (InvalidProtocolBufferException e) {
                findings.add(CHECK, "a record cannot be read: %s", e.getMessage());
            }
        });
        return graph;
    }

    private static String owner(FactKey name) {
        return switch (name.getFactCase()) {
            case NODE_ID -> name.getNodeId();
            case EDGE -> name.getEdge().getTarget();
            case LABEL -> name.getLabel().getNodeId();
            case FACT_NOT_SET -> throw new IllegalArgumentException("A fact has a name.");
        };
    }

    private void put(FactKey name, FactRecord fact, FoldedGraph graph) {
        long time = fact.getEventTimeMs();
        switch (name.getFactCase()) {
            case NODE_ID ->
                graph.nodes()
                        .put(
                                name.getNodeId(),
                                new Node(
                                        time,
                                        fact.getNode().getType(),
                                        GraphFold.row(fact.getNode().getFeatures(), dimension)));
            case EDGE ->
                graph.edges()
                        .put(
                                new EdgeName(
                                        name.getEdge().getSource(),
                                        name.getEdge().getTarget(),
                                        name.getEdge().getType()),
                                new Edge(
                                        time,
                                        fact.getEdge().getWeight(),
                                        fact.getEdge().getProvenance() == Provenance.PROVENANCE_LEARNED,
                                        fact.getEdge().hasExpiryMs()
                                                ? fact.getEdge().getExpiryMs()
                                                : Edge.NEVER));
            case LABEL ->
                graph.labels()
                        .put(
                                new LabelName(
                                        name.getLabel().getNodeId(),
                                        name.getLabel().getTask()),
                                new TimedLabel(time, fact.getLabel()));
            case FACT_NOT_SET -> throw new IllegalArgumentException("A fact has a name.");
        }
    }

    private static <K, V> void compare(String kind, Map<K, V> expected, Map<K, V> actual, Findings findings) {
        Set<K> names = new HashSet<>(expected.keySet());
        names.addAll(actual.keySet());
        for (K name : names) {
            V wanted = expected.get(name);
            V there = actual.get(name);
            if (wanted == null) {
                findings.add(CHECK, "%s %s should not be there: %s", kind, name, there);
            } else if (!wanted.equals(there)) {
                findings.add(CHECK, "%s %s should be %s, is %s", kind, name, wanted, there);
            }
        }
        findings.compared(CHECK, names.size());
    }
}
