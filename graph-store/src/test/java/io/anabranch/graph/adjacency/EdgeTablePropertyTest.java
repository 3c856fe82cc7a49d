package io.anabranch.graph.adjacency;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.testkit.Randomized;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The arrays against a map of edges. */
final class EdgeTablePropertyTest {

    private record Key(int source, int target, int type) {}

    @Randomized(runs = 100)
    void tableIsAMapOfEdges(RandomGenerator random) {
        int vertices = random.nextInt(1, 60);
        int hub = random.nextInt(vertices);
        EdgeTable table = new EdgeTable();
        table.ensureVertices(vertices);
        Map<Key, Float> live = new HashMap<>();
        Map<Key, Integer> slots = new HashMap<>();
        for (int i = 0; i < 2000; i++) {
            Key key = new Key(
                    random.nextInt(vertices), random.nextBoolean() ? hub : random.nextInt(vertices), random.nextInt(3));
            int slot = table.find(key.source, key.target, key.type);
            assertThat(slot).isEqualTo(slots.getOrDefault(key, EdgeTable.NO_EDGE));
            if (slot == EdgeTable.NO_EDGE) {
                slot = table.create(key.source, key.target, key.type, i);
                slots.put(key, slot);
            }
            assertThat(table.live(slot)).isEqualTo(live.containsKey(key));
            assertThat(table.dead(slot)).isNotEqualTo(table.live(slot));
            if (table.dead(slot) && random.nextInt(4) == 0) {
                table.forget(slot);
                slots.remove(key);
                assertThat(table.dead(slot)).isFalse();
            } else if (table.live(slot) && random.nextBoolean()) {
                table.bury(slot);
                live.remove(key);
            } else {
                table.enliven(slot, i, random.nextBoolean());
                live.put(key, (float) i);
            }
        }
        assertThat(table.liveCount()).isEqualTo(live.size());
        assertThat(table.registers()).isEqualTo(slots.size());
        assertThat(table.slots()).isLessThanOrEqualTo(3 * vertices * vertices);
        assertLists(table, live, vertices);
    }

    private static void assertLists(EdgeTable table, Map<Key, Float> live, int vertices) {
        List<String> expected = new ArrayList<>();
        live.forEach((key, weight) -> expected.add(key.source + " " + key.target + " " + weight));
        List<String> out = new ArrayList<>();
        List<String> in = new ArrayList<>();
        for (int v = 0; v < vertices; v++) {
            for (int i = 0; i < table.out().count(v); i++) {
                out.add(v + " " + table.out().neighbour(v, i) + " "
                        + table.out().weight(v, i));
                assertThat(table.source(table.out().slot(v, i))).isEqualTo(v);
            }
            for (int i = 0; i < table.in().count(v); i++) {
                in.add(table.in().neighbour(v, i) + " " + v + " " + table.in().weight(v, i));
                assertThat(table.target(table.in().slot(v, i))).isEqualTo(v);
            }
        }
        assertThat(out).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(in).containsExactlyInAnyOrderElementsOf(expected);
    }
}
