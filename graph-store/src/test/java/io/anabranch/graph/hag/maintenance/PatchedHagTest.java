package io.anabranch.graph.hag.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions.Mode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PatchedHagTest {

    /**
     * Sources 0 … 5; node 6 = {0, 1}, node 7 = {6, 2, 3}; target 0 = {7, 4}, target 1 = {7, 5}, target 2 = {6}.
     */
    private static Hag tower() {
        return new Hag(
                6,
                3,
                new int[] {0, 2, 5},
                new int[] {0, 1, 2, 3, 6},
                new int[] {0, 1, 2},
                new int[] {0, 2, 4, 5},
                new int[] {4, 7, 5, 7, 6},
                new int[] {0, 2},
                new int[] {0, 3});
    }

    private static int[] row(PatchedHag hag, int target) {
        Hag flat = hag.toHag();
        return Arrays.copyOfRange(flat.targetChildren(), flat.targetStarts()[target], flat.targetStarts()[target + 1]);
    }

    @Test
    void anAddedSourceIsADirectChild() {
        PatchedHag hag = PatchedHag.of(tower(), Mode.OPEN);
        hag.add(3, 2);

        assertThat(row(hag, 2)).containsExactly(3, 6);
        assertThat(hag.cost().transfers()).isEqualTo(11);
        assertThat(hag.unfoldings()).isZero();
    }

    /** Node 7 gives way to 6, 2, 3; then 6 to 0 and 1; and 0 is dropped. */
    @Test
    void nodesGiveWayDownToTheSource() {
        PatchedHag hag = PatchedHag.of(tower(), Mode.OPEN);
        hag.remove(0, 0);

        assertThat(row(hag, 0)).containsExactly(1, 2, 3, 4);
        assertThat(row(hag, 1)).containsExactly(5, 7);
        assertThat(hag.unfoldings()).isEqualTo(2);
        assertThat(hag.cost().nodes()).isEqualTo(2);
    }

    /** Once nobody has node 7, its children are only those of the targets; node 6 stays for target 2. */
    @Test
    void nodesThatNobodyHasAreFreed() {
        PatchedHag hag = PatchedHag.of(tower(), Mode.OPEN);
        hag.remove(2, 0);
        hag.clear(1);

        assertThat(hag.cost().nodes()).isEqualTo(1);
        assertThat(row(hag, 0)).containsExactly(3, 4, 6);
        assertThat(row(hag, 2)).containsExactly(6);
        // Two of the node, three and one of the targets.
        assertThat(hag.cost().transfers()).isEqualTo(6);
        assertThat(hag.cost().aggregations()).isEqualTo(1 + 2);
    }

    @Test
    void freeingANodeFreesWhatItAloneHeld() {
        PatchedHag hag = PatchedHag.of(tower(), Mode.OPEN);
        hag.clear(2);
        hag.clear(1);
        assertThat(hag.cost().nodes()).isEqualTo(2);
        hag.clear(0);
        assertThat(hag.cost().nodes()).isZero();
        assertThat(hag.cost().transfers()).isZero();
    }

    @Test
    void ofParallelEdgesTheDirectOneGoesFirst() {
        PatchedHag hag = PatchedHag.of(tower(), Mode.OPEN);
        hag.add(0, 2);
        hag.add(0, 2);
        assertThat(row(hag, 2)).containsExactly(0, 0, 6);
        hag.remove(0, 2);
        hag.remove(0, 2);
        assertThat(row(hag, 2)).containsExactly(6);
        hag.remove(0, 2);
        assertThat(row(hag, 2)).containsExactly(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hag.remove(0, 2))
                .withMessage("There is no edge from 0 to 2.");
    }

    @Test
    void verticesAppear() {
        PatchedHag hag = PatchedHag.of(tower(), Mode.OPEN);
        hag.grow(9, 5);
        hag.add(8, 4);
        hag.add(8, 0);

        Hag flat = hag.toHag();
        assertThat(flat.sources()).isEqualTo(9);
        assertThat(flat.targetOrder()).containsExactly(0, 1, 2, 3, 4);
        assertThat(flat.components()).isEqualTo(2);
        assertThat(row(hag, 0)).containsExactly(4, 8, 10);
        assertThat(row(hag, 3)).isEmpty();
        assertThat(row(hag, 4)).containsExactly(8);
    }

    @Test
    void aRefusedEditChangesNothing() {
        PatchedHag hag = PatchedHag.of(tower(), Mode.OPEN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hag.remove(4, 1))
                .withMessage("There is no edge from 4 to 1.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hag.add(6, 1))
                .withMessage("The source (6) must be from 0 to 5.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hag.clear(3))
                .withMessage("The target (3) must be from 0 to 2.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hag.grow(5, 3))
                .withMessage("A graph of 6 sources and 3 targets cannot shrink to 5 and 3.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hag.addOwn(1))
                .withMessage("Open rows have no entry of their own (vertex 1).");
        assertThat(hag.cost().transfers()).isEqualTo(10);
    }

    /** Two vertices, each with a row of both: node 2 = {0, 1}. */
    private static PatchedHag pair() {
        return PatchedHag.of(
                new Hag(
                        2,
                        2,
                        new int[] {0, 2},
                        new int[] {0, 1},
                        new int[] {0, 1},
                        new int[] {0, 1, 2},
                        new int[] {2, 2},
                        new int[] {0, 1},
                        new int[] {0, 2}),
                Mode.CLOSED);
    }

    @Test
    void anEdgeToItselfIsNotTheOwnEntry() {
        PatchedHag hag = pair();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hag.remove(1, 1))
                .withMessage("There is no edge from 1 to 1.");
        hag.add(1, 1);
        hag.remove(1, 1);
        assertThat(row(hag, 1)).containsExactly(2);

        hag.add(1, 1);
        hag.removeOwn(1);
        assertThat(row(hag, 1)).containsExactly(2);
        hag.remove(1, 1);
        assertThat(row(hag, 1)).containsExactly(0);
    }

    @Test
    void aVertexVanishesAndComesBack() {
        PatchedHag hag = pair();
        hag.clear(1);
        assertThat(row(hag, 1)).containsExactly(1);
        hag.remove(1, 0);
        hag.removeOwn(1);
        assertThat(row(hag, 1)).isEmpty();
        assertThat(hag.direct().transfers()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hag.removeOwn(1))
                .withMessage("The vertex 1 is not in its own row.");
        hag.addOwn(1);
        assertThat(row(hag, 1)).containsExactly(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hag.addOwn(1))
                .withMessage("The vertex 1 is already in its own row.");
    }

    @Test
    void openRowsAreNoClosedOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatchedHag.of(tower(), Mode.CLOSED))
                .withMessageStartingWith("The closed row of target 2 lacks 2 itself.");
    }
}
