package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class InputPositionsTest {

    private static final TopicPartition HALO = new TopicPartition("anabranch.halo", 2);
    private static final TopicPartition EVENTS = new TopicPartition("anabranch.events", 2);

    @Test
    void aCommittedPositionThatCanBeReadStands() {
        assertThat(InputPositions.start(HALO, false, 40, OptionalLong.of(40))).isEmpty();
        assertThat(InputPositions.start(HALO, false, 40, OptionalLong.of(99))).isEmpty();
    }

    @Test
    void aGapIsRefusedWithWhatIsMissing() {
        assertThatExceptionOfType(TopicGapException.class)
                .isThrownBy(() -> InputPositions.start(HALO, false, 40, OptionalLong.of(39)))
                .withMessageContaining("The records 39 to 39 of anabranch.halo-2");
        assertThatExceptionOfType(TopicGapException.class)
                .isThrownBy(() -> InputPositions.start(EVENTS, true, 40, OptionalLong.of(0)))
                .withMessageContaining("The records 0 to 39 of anabranch.events-2");
    }

    @Test
    void aNewApplicationStartsAtTheBeginning() {
        assertThat(InputPositions.start(HALO, false, 0, OptionalLong.empty())).hasValue(0);
        assertThat(InputPositions.start(EVENTS, true, 40, OptionalLong.empty())).hasValue(40);
    }

    /** Its own topic had a life before it: the positions were lost, and with them the knowledge of a gap. */
    @Test
    void aLostPositionInATopicOfOursIsRefused() {
        assertThatExceptionOfType(TopicGapException.class)
                .isThrownBy(() -> InputPositions.start(HALO, false, 40, OptionalLong.empty()))
                .withMessageContaining("begins at offset 40");
    }
}
