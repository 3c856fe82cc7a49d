package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.FactJournal.Fact;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FreshnessTrackerTest {

    private final Map<String, Long> meta = new HashMap<>();
    private final FreshnessTracker tracker = new FreshnessTracker(new MetaOnly());

    @Test
    void theOldestEventOfABatchCounts() {
        tracker.include(30, 3);
        tracker.include(20, 9);
        tracker.include(AcceptedTimes.of(25), 5);
        assertThat(tracker.freshness(tracker.stamp())).isEqualTo(new Freshness(20, 9, 0));
        tracker.closeBatch();
        tracker.include(40, 4);
        assertThat(tracker.freshness(tracker.stamp())).isEqualTo(new Freshness(40, 9, 0));
    }

    @Test
    void aTimeIsHandedOnAsOftenAsTheDeepestModelHasLayers() {
        tracker.depth(2);
        tracker.include(10, 1);
        AcceptedTimes first = tracker.stamp().handedOn();
        assertThat(first).isEqualTo(AcceptedTimes.of(10, AcceptedTimes.NO_EVENT));
        tracker.closeBatch();

        tracker.include(first, 1);
        AcceptedTimes second = tracker.stamp().handedOn();
        assertThat(second).isEqualTo(AcceptedTimes.of(AcceptedTimes.NO_EVENT, 10));
        tracker.closeBatch();

        tracker.include(second, 1);
        assertThat(tracker.stamp().handedOn().oldest()).isEqualTo(AcceptedTimes.NO_EVENT);
        assertThat(tracker.freshness(tracker.stamp()).acceptedTimeMs()).isEqualTo(10);
    }

    @Test
    void twoPartitionsUnderSteadyLoadDoNotKeepAnOldTimeAlive() {
        FreshnessTracker peer = new FreshnessTracker(new MetaOnly());
        tracker.depth(3);
        peer.depth(3);
        AcceptedTimes sent = AcceptedTimes.NONE;
        for (int round = 0; round < 100; round++) {
            tracker.include(sent, round);
            tracker.include(round, round);
            AcceptedTimes answer = tracker.stamp().handedOn();
            tracker.closeBatch();
            peer.include(answer, round);
            peer.include(round, round);
            sent = peer.stamp().handedOn();
            peer.closeBatch();
        }
        assertThat(peer.freshness(peer.stamp()).acceptedTimeMs()).isBetween(97L, 99L);
    }

    @Test
    void aBatchWithoutEventsKeepsTheLastTimeAcrossARestart() {
        tracker.include(10, 1);
        tracker.closeBatch();
        FreshnessTracker next = new FreshnessTracker(new MetaOnly());
        meta.forEach(next::restore);
        next.include(AcceptedTimes.NONE, 0);
        assertThat(next.freshness(next.stamp())).isEqualTo(new Freshness(10, 1, 0));
    }

    private final class MetaOnly implements PartitionState {
        @Override
        public void putMeta(String name, long value) {
            meta.put(name, value);
        }

        @Override
        public void write(Fact fact, boolean shows) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void forget(FactKey key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void putHistory(long modelVersion, String vertexId, @Nullable HistoryCheckpoint checkpoint) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void putClock(long offset, long time) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void putHaloEntry(String vertexId, @Nullable HaloEntry entry) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void removeSubscriber(String vertexId, int partition) {}

        @Override
        public void putSubscriber(String vertexId, int partition, long epoch) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void putPublished(String vertexId, @Nullable PublishedMark mark) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void restore(RestoreVisitor visitor) {
            throw new UnsupportedOperationException();
        }
    }
}
