package io.anabranch.learn.train;

import io.anabranch.model.v1.TrainingEpoch;
import java.util.ArrayList;
import java.util.List;

/**
 * The figures of a training, epoch by epoch, {@value #MAX_POINTS} points at most: of more epochs every second is kept, then every fourth, and
 * so on, from the first on, and the last. What is kept depends on the epochs alone, not on when somebody looks. Not thread-safe.
 */
public final class TrainingCurve {

    /** A job, a record of the models topic and a chart hold so many with ease. */
    public static final int MAX_POINTS = 500;

    private final List<TrainingEpoch> kept = new ArrayList<>();
    private int stride = 1;

    /** Epochs count from 1 and come in order; a metric that is not a number is left out. */
    public void add(int epoch, double trainLoss, double validationMetric) {
        int last = kept.isEmpty() ? 0 : kept.getLast().getEpoch();
        if (epoch != last + 1) {
            throw new IllegalArgumentException("Epoch (%d) cannot follow epoch (%d).".formatted(epoch, last));
        }
        if (!kept.isEmpty() && !onStride(last)) {
            kept.removeLast();
        }
        TrainingEpoch.Builder point = TrainingEpoch.newBuilder().setEpoch(epoch).setTrainLoss(trainLoss);
        if (!Double.isNaN(validationMetric)) {
            point.setValidationMetric(validationMetric);
        }
        kept.add(point.build());
        while (kept.size() > MAX_POINTS) {
            stride *= 2;
            kept.removeIf(each -> each.getEpoch() != epoch && !onStride(each.getEpoch()));
        }
    }

    private boolean onStride(int epoch) {
        return (epoch - 1) % stride == 0;
    }

    /** Of a training that is over. */
    static TrainingCurve of(TrainingReport report) {
        TrainingCurve curve = new TrainingCurve();
        List<Double> metrics = report.validationMetric();
        for (int i = 0; i < report.trainLoss().size(); i++) {
            curve.add(i + 1, report.trainLoss().get(i), metrics.isEmpty() ? Double.NaN : metrics.get(i));
        }
        return curve;
    }

    /** As it is now. */
    public List<TrainingEpoch> points() {
        return List.copyOf(kept);
    }
}
