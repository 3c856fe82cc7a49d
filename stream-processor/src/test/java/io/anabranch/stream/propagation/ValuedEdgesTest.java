package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphMutation.RemoveNode;
import io.anabranch.graph.GraphMutation.UpsertEdge;
import io.anabranch.graph.GraphMutation.UpsertNode;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.hag.AggregationPlan;
import org.junit.jupiter.api.Test;

class ValuedEdgesTest {

    @Test
    void onlySourcesWithAValueContribute() {
        PartitionGraph graph = graph();
        graph.apply(new UpsertNode("a", "", null, 1));
        graph.apply(new UpsertNode("b", "", null, 1));
        edge(graph, "a", "b", 2);
        edge(graph, "b", "b", 3);
        edge(graph, "halo", "b", 5);
        edge(graph, "silent", "b", 7);

        AggregationPlan plan = plan(graph, "silent");

        float[] in = new float[graph.vertexCapacity()];
        in[graph.ordinalOf("a")] = 1;
        in[graph.ordinalOf("b")] = 10;
        in[graph.ordinalOf("halo")] = 100;
        in[graph.ordinalOf("silent")] = 1000;
        float[] out = new float[graph.vertexCapacity()];
        plan.sum(in, 1, out);
        assertThat(plan.rowAdditions()).isEqualTo(3);
        assertThat(plan.targets()).as("a and b, no halo vertex").isEqualTo(2);
        assertThat(out[0]).as("a").isZero();
        assertThat(out[1]).as("b").isEqualTo(2 + 30 + 500);
    }

    @Test
    void aVertexThatIsGoneReceivesNothing() {
        PartitionGraph graph = graph();
        graph.apply(new UpsertNode("b", "", null, 1));
        edge(graph, "halo", "b", 1);
        graph.apply(new RemoveNode("b", 9));

        assertThat(graph.exists(graph.ordinalOf("b"))).isFalse();
        assertThat(plan(graph, "").rowAdditions()).isZero();
    }

    private static AggregationPlan plan(PartitionGraph graph, String silent) {
        boolean[] hasValue = new boolean[graph.vertexCapacity()];
        int[] valued = new int[hasValue.length];
        for (int v = 0; v < hasValue.length; v++) {
            hasValue[v] = !graph.vertexId(v).equals(silent);
        }
        for (int v = 0; v < hasValue.length; v++) {
            for (int e = 0; e < graph.inDegree(v); e++) {
                valued[v] += hasValue[graph.inSource(v, e)] ? 1 : 0;
            }
        }
        var sinks = new SinkRows();
        sinks.grow(hasValue.length);
        graph.forEachExisting(sinks::acquire);
        return ValuedEdges.plan(graph, hasValue, valued, sinks);
    }

    private static void edge(PartitionGraph graph, String source, String target, float weight) {
        graph.apply(new UpsertEdge(new EdgeId(source, target, ""), weight, Provenance.OBSERVED, 2));
    }

    /** Of two partitions: everything named with one letter is owned. */
    private static PartitionGraph graph() {
        return PartitionGraph.open(new ByLength(), 1, FactJournal.NONE);
    }

    private record ByLength() implements Ownership {
        @Override
        public int partitions() {
            return 2;
        }

        @Override
        public int partition() {
            return 0;
        }

        @Override
        public int ownerOf(String vertexId) {
            return vertexId.length() == 1 ? 0 : 1;
        }
    }
}
