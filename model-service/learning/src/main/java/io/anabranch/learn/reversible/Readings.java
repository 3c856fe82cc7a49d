package io.anabranch.learn.reversible;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.TrajectoryPenalty;
import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Products;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is read of the visible rows on the way forward: the taps' sum and the penalty. */
final class Readings {

    private final TensorScope work;
    private final List<Tap> taps;
    private final @Nullable TrajectoryPenalty penalty;
    private final @Nullable Tensor tapped;
    private double penaltySum;
    private final Tensor shape;
    /** The rows of the last two levels, the younger first; none without a penalty. */
    private final List<Tensor> last;

    /** @param shape a tensor of the rows' shape and precision */
    Readings(TensorScope work, Tensor shape, List<Tap> taps, @Nullable TrajectoryPenalty penalty) {
        this.work = work;
        this.taps = taps;
        this.penalty = penalty;
        this.tapped = taps.isEmpty()
                ? null
                : Tensor.zeros(
                        work,
                        shape.type(),
                        shape.rows(),
                        taps.getFirst().weight().columns());
        this.shape = shape;
        this.last = penalty == null ? List.of() : List.of(like(work, shape), like(work, shape));
    }

    void read(int level, Tensor visible) {
        try (TensorScope scope = work.openChild()) {
            for (Tap tap : taps) {
                if (tapped != null && tap.level() == level) {
                    Elementwise.addTo(
                            tapped,
                            Products.matmul(scope, visible, false, tap.weight().tensor(), false));
                }
            }
            if (penalty != null) {
                if (level > 0) {
                    penaltySum += terms(new Tape(scope), level, penalty, last.get(1), last.get(0), visible);
                }
                last.get(1).copyFrom(last.get(0));
                last.get(0).copyFrom(visible);
            }
        }
    }

    /** Adds the columns of what was read. */
    void addTo(List<Tensor> columns) {
        if (tapped != null) {
            columns.add(tapped);
        }
        if (penalty != null) {
            Tensor column = Tensor.zeros(work, shape.type(), shape.rows(), 1);
            column.write(0, new double[] {penaltySum}, 1);
            columns.add(column);
        }
    }

    private static double terms(
            Tape tape, int level, TrajectoryPenalty penalty, Tensor beforeThat, Tensor before, Tensor visible) {
        Variable last = tape.constant(before);
        Variable now = tape.constant(visible);
        double step = penalty.step(last, now).scalar();
        return level < 2
                ? step
                : step + penalty.bend(tape.constant(beforeThat), last, now).scalar();
    }

    private static Tensor like(TensorScope scope, Tensor shape) {
        return Tensor.zeros(scope, shape.type(), shape.rows(), shape.columns());
    }
}
