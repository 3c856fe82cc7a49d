package io.anabranch.graph.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anabranch.graph.testkit.Randomized;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class FeatureSlabTest {

    @Randomized(runs = 20)
    void rowsKeepTheirValuesAcrossSegmentsAndReuse(RandomGenerator random) {
        int width = random.nextInt(1, 3) * random.nextInt(1, 5000);
        FeatureSlab slab = new FeatureSlab(width);
        Map<Integer, Float> marks = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            if (!marks.isEmpty() && random.nextInt(3) == 0) {
                int row = marks.keySet().iterator().next();
                slab.release(row);
                marks.remove(row);
            } else {
                int row = slab.acquire();
                assertThat(marks).doesNotContainKey(row);
                slab.segment(row)[slab.offset(row)] = i;
                slab.segment(row)[slab.offset(row) + width - 1] = i;
                marks.put(row, (float) i);
            }
        }
        float[] copy = new float[width];
        marks.forEach((row, mark) -> {
            slab.copyInto(row, copy, 0);
            assertThat(copy[0]).isEqualTo(mark);
            assertThat(copy[width - 1]).isEqualTo(mark);
        });
    }

    @Test
    void noRowReadsAsPlusZero() {
        FeatureSlab slab = new FeatureSlab(2);
        int row = slab.acquire();
        slab.segment(row)[slab.offset(row)] = 0f;
        slab.segment(row)[slab.offset(row) + 1] = 0f;
        assertThat(slab.same(row, FeatureSlab.NO_ROW)).isTrue();

        slab.segment(row)[slab.offset(row) + 1] = -0f;
        assertThat(slab.same(FeatureSlab.NO_ROW, row)).isFalse();

        float[] copy = {7, 7, 7};
        slab.copyInto(FeatureSlab.NO_ROW, copy, 1);
        assertThat(copy).containsExactly(7, 0, 0);
    }

    @Test
    void widthZeroHoldsRowsOfNothing() {
        FeatureSlab slab = new FeatureSlab(0);
        int row = slab.acquire();
        assertThat(slab.same(row, slab.acquire())).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> new FeatureSlab(-1));
    }
}
