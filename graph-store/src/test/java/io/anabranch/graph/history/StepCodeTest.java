package io.anabranch.graph.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StepCodeTest {

    private final StepCode code =
            new StepCode(new GapCode(1, Math.exp(9)), List.of("paid", "called"), 2, 0.5f, new IdentityCode(3));

    /** The logarithm of e^2.25 lies between knots 2 and 3, a quarter from the first. */
    @Test
    void aStepIsGapSideTypeWeightAndTheOtherEnd() {
        float[] row = new float[1 + code.width()];
        code.write(Math.exp(2.25), true, code.place("called"), 5, IdentityCode.hash("a"), row, 1);
        assertThat(row[3]).isEqualTo(0.75f);
        assertThat(row[4]).isEqualTo(0.25f);
        assertThat(row).startsWith(0, 0, 0).containsSequence(1, 0, 1, 1.5f);
        assertThat(row).hasSize(1 + 11 + 1 + 2 + 1 + 3);
    }

    @Test
    void gapsBeyondTheEndsAreAsTheEnds() {
        float[] row = new float[GapCode.WIDTH];
        code.gaps().write(0, row, 0);
        assertThat(row[0]).isEqualTo(1);
        code.gaps().write(1e9, row, 0);
        assertThat(row).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0);
        code.gaps().write(GapCode.NEVER, row, 0);
        assertThat(row).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    }

    @Test
    void typesThatAreNotKnownHaveNoNumber() {
        float[] row = new float[code.width()];
        code.write(1, false, code.place("wrote"), 2, 0, row, 0);
        assertThat(row).containsSequence(0, 0, 0, 0);
        assertThat(code.place("wrote")).isEqualTo(-1);
    }

    /** FNV-1a's own test vectors, and SplitMix64's first number for the state 0. */
    @Test
    void identitiesAreThoseOfTheDefinition() {
        assertThat(IdentityCode.hash("a")).isEqualTo(0xaf63dc4c8601ec8cL);
        assertThat(IdentityCode.hash("foobar")).isEqualTo(0x85944171f73967e8L);
        float[] signs = new float[70];
        new IdentityCode(70).write(0, signs, 0);
        long first = 0xe220a8397b1dcdafL;
        long second = 0x6e789e6aa1b965f4L;
        for (int i = 0; i < signs.length; i++) {
            long bits = i < 64 ? first : second;
            assertThat(signs[i]).isEqualTo((bits >>> i % 64 & 1) == 1 ? 1f : -1f);
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new GapCode(0, 1)).hasMessageContaining("shortest gap (0.0 s)");
        assertThatThrownBy(() -> new GapCode(2, 2)).hasMessageContaining("longest (2.0 s)");
        assertThatThrownBy(() -> new IdentityCode(-1)).hasMessageContaining("(-1)");
        assertThatThrownBy(() -> new StepCode(new GapCode(1, 2), List.of("a", "a"), 0, 1, new IdentityCode(1)))
                .hasMessageContaining("[a, a]");
        assertThatThrownBy(() -> new StepCode(new GapCode(1, 2), List.of(), Float.NaN, 1, new IdentityCode(1)))
                .hasMessageContaining("(NaN)");
    }
}
