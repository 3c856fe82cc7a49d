package io.anabranch.learn.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DepthChoiceTest {

    private static final ProbeOptions OPTIONS = ProbeOptions.defaults();

    /** Three labels, hops of these ranks, and stacks of these held-out alignments. */
    private static ProbeReport report(int[] ranks, double... heldOut) {
        List<HopFigures> single = new ArrayList<>();
        List<HopFigures> stacked = new ArrayList<>();
        for (int l = 0; l < ranks.length; l++) {
            single.add(new HopFigures(l, ranks[l], 0, 1, 1, 0.5, 1, 0.1));
            stacked.add(new HopFigures(l, ranks[l], 0, 1, 1, 0.5, 1, heldOut[l]));
        }
        return new ProbeReport(10, 10, 3, single, stacked, List.of());
    }

    @Test
    void theSmallestDepthThatIsGoodEnoughIsChosen() {
        int[] full = {5, 5, 5, 5};
        assertThat(DepthChoice.of(report(full, 0.1, 0.3, 0.55, 0.6), OPTIONS).depth())
                .isEqualTo(2);
        assertThat(DepthChoice.of(report(full, 0.1, 0.3, 0.45, 0.6), OPTIONS).depth())
                .isEqualTo(3);
        assertThat(DepthChoice.of(report(full, 0.9, 0.6, 0.6, 0.6), OPTIONS).depth())
                .isEqualTo(1);
        assertThat(DepthChoice.of(report(full, 0, 0, 0, 0), OPTIONS).depth()).isEqualTo(1);
    }

    @Test
    void depthsAtWhichRowsBecameTooAlikeAreNotChosen() {
        DepthChoice choice = DepthChoice.of(report(new int[] {5, 5, 4, 1}, 0.1, 0.3, 0.45, 0.6), OPTIONS);
        assertThat(choice.depth()).isEqualTo(2);
        assertThat(choice.reason())
                .isEqualTo(
                        "Depth 2: the held-out alignment of hops 0 to 2 is 0.450, the best of up to 2 hops is 0.450 at 2, and less by up to 0.1 is good enough. From 3 hops on rows are too alike: their rank is 1.");
        // k classes need k - 1 directions, and features that never had them are not to blame.
        assertThat(DepthChoice.of(report(new int[] {5, 2, 2, 2}, 0.1, 0.3, 0.45, 0.6), OPTIONS)
                        .depth())
                .isEqualTo(3);
        assertThat(DepthChoice.of(report(new int[] {1, 1, 1, 1}, 0.1, 0.3, 0.45, 0.6), OPTIONS)
                        .depth())
                .isEqualTo(3);
    }

    @Test
    void aGraphOfCommunitiesIsWorthHops() {
        Planted planted = Planted.of(17, 200, 6);
        assertThat(DepthChoice.of(planted.probe(planted.classes()), OPTIONS).depth())
                .isBetween(1, 3);
    }

    @Test
    void aGraphThatHidesTheLabelsIsRefused() {
        ProbeReport before = Planted.of(19, 200, 6).probe(Planted.of(19, 200, 6).classes());
        Planted rewired = Planted.of(19, 200, 6, 0.5);
        ProbeReport after = rewired.probe(rewired.classes());
        GraphVerdict verdict = GraphVerdict.accepts(before, after, 2, OPTIONS);
        assertThat(verdict.accepted()).isFalse();
        assertThat(verdict.reasons())
                .hasSize(2)
                .first()
                .asString()
                .matches("The alignment of hops 0 to 2 falls from 0\\.\\d{4} to 0\\.\\d{4}, by more than 0\\.05\\.");
        assertThat(verdict.figures().get("after.held_out_alignment"))
                .isEqualTo(after.stacked().get(2).heldOut());
        assertThat(GraphVerdict.accepts(after, before, 2, OPTIONS).accepted()).isTrue();
        assertThat(GraphVerdict.accepts(before, before, 2, OPTIONS).reasons()).isEmpty();
    }

    @Test
    void aGraphThatCollapsesIsRefused() {
        ProbeReport before = report(new int[] {5, 5}, 0.5, 0.5);
        ProbeReport after = report(new int[] {5, 1}, 0.5, 0.5);
        assertThat(GraphVerdict.accepts(before, after, 1, OPTIONS).reasons())
                .containsExactly("The rank of hop 1 falls from 5 to 1, too little to tell the labels apart.");
        assertThat(GraphVerdict.accepts(before, after, 0, OPTIONS).accepted()).isTrue();
    }

    @Test
    void probesOfDifferentRowsAreNotCompared() {
        ProbeReport before = report(new int[] {5, 5}, 0.5, 0.5);
        ProbeReport other = new ProbeReport(9, 10, 3, before.single(), before.stacked(), List.of());
        assertThatThrownBy(() -> GraphVerdict.accepts(before, other, 1, OPTIONS))
                .hasMessage("The probes looked at (10) rows of (3) labels and at (9) of (3); they must be the same.");
        assertThatThrownBy(() -> GraphVerdict.accepts(before, before, 2, OPTIONS))
                .hasMessage("The depth (2) must be from 0 to the hops of both probes, (1) and (1).");
    }
}
