package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.Provenance;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.Snapshots;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Schedules that chance rarely finds, played out by hand. */
class ProgressTest {
    private static final int PARTITIONS = 4;
    private static final long VERSION = 1;

    /** One partition, with the log of what the others said to it. */
    private static final class Node implements PartitionOutput {
        final Map<String, float[]> embeddings = new HashMap<>();
        final ArrayDeque<HaloEnvelope> log = new ArrayDeque<>();
        final PartitionTask task;
        private final List<Node> nodes;
        EventPositions progress = EventPositions.none(PARTITIONS);
        private long offset;

        Node(List<Node> nodes, int partition, FrozenModel model, Set<Fault> faults) {
            this.nodes = nodes;
            task = new PartitionTask(
                    new PartitionConfig(Ownership.byHash(PARTITIONS, partition), 2, AssertionMode.FULL, 1_000),
                    new SimulatedState(partition),
                    this,
                    partition,
                    EngineTuning.DEFAULT,
                    faults);
            nodes.add(this);
            model(model);
        }

        private void model(FrozenModel model) {
            if (nodes.size() == PARTITIONS) {
                nodes.forEach(node -> node.task.begin(new LiveModels(List.of(model), Set.of())));
            }
        }

        void update(GraphMutation mutation) {
            task.onUpdate(mutation, new PartitionInput(1, mutation.time(), ++offset));
        }

        void clock(long time, int eventsPartition, long position) {
            task.onClock(new ClockTick(time, eventsPartition, position), new PartitionInput(1, time, ++offset));
        }

        /** Reads everything that the others have said by now, then runs the batch. */
        boolean run() {
            boolean any = !log.isEmpty() || task.pending();
            for (int i = log.size(); i > 0; i--) {
                task.onHalo(log.removeFirst(), new PartitionInput(1, 1, offset));
            }
            task.propagate();
            return any;
        }

        @Override
        public void halo(int toPartition, HaloEnvelope envelope) {
            nodes.get(toPartition).log.add(envelope);
        }

        @Override
        public void embedding(long version, String vertexId, float @Nullable [] vector, Freshness freshness) {
            if (vector == null) {
                embeddings.remove(vertexId);
            } else {
                embeddings.put(vertexId, vector);
            }
        }

        @Override
        public void coverage(long modelVersion) {}

        @Override
        public void progress(EventPositions positions) {
            progress = positions;
        }
    }

    private static List<Node> world(Fault... faults) {
        var nodes = new ArrayList<Node>();
        var model = Snapshots.frozen(
                VERSION,
                Convolution.CONVOLUTION_GCN,
                FeatureEncoding.FEATURE_ENCODING_IDENTITY,
                new SplittableRandom(5),
                2,
                3,
                2);
        for (int p = 0; p < PARTITIONS; p++) {
            new Node(nodes, p, model, Set.of(faults));
        }
        return nodes;
    }

    private static void settle(List<Node> nodes) {
        boolean any = true;
        while (any) {
            any = false;
            for (var node : nodes) {
                any |= node.run();
            }
        }
    }

    private static String id(int partition) {
        var ownership = Ownership.byHash(PARTITIONS, partition);
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "v" + i)
                .filter(ownership::owns)
                .findFirst()
                .orElseThrow();
    }

    private static GraphMutation edge(int from, int to, long time) {
        return new GraphMutation.UpsertEdge(new EdgeId(id(from), id(to), ""), 1, Provenance.OBSERVED, time);
    }

    /**
     * An edge 0→1 whose source was deleted later than the edge is: partition 1 counts it in the in-degree of its vertex until the answer to
     * its SUBSCRIBE comes. Partition 2, slow to hear of it, hands on a first layer with the wrong in-degree to partition 3.
     *
     * @return what partition 3 says, and its embedding, when it has heard everything but what partition 2 has still to read
     */
    private static Node lateEdge(List<Node> nodes) {
        for (int p = 0; p < PARTITIONS; p++) {
            nodes.get(p).update(new GraphMutation.UpsertNode(id(p), "", FeatureVector.dense(p + 1, -p), 1));
        }
        nodes.get(2).update(edge(1, 2, 1));
        nodes.get(3).update(edge(2, 3, 1));
        settle(nodes);

        nodes.get(0).update(new GraphMutation.RemoveNode(id(0), 10));
        nodes.get(1).update(edge(0, 1, 5));
        nodes.forEach(node -> node.clock(10, 0, 2));
        nodes.get(1).run();
        nodes.get(0).task.propagate();
        nodes.get(2).task.propagate();
        nodes.get(3).task.propagate();
        // Level 1. Partition 1 reaches it before the answer comes; partition 0 answers.
        nodes.get(1).run();
        for (int p : new int[] {2, 3, 0}) {
            nodes.get(p).run();
        }
        // Level 2, of partition 2 before it hears how partition 1 took the answer.
        nodes.get(2).run();
        nodes.get(3).run();
        nodes.get(0).run();
        nodes.get(1).run();
        nodes.get(3).run();
        return nodes.get(3);
    }

    @Test
    void progressWaitsUntilTheInDegreesOfSourcesHaveCome() {
        var nodes = world();
        var last = lateEdge(nodes);
        assertThat(last.progress.at(0)).isZero();
        float[] early = last.embeddings.get(id(3));
        settle(nodes);
        assertThat(last.progress.at(0)).isEqualTo(2);
        assertThat(last.embeddings.get(id(3))).as("the schedule matters").isNotEqualTo(early);
    }

    @Test
    void withoutThatRuleItComesTooEarly() {
        var nodes = world(Fault.FRONTIER_IN_DEGREES_NOT_WAITED_FOR);
        var last = lateEdge(nodes);
        assertThat(last.progress.at(0)).isEqualTo(2);
        float[] promised = last.embeddings.get(id(3));
        settle(nodes);
        assertThat(last.embeddings.get(id(3))).isNotEqualTo(promised);
    }

    @Test
    void aDeeperModelTakesBackWhatItsEmbeddingsDoNotReflectYet() {
        var nodes = world();
        nodes.forEach(node -> node.clock(10, 0, 2));
        settle(nodes);
        assertThat(nodes).allMatch(node -> node.progress.at(0) == 2);
        var deeper = Snapshots.frozen(
                2,
                Convolution.CONVOLUTION_GCN,
                FeatureEncoding.FEATURE_ENCODING_IDENTITY,
                new SplittableRandom(6),
                2,
                3,
                3,
                2);
        var model = Snapshots.frozen(
                VERSION,
                Convolution.CONVOLUTION_GCN,
                FeatureEncoding.FEATURE_ENCODING_IDENTITY,
                new SplittableRandom(5),
                2,
                3,
                2);
        nodes.get(0).task.models(new LiveModels(List.of(model, deeper), Set.of()));
        assertThat(nodes.get(0).progress.at(0))
                .as("the peers have not reached its last level")
                .isZero();
        nodes.forEach(node -> node.task.models(new LiveModels(List.of(model, deeper), Set.of())));
        settle(nodes);
        assertThat(nodes).allMatch(node -> node.progress.at(0) == 2);
    }
}
