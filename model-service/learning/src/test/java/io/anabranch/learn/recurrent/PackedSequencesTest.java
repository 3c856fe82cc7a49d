package io.anabranch.learn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackedSequencesTest {

    @Test
    void theExampleIsPackedStepByStepLongestFirst() {
        PackedSequences packed = PackedSequences.of(1, 3, 2);

        assertThat(packed.sequences()).isEqualTo(3);
        assertThat(packed.steps()).isEqualTo(3);
        assertThat(packed.total()).isEqualTo(6);
        // a1 b1 b2 b3 c1 c2 become b1 c1 a1 | b2 c2 | b3.
        assertThat(packed.sources()).containsExactly(1, 4, 0, 2, 5, 3);
        assertThat(IntStream.range(0, 3).map(packed::rows)).containsExactly(3, 2, 1);
        assertThat(IntStream.range(0, 3).map(packed::offset)).containsExactly(0, 3, 5);
        assertThat(packed.row(2, 1)).isEqualTo(4);
        assertThat(packed.order()).containsExactly(1, 2, 0);
        assertThat(packed.places()).containsExactly(2, 0, 1);
    }

    @Test
    void everyEventHasOneRowAndEndedSequencesNone() {
        SplittableRandom random = new SplittableRandom(3);
        for (int run = 0; run < 200; run++) {
            int[] lengths = random.ints(random.nextInt(1, 8), 0, 6).toArray();
            PackedSequences packed = PackedSequences.of(lengths);
            assertThat(packed.total()).isEqualTo(Arrays.stream(lengths).sum());
            assertThat(packed.steps()).isEqualTo(Arrays.stream(lengths).max().orElseThrow());
            assertThat(Arrays.stream(packed.sources()).sorted())
                    .containsExactly(IntStream.range(0, packed.total()).boxed().toArray(Integer[]::new));
            for (int step = 0; step < packed.steps(); step++) {
                int now = step;
                assertThat(packed.rows(step)).isEqualTo((int)
                        Arrays.stream(lengths).filter(length -> length > now).count());
            }
            for (int place = 1; place < lengths.length; place++) {
                int[] order = packed.order();
                assertThat(lengths[order[place]]).isLessThanOrEqualTo(lengths[order[place - 1]]);
                assertThat(lengths[order[place]] < lengths[order[place - 1]] || order[place] > order[place - 1])
                        .isTrue();
            }
        }
    }

    @Test
    void whatIsNoBatchIsRefused() {
        assertThatThrownBy(PackedSequences::of).hasMessageContaining("must not be none");
        assertThatThrownBy(() -> PackedSequences.of(2, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The length (-1) of the sequence 1 must not be negative");
        assertThatThrownBy(() -> PackedSequences.of(new int[] {1, 2}, new long[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("number of keys (1)");
        assertThatThrownBy(() -> PackedSequences.of(0, 2).row(0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
