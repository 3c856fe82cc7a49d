package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class FrontierTest {

    private final Frontier frontier = new Frontier(3, 1);

    private static EventPositions at(long... positions) {
        return EventPositions.of(positions);
    }

    @Test
    void aloneEveryLevelIsWhatWasRead() {
        var alone = new Frontier(1, 0);
        alone.read(0, 7);
        assertThat(alone.reachable(3, true)).containsExactly(at(7), at(7), at(7), at(7));
    }

    @Test
    void positionsOnlyGrowWhateverOrderClocksComeIn() {
        frontier.read(0, 7);
        frontier.read(0, 5);
        frontier.read(2, 1);
        assertThat(frontier.read()).isEqualTo(at(7, 0, 1));
    }

    @Test
    void aLevelIsTheLeastOfThePeersAndOfOneself() {
        frontier.read(0, 7);
        frontier.read(1, 7);
        frontier.read(2, 7);
        frontier.peer(0, 0, at(9, 5, 9));
        assertThat(frontier.reachable(2, true))
                .as("one peer is silent")
                .containsExactly(at(7, 7, 7), at(0, 0, 0), at(0, 0, 0));
        frontier.peer(2, 0, at(6, 9, 9));
        assertThat(frontier.reachable(2, true)).containsExactly(at(7, 7, 7), at(6, 5, 7), at(0, 0, 0));
        frontier.peer(0, 1, at(4, 5, 0));
        frontier.peer(2, 1, at(4, 4, 4));
        assertThat(frontier.reachable(2, true)).containsExactly(at(7, 7, 7), at(6, 5, 7), at(4, 4, 0));
    }

    @Test
    void aPeersLastWordCounts() {
        frontier.read(0, 7);
        frontier.peer(0, 0, at(9, 9, 9));
        frontier.peer(2, 0, at(9, 9, 9));
        frontier.peer(2, 0, at(3, 0, 0));
        assertThat(frontier.reachable(1, true)).containsExactly(at(7, 0, 0), at(3, 0, 0));
        frontier.forget(2);
        assertThat(frontier.reachable(1, true)).containsExactly(at(7, 0, 0), at(0, 0, 0));
    }

    @Test
    void levelsFollowWhatAnEmbeddingDependsOn() {
        assertThat(Frontier.levelOf(1, false)).as("existence").isEqualTo(3);
        assertThat(Frontier.levelOf(2, false)).isEqualTo(3);
        assertThat(Frontier.levelOf(3, false)).isEqualTo(4);
        assertThat(Frontier.levelOf(1, true)).isEqualTo(3);
        assertThat(Frontier.levelOf(2, true)).as("in-degrees of sources").isEqualTo(4);
    }

    @Test
    void whatNoPartitionSaysIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> frontier.peer(0, 0, at(1, 2)))
                .withMessageContaining("3 positions");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> frontier.peer(0, 1_000_000, at(1, 2, 3)))
                .withMessageContaining("at most 1000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> frontier.read(3, 1))
                .withMessageContaining("below the number of partitions (3)");
    }
}
