package io.anabranch.graph.hag.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.search.PrefixSharing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReadingStepsTest {

    /** What a target's last state has read, from the first source on. */
    private static List<Integer> history(ReadingSteps steps, int target) {
        List<Integer> read = new ArrayList<>();
        int state = steps.ends()[target];
        if (state == ReadingSteps.NO_STATE) {
            return read;
        }
        int step = 0;
        for (; state >= steps.read(step).length; step++) {
            state -= steps.read(step).length;
        }
        for (; step > 0; step--) {
            read.add(steps.read(step)[state]);
            state = steps.previous(step)[state];
        }
        read.add(steps.read(0)[state]);
        Collections.reverse(read);
        return read;
    }

    @Test
    void everyTargetHasReadItsListAndNoPrefixIsReadTwiceWithoutACapacity() {
        SplittableRandom random = new SplittableRandom(9);
        for (int run = 0; run < 50; run++) {
            int n = 2 + random.nextInt(30);
            int[] offsets = new int[n + 1];
            for (int v = 0; v < n; v++) {
                offsets[v + 1] = offsets[v] + random.nextInt(9);
            }
            int[] neighbours = random.ints(offsets[n], 0, Math.min(n, 4)).toArray();
            PrefixSharing search = PrefixSharing.search(n, offsets, neighbours, PrefixSharing.Order.GIVEN);
            Set<List<Integer>> prefixes = new HashSet<>();
            for (HagCapacity capacity : List.of(HagCapacity.nodes(0), HagCapacity.nodes(5), HagCapacity.UNLIMITED)) {
                ReadingSteps steps = ReadingSteps.of(search.plan(capacity));
                for (int v = 0; v < n; v++) {
                    List<Integer> list = Arrays.stream(neighbours, offsets[v], offsets[v + 1])
                            .boxed()
                            .toList();
                    assertThat(history(steps, v)).isEqualTo(list);
                    for (int length = 1; length <= list.size(); length++) {
                        prefixes.add(list.subList(0, length));
                    }
                }
                if (capacity == HagCapacity.UNLIMITED) {
                    assertThat(steps.states()).isEqualTo(prefixes.size());
                }
            }
        }
    }

    @Test
    void aPlanForSetsIsRefused() {
        Hag sets = new Hag(
                3,
                1,
                new int[] {0, 2},
                new int[] {0, 1},
                new int[] {0},
                new int[] {0, 2},
                new int[] {2, 3},
                new int[] {0, 1},
                new int[] {0, 1});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReadingSteps.of(sets))
                .withMessageContaining("not sequential")
                .withMessageContaining("3");
    }
}
