package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RowSlabTest {
    private static final int STRIDE = 16;

    @Test
    void growthOverManySegmentsKeepsEveryRow() {
        var random = new SplittableRandom(1);
        for (int segmentFloats : new int[] {1, 16, 40, 100, 1000, RowSlab.SEGMENT_FLOATS}) {
            var slab = new RowSlab(STRIDE, segmentFloats);
            int rows = 0;
            while (rows < 300) {
                int more = rows + random.nextInt(1, 40);
                slab.ensure(more);
                for (int r = rows; r < more; r++) {
                    for (int i = 0; i < STRIDE; i++) {
                        assertThat(slab.segment(r)[slab.at(r) + i]).isZero();
                        slab.segment(r)[slab.at(r) + i] = r + i / 100f;
                    }
                }
                rows = more;
                for (int r = 0; r < rows; r++) {
                    assertThat(slab.segment(r)[slab.at(r) + 7]).isEqualTo(r + 7 / 100f);
                }
            }
            assertThat(slab.flat()).isEqualTo(segmentFloats == RowSlab.SEGMENT_FLOATS);
        }
    }
}
