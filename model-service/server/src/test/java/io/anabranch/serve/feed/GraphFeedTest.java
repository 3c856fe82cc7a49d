package io.anabranch.serve.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.Label;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.graph.v1.EdgeFact;
import io.anabranch.graph.v1.EdgeKey;
import io.anabranch.graph.v1.FactKey;
import io.anabranch.graph.v1.FactRecord;
import io.anabranch.graph.v1.LabelKey;
import io.anabranch.graph.v1.NodeFact;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class GraphFeedTest {

    private final GraphFeed feed = new GraphFeed(2, Runnable::run);

    private static FactKey node(String id) {
        return FactKey.newBuilder().setNodeId(id).build();
    }

    private static FactKey edge(String source, String target) {
        return FactKey.newBuilder()
                .setEdge(EdgeKey.newBuilder().setSource(source).setTarget(target))
                .build();
    }

    private static FactKey label(String id) {
        return FactKey.newBuilder()
                .setLabel(LabelKey.newBuilder().setNodeId(id).setTask("class"))
                .build();
    }

    private static FactRecord features(float... values) {
        DenseFeatures.Builder row = DenseFeatures.newBuilder();
        for (float value : values) {
            row.addValues(value);
        }
        return FactRecord.newBuilder()
                .setNode(NodeFact.newBuilder().setFeatures(Features.newBuilder().setDense(row)))
                .build();
    }

    private void put(FactKey key, FactRecord value) throws InvalidProtocolBufferException {
        feed.accept(key.toByteArray(), value.toByteArray());
    }

    @Test
    void factsBecomeASnapshot() throws Exception {
        put(node("a"), features(1, 2));
        put(
                edge("a", "b"),
                FactRecord.newBuilder()
                        .setEdge(EdgeFact.newBuilder().setWeight(0.5f))
                        .build());
        put(
                label("a"),
                FactRecord.newBuilder()
                        .setLabel(Label.newBuilder().setTask("class").setClassName("x"))
                        .build());
        GraphSnapshot graph = feed.moment().graph();
        assertThat(graph.nodeIds()).containsExactlyInAnyOrder("a", "b");
        assertThat(graph.edgeCount()).isOne();
        assertThat(graph.labels()).containsOnlyKeys("class");
        assertThat(feed.labels()).isOne();
        feed.accept(edge("a", "b").toByteArray(), null);
        feed.accept(label("a").toByteArray(), null);
        assertThat(feed.moment().graph().nodeIds()).containsExactly("a");
        assertThat(feed.labels()).isZero();
    }

    @Test
    void theMomentKnowsItsOffsets() throws Exception {
        feed.begin(3);
        feed.accept(
                new ConsumerRecord<>(
                        "t", 2, 41, node("a").toByteArray(), features(1, 2).toByteArray()),
                true);
        assertThat(feed.moment().offsets()).containsExactly(0L, 0L, 42L);
    }

    @Test
    void aRowOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> put(node("a"), features(1, 2, 3))).isInstanceOf(InvalidProtocolBufferException.class);
    }
}
