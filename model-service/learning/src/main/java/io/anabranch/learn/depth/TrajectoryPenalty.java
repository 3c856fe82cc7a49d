package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A penalty on the way that visible rows take along depth, as a sum over neighbouring levels, so that stacks that store no activations can
 * work it out while they go back. All rows are [n, d], all results [1, 1] and on the rows' tape.
 */
public interface TrajectoryPenalty {

    /** What two levels that follow each other add. */
    Variable step(Variable here, Variable next);

    /** What three levels that follow each other add. */
    Variable bend(Variable before, Variable here, Variable next);

    /**
     * The penalty on levels that follow each other, over all runs of equal width: rows of different widths have no difference.
     *
     * @param levels [n, width of the level] each
     * @return null where no two neighbours are equally wide
     */
    default @Nullable Variable along(List<Variable> levels) {
        Variable sum = null;
        for (int l = 1; l < levels.size(); l++) {
            Variable here = levels.get(l - 1);
            Variable next = levels.get(l);
            if (here.columns() != next.columns()) {
                continue;
            }
            Variable step = step(here, next);
            sum = sum == null ? step : sum.plus(step);
            if (l > 1 && levels.get(l - 2).columns() == here.columns()) {
                sum = sum.plus(bend(levels.get(l - 2), here, next));
            }
        }
        return sum;
    }
}
