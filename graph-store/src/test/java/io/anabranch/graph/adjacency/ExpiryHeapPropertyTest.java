package io.anabranch.graph.adjacency;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.testkit.Randomized;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The heap against a map that is searched. */
final class ExpiryHeapPropertyTest {

    @Randomized(runs = 100)
    void firstIsTheLeastAfterAnyChanges(RandomGenerator random) {
        ExpiryHeap heap = new ExpiryHeap();
        Map<Integer, Long> expected = new HashMap<>();
        int slots = random.nextInt(1, 60);
        for (int i = 0; i < 1_000; i++) {
            int slot = random.nextInt(slots);
            switch (random.nextInt(4)) {
                case 0 -> {
                    heap.remove(slot);
                    expected.remove(slot);
                }
                case 1 -> {
                    heap.set(slot, ExpiryHeap.NEVER);
                    expected.remove(slot);
                }
                default -> {
                    long expiry = random.nextLong(50);
                    heap.set(slot, expiry);
                    expected.put(slot, expiry);
                }
            }
            assertThat(heap.size()).isEqualTo(expected.size());
            assertThat(heap.expiry(slot)).isEqualTo(expected.getOrDefault(slot, ExpiryHeap.NEVER));
            if (expected.isEmpty()) {
                assertThat(heap.firstExpiry()).isEqualTo(ExpiryHeap.NEVER);
            } else {
                assertThat(heap.firstExpiry()).isEqualTo(Collections.min(expected.values()));
                assertThat(expected.get(heap.firstSlot())).isEqualTo(heap.firstExpiry());
            }
        }
        long last = Long.MIN_VALUE;
        while (heap.size() > 0) {
            assertThat(heap.firstExpiry()).isGreaterThanOrEqualTo(last);
            last = heap.firstExpiry();
            heap.remove(heap.firstSlot());
        }
    }
}
