package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmissionQueueTest {
    private final EmissionQueue queue = new EmissionQueue();
    private final List<String> sent = new ArrayList<>();

    private static FreshnessStamp stamp(long accepted) {
        return new FreshnessStamp(AcceptedTimes.NONE, accepted);
    }

    private void send(int limit) {
        queue.send(limit, (lane, embedding, vertex, flags, stamp) -> {
            sent.add("%d%s%d/%d@%d".formatted(lane, embedding ? "e" : "v", vertex, flags, stamp.acceptedTimeMs()));
            return 1;
        });
    }

    @Test
    void firstInFirstOutInSlices() {
        for (int v = 0; v < 5; v++) {
            queue.add(0, true, v, 0);
        }
        queue.stamp(stamp(7));
        send(2);
        assertThat(sent).containsExactly("0e0/0@7", "0e1/0@7");
        assertThat(queue.isEmpty()).isFalse();
        assertThat(queue.size()).isEqualTo(3);
        send(10);
        assertThat(sent).hasSize(5);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void whatIsQueuedAlreadyKeepsItsPlaceItsOldestStampAndAllFlags() {
        queue.add(0, false, 1, 1);
        queue.add(0, false, 2, 0);
        queue.stamp(stamp(7));
        queue.add(0, false, 3, 0);
        queue.add(0, false, 1, 2);
        queue.stamp(stamp(9));
        send(10);
        assertThat(sent).containsExactly("0v1/3@7", "0v2/0@7", "0v3/0@9");
    }

    @Test
    void valuesEmbeddingsAndVersionsAreApart() {
        queue.add(0, false, 1, 0);
        queue.add(0, true, 1, 0);
        queue.add(3, true, 1, 0);
        queue.stamp(stamp(1));
        send(10);
        assertThat(sent).containsExactly("0v1/0@1", "0e1/0@1", "3e1/0@1");
    }

    @Test
    void anActionRunsBehindWhatWasQueuedBeforeIt() {
        queue.whenPassed(() -> sent.add("first"));
        queue.add(0, true, 1, 0);
        queue.add(0, true, 2, 0);
        queue.whenPassed(() -> sent.add("second"));
        queue.add(0, true, 3, 0);
        queue.stamp(stamp(1));
        assertThat(queue.isEmpty()).isFalse();
        send(1);
        assertThat(sent).containsExactly("first", "0e1/0@1");
        send(1);
        assertThat(sent).containsExactly("first", "0e1/0@1", "0e2/0@1", "second");
        send(1);
        assertThat(queue.isEmpty()).isTrue();
        queue.whenPassed(() -> sent.add("third"));
        send(1);
        assertThat(sent).endsWith("0e3/0@1", "third");
    }

    @Test
    void anEntryThatTakesNoRecordDoesNotUseUpTheSlice() {
        queue.add(0, false, 1, 0);
        queue.add(0, false, 2, 0);
        queue.stamp(stamp(1));
        List<Integer> asked = new ArrayList<>();
        queue.send(1, (lane, embedding, vertex, flags, stamp) -> {
            asked.add(vertex);
            return vertex == 1 ? 0 : 1;
        });
        assertThat(asked).containsExactly(1, 2);
    }
}
