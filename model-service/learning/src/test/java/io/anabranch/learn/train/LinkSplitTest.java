package io.anabranch.learn.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.Part;
import io.anabranch.learn.gnn.MessageGraph;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LinkSplitTest {

    private final MessageGraph graph = MessageGraph.of(ToyGraphs.unlabelled(1).build());
    private final LinkSplit split = LinkSplit.of(graph, 0.1, new SplittableRandom(1));

    @Test
    void partsAreDisjointAndComplete() {
        LongSet all = new LongOpenHashSet();
        int pairs = 0;
        for (VertexPairs part : split.positives().values()) {
            all.addAll(part.asSet());
            pairs += part.size();
        }

        assertThat(all).hasSize(pairs).isEqualTo(split.connected());
        assertThat(split.positives(Part.TEST).size()).isEqualTo(pairs / 10);
        assertThat(split.positives(Part.VALIDATION).size()).isEqualTo(pairs / 10);
    }

    @Test
    void heldOutPairsSendNoMessageInEitherDirection() {
        LongSet train = split.positives(Part.TRAIN).asSet();
        MessageGraph messages = split.messages();
        int trainEdges = 0;
        for (int v = 0; v < graph.vertices(); v++) {
            for (int e = graph.firstEdge(v); e < graph.firstEdge(v + 1); e++) {
                trainEdges += train.contains(VertexPairs.pack(v, graph.source(e))) ? 1 : 0;
            }
            for (int e = messages.firstEdge(v); e < messages.firstEdge(v + 1); e++) {
                assertThat(train.contains(VertexPairs.pack(v, messages.source(e))))
                        .isTrue();
            }
        }
        assertThat(messages.edges()).isEqualTo(trainEdges).isLessThan(graph.edges());
    }

    @Test
    void negativesAreUnconnectedAndSeeded() {
        VertexPairs negatives =
                VertexPairs.unconnected(500, graph.vertices(), split.connected(), new SplittableRandom(2));
        VertexPairs again = VertexPairs.unconnected(500, graph.vertices(), split.connected(), new SplittableRandom(2));

        assertThat(negatives.asSet()).isEqualTo(again.asSet());
        for (int i = 0; i < negatives.size(); i++) {
            assertThat(split.connected().contains(negatives.packed(i))).isFalse();
            assertThat(negatives.firsts()[i]).isLessThan(negatives.seconds()[i]);
        }
    }
}
