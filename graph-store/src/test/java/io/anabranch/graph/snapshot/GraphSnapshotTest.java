package io.anabranch.graph.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.Part;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.Randomized;
import io.anabranch.graph.testkit.ReferenceGraph;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

final class GraphSnapshotTest {

    private static final int DIMENSION = 3;

    private static FactJournal into(GraphReplica replica) {
        return new FactJournal() {
            @Override
            public void write(Fact fact, boolean shows) {
                if (shows) {
                    replica.accept(fact);
                }
            }

            @Override
            public void forget(FactKey key) {
                throw new AssertionError("Nothing is forgotten here: " + key);
            }
        };
    }

    /** Through the partition graph's journal and the replica: the whole way from events to the trainer. */
    @Randomized(runs = 150)
    void snapshotOfTheCleanGraphIsTheReference(RandomGenerator random) {
        List<GraphMutation> trace = EventTraces.mixed(random, DIMENSION);
        ReferenceGraph reference = ReferenceGraph.of(trace);
        GraphReplica replica = new GraphReplica(DIMENSION);
        PartitionGraph graph = PartitionGraph.open(Ownership.byHash(1, 0), DIMENSION, into(replica));
        for (GraphMutation mutation : trace) {
            graph.advance(mutation.time());
            graph.apply(mutation);
        }

        GraphSnapshot snapshot = replica.snapshot();

        assertThat(snapshot.nodeIds()).containsExactlyElementsOf(reference.vertices());
        float[] row = new float[DIMENSION];
        for (int v = 0; v < snapshot.nodeCount(); v++) {
            assertThat(snapshot.nodeOf(snapshot.nodeId(v))).isEqualTo(v);
            snapshot.features().copyRow(v, row, 0);
            assertThat(row).isEqualTo(reference.row(snapshot.nodeId(v), DIMENSION));
        }
        assertThat(edges(snapshot)).isEqualTo(reference.edges());
        assertThat(snapshot.edgeCount()).isEqualTo(reference.edges().size());
        assertOutIsInTransposed(snapshot);
        int labelled = 0;
        for (TaskLabels labels : snapshot.labels().values()) {
            for (int i = 0; i < labels.size(); i++) {
                Label label = new Label(labels.task(), labels.value(i), labels.part(i));
                assertThat(reference.labels().getOrDefault(snapshot.nodeId(labels.node(i)), Map.of()))
                        .containsEntry(labels.task(), label);
                labelled++;
            }
        }
        assertThat(labelled)
                .isEqualTo(reference.labels().entrySet().stream()
                        .filter(e -> reference.vertices().contains(e.getKey()))
                        .mapToInt(e -> e.getValue().size())
                        .sum());
    }

    @Randomized(runs = 100)
    void learnedEdgesAreCountedThroughEveryChange(RandomGenerator random) {
        GraphReplica replica = new GraphReplica(DIMENSION);
        Map<EdgeId, Provenance> expected = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            EdgeId edge = new EdgeId("s" + random.nextInt(4), "t" + random.nextInt(4), "");
            if (random.nextInt(3) == 0) {
                replica.removeEdge(edge);
                expected.remove(edge);
            } else {
                Provenance provenance = random.nextBoolean() ? Provenance.LEARNED : Provenance.OBSERVED;
                replica.putEdge(edge, 1, provenance);
                expected.put(edge, provenance);
            }
            assertThat(replica.edgeCount()).isEqualTo(expected.size());
            assertThat(replica.learnedEdgeCount())
                    .isEqualTo(Collections.frequency(expected.values(), Provenance.LEARNED));
        }
    }

    @Randomized(runs = 60)
    void orderOfFactsDoesNotMatterAndTheCodecKeepsEverything(RandomGenerator random) throws IOException {
        ReferenceGraph reference = ReferenceGraph.of(EventTraces.mixed(random, DIMENSION));
        byte[] bytes = encode(build(reference, random));

        assertThat(encode(build(reference, random))).isEqualTo(bytes);
        assertThat(encode(GraphSnapshot.readFrom(new ByteArrayInputStream(bytes))))
                .isEqualTo(bytes);
    }

    @Test
    void bytesAreAsDocumented() throws IOException {
        GraphSnapshot snapshot = GraphSnapshot.builder(2)
                .node("b", "account", FeatureVector.dense(0, 3))
                .edge(new EdgeId("b", "a", "pays"), 2)
                .edge(new EdgeId("a", "a", ""), 1)
                .label("a", new Label("class", LabelValue.ClassSet.of(List.of("y", "x")), Part.TEST))
                .label("b", new Label("amount", new LabelValue.Target(0.5), Part.VALIDATION))
                .label("b", new Label("class", new LabelValue.OneClass("x"), Part.TRAIN))
                .label("never seen", new Label("class", new LabelValue.OneClass("z"), Part.TRAIN))
                .build();

        assertThat(encode(snapshot)).isEqualTo(documented());
        GraphSnapshot read = GraphSnapshot.readFrom(new ByteArrayInputStream(documented()));
        TaskLabels classes = Objects.requireNonNull(read.labels("class"));
        assertThat(read.nodeType(1)).isEqualTo("account");
        assertThat(read.edgeType(1)).isEqualTo("pays");
        assertThat(classes.classNames()).containsExactly("x", "y");
        assertThat(classes.classIndex("y")).isOne();
        assertThat(classes.classIndex("z")).isEqualTo(-1);
        assertThat(classes.kinds()).containsExactly(TaskLabels.Kind.ONE_CLASS, TaskLabels.Kind.CLASS_SET);
        assertThat(classes.nodes(Part.TEST)).containsExactly(0);
        assertThat(read.labels("none")).isNull();
    }

    private static byte[] documented() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x41424753);
        out.writeInt(1);
        out.writeInt(2);
        texts(out, "a", "", "b", "account");
        out.writeInt(2);
        texts(out, "", "pays");
        out.writeInt(2);
        ints(out, 0, 2, 2); // in-rows: two at a, none at b
        ints(out, 0, 1); // a->a, b->a
        ints(out, 0, 1);
        out.writeFloat(1);
        out.writeFloat(2);
        out.writeInt(2);
        out.writeByte(1); // one non-zero of four: sparse is not larger
        out.writeInt(1);
        ints(out, 0, 0, 1);
        out.writeInt(1);
        out.writeFloat(3);
        out.writeInt(2);
        texts(out, "amount");
        ints(out, 1, 1);
        out.write(new byte[] {1, 2});
        out.writeDouble(0.5);
        texts(out, "class");
        ints(out, 2, 0);
        out.write(new byte[] {2, 1});
        out.writeInt(2);
        texts(out, "x", "y");
        out.writeInt(1);
        out.write(new byte[] {0, 0});
        texts(out, "x");
        CRC32 crc = new CRC32();
        crc.update(bytes.toByteArray());
        out.writeLong(crc.getValue());
        return bytes.toByteArray();
    }

    @Randomized(runs = 200)
    void damagedBytesAreRefusedWithoutAnythingWorse(RandomGenerator random) throws IOException {
        byte[] bytes = documented();
        int at = random.nextInt(bytes.length);
        byte[] damaged = bytes;
        if (random.nextBoolean()) {
            damaged = Arrays.copyOf(bytes, at);
        } else {
            damaged[at] ^= (byte) random.nextInt(1, 256);
        }
        ByteArrayInputStream input = new ByteArrayInputStream(damaged);

        assertThatIOException().isThrownBy(() -> GraphSnapshot.readFrom(input));
    }

    @Test
    void laterVersionsAreRefusedByName() throws IOException {
        byte[] bytes = documented();
        ByteBuffer.wrap(bytes).putInt(4, 2);
        assertThatIOException()
                .isThrownBy(() -> GraphSnapshot.readFrom(new ByteArrayInputStream(bytes)))
                .withMessageStartingWith("The snapshot has version 2, this reader knows 1.");
        assertThatIOException()
                .isThrownBy(() -> GraphSnapshot.readFrom(
                        new ByteArrayInputStream("something else".getBytes(StandardCharsets.UTF_8))))
                .withMessageContaining("are no graph snapshot");
    }

    @Test
    void denseFeaturesStayDense() {
        GraphSnapshot snapshot = GraphSnapshot.builder(2)
                .node("a", "", FeatureVector.dense(1, 2))
                .build();
        assertThat(snapshot.features()).isInstanceOf(FeatureMatrix.Dense.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraphSnapshot.builder(2).node("a", "", FeatureVector.dense(1)))
                .withMessage("The features of node (a) have dimension 1, the graph has 2.");
    }

    @Test
    void emptyGraphIsASnapshotToo() throws IOException {
        GraphSnapshot empty = GraphSnapshot.builder(0).build();
        GraphSnapshot read = GraphSnapshot.readFrom(new ByteArrayInputStream(encode(empty)));
        assertThat(read.nodeCount()).isZero();
        assertThat(read.edgeCount()).isZero();
    }

    @Test
    void replicaForgetsWhatIsRemoved() {
        GraphReplica replica = new GraphReplica(1);
        replica.putNode("a", "", FeatureVector.dense(1));
        EdgeId edge = new EdgeId("a", "b", "");
        replica.putEdge(edge, 1, Provenance.OBSERVED);
        replica.putLabel("a", new Label("t", new LabelValue.Target(1), Part.TRAIN));
        assertThat(replica.snapshot().nodeCount()).isEqualTo(2);
        assertThat(replica.labelCount()).isOne();

        replica.removeLabel("a", "t");
        replica.removeEdge(edge);
        replica.removeNode("a");
        replica.removeLabel("x", "t");

        assertThat(replica.nodeCount() + replica.edgeCount() + replica.labelCount())
                .isZero();
        assertThat(replica.changes()).isEqualTo(7);
        assertThatIllegalArgumentException().isThrownBy(() -> replica.putNode("a", "", FeatureVector.dense(1, 2)));
    }

    private static GraphSnapshot build(ReferenceGraph reference, RandomGenerator random) {
        GraphSnapshot.Builder builder = GraphSnapshot.builder(DIMENSION);
        List<Runnable> facts = new ArrayList<>();
        reference.features().forEach((id, row) -> facts.add(() -> builder.node(id, "t", row)));
        reference.edges().forEach((id, weight) -> facts.add(() -> builder.edge(id, weight)));
        reference.labels().forEach((id, byTask) -> byTask.values().forEach(l -> facts.add(() -> builder.label(id, l))));
        Collections.shuffle(facts, Random.from(random));
        facts.forEach(Runnable::run);
        return builder.build();
    }

    private static Map<EdgeId, Float> edges(GraphSnapshot snapshot) {
        Map<EdgeId, Float> edges = new HashMap<>();
        CompressedRows in = snapshot.in();
        for (int v = 0; v < snapshot.nodeCount(); v++) {
            for (int i = in.start(v); i < in.end(v); i++) {
                EdgeId id = new EdgeId(snapshot.nodeId(in.neighbour(i)), snapshot.nodeId(v), snapshot.edgeType(i));
                edges.put(id, in.weight(i));
            }
        }
        return edges;
    }

    private static void assertOutIsInTransposed(GraphSnapshot snapshot) {
        CompressedRows out = snapshot.out();
        boolean[] met = new boolean[snapshot.edgeCount()];
        for (int u = 0; u < snapshot.nodeCount(); u++) {
            for (int i = out.start(u); i < out.end(u); i++) {
                int entry = snapshot.inEntry(i);
                met[entry] = true;
                assertThat(snapshot.in().neighbour(entry)).isEqualTo(u);
                assertThat(snapshot.in().start(out.neighbour(i))).isLessThanOrEqualTo(entry);
                assertThat(snapshot.in().end(out.neighbour(i))).isGreaterThan(entry);
                assertThat(out.weight(i)).isEqualTo(snapshot.in().weight(entry));
            }
        }
        for (boolean each : met) {
            assertThat(each).isTrue();
        }
    }

    private static byte[] encode(GraphSnapshot snapshot) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        snapshot.writeTo(bytes);
        return bytes.toByteArray();
    }

    private static void texts(DataOutputStream out, String... texts) throws IOException {
        for (String text : texts) {
            out.writeInt(text.length());
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void ints(DataOutputStream out, int... values) throws IOException {
        for (int value : values) {
            out.writeInt(value);
        }
    }
}
