package io.anabranch.benchmark;

import io.anabranch.graph.history.GapCode;
import io.anabranch.graph.history.IdentityCode;
import io.anabranch.graph.history.StepCode;
import io.anabranch.graph.reversible.RankStack;
import io.anabranch.stream.frozen.HistoryCell;
import io.anabranch.stream.frozen.HistoryEncoder;
import java.util.List;

/** What an encoder shows of whole histories, read from their first steps on; by the stream processor's own cell, which its tests compare with its definition. */
final class ReferenceHistories {

    private final StepCode code;
    private final HistoryCell cell;
    private final int width;

    ReferenceHistories(HistoryEncoder encoder) {
        code = encoder.code();
        cell = encoder.newCell();
        width = encoder.width();
    }

    /** Steps in order of time. */
    float[] shown(List<Workload.Step> steps) {
        long[] state = new long[cell.stateLength()];
        float[] told = new float[code.width()];
        long before = 0;
        for (int i = 0; i < steps.size(); i++) {
            Workload.Step step = steps.get(i);
            double gap = i == 0 ? GapCode.NEVER : StepCode.gap(before, step.timeMs());
            before = step.timeMs();
            code.write(gap, step.source(), code.place(Workload.EDGE_TYPE), 1, IdentityCode.hash(step.other()), told, 0);
            cell.advance(state, told, new RankStack());
        }
        float[] shown = new float[width];
        cell.show(state, shown, 0);
        return shown;
    }
}
