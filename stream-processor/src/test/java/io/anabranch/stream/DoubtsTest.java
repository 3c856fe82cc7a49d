package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.junit.jupiter.api.Test;

class DoubtsTest {

    private final Doubts doubts = new Doubts();

    @Test
    void aThreadInDoubtIsRefusedOnce() {
        doubts.failed(Thread.currentThread(), new TimeoutException("no answer"));
        assertThatThrownBy(doubts::refuse).isInstanceOf(TaskMigratedException.class);
        assertThatNoException().isThrownBy(doubts::refuse);
    }

    @Test
    void anotherThreadGoesOn() {
        doubts.failed(new Thread(() -> {}), new TimeoutException("no answer"));
        assertThatNoException().isThrownBy(doubts::refuse);
    }

    /** Kafka Streams gives the tasks up by itself. */
    @Test
    void fencingIsNoDoubt() {
        doubts.failed(Thread.currentThread(), new InvalidProducerEpochException("fenced"));
        assertThatNoException().isThrownBy(doubts::refuse);
    }
}
