package io.anabranch.serve.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.testkit.Randomized;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

class ChangeRingTest {

    private static Change change(long version, String id, long time) {
        return new Change(version, id, time, null, null);
    }

    /** Against a list of everything that ever was. */
    @Randomized(runs = 100)
    void aChainIsWhatIsLeftOfTheVertexesChanges(RandomGenerator random) {
        int capacity = 1 + random.nextInt(40);
        ChangeRing ring = new ChangeRing(capacity);
        List<Change> all = new ArrayList<>();
        List<Long> dropped = new ArrayList<>();
        int compared = 0;
        for (int step = 0; step < 300; step++) {
            if (random.nextInt(60) == 0) {
                long version = 1 + random.nextInt(3);
                ring.drop(version);
                for (int i = 0; i < all.size(); i++) {
                    if (all.get(i).version() == version) {
                        dropped.add((long) i);
                    }
                }
            }
            Change next = change(1 + random.nextInt(3), "v" + random.nextInt(8), step / 3);
            ring.add(next);
            all.add(next);
            assertThat(ring.size()).isEqualTo(Math.min(capacity, all.size()));

            long version = 1 + random.nextInt(3);
            String id = "v" + random.nextInt(8);
            int most = 1 + random.nextInt(6);
            List<Change> expected = new ArrayList<>();
            for (int i = Math.max(0, all.size() - capacity); i < all.size(); i++) {
                Change each = all.get(i);
                if (each.version() == version && each.vertexId().equals(id) && !dropped.contains((long) i)) {
                    expected.add(each);
                }
            }
            Set<List<Object>> known = new HashSet<>();
            for (int k = Math.max(0, all.size() - capacity); k < all.size(); k++) {
                if (!dropped.contains((long) k)) {
                    known.add(List.of(all.get(k).version(), all.get(k).vertexId()));
                }
            }
            assertThat(ring.vertices()).isEqualTo(known.size());
            long lost =
                    all.size() > capacity ? all.get(all.size() - capacity - 1).timeMs() : 0;
            if (expected.size() > most) {
                lost = expected.get(expected.size() - most - 1).timeMs();
                expected = expected.subList(expected.size() - most, expected.size());
            }
            ChangeRing.Chain chain = ring.of(version, id, most);
            assertThat(chain.changes()).isEqualTo(expected);
            assertThat(chain.lostMs()).isEqualTo(lost);
            compared += expected.size();
        }
        assertThat(compared).isPositive();
    }
}
