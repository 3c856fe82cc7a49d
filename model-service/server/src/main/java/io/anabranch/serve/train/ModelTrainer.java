package io.anabranch.serve.train;

import io.anabranch.learn.train.ProgressListener;
import io.anabranch.model.v1.ModelSnapshot;
import java.util.Map;

/** Trains on the live graph. Blocks for as long as that takes. */
public interface ModelTrainer {

    /**
     * Takes a snapshot of the graph and trains on it.
     *
     * @param progress told after every epoch; what it throws ends the training and passes through
     * @param cancelled asked before the first epoch, where that takes time; what it throws passes through too
     * @throws io.anabranch.learn.train.TrainingException when the graph or the options do not allow it
     */
    Trained train(TrainingOrder order, ProgressListener progress, Runnable cancelled);

    /**
     * A model without a version.
     *
     * @param metrics of the test part, such as {@code test.accuracy}, those of the features-only baseline, seconds
     */
    record Trained(ModelSnapshot model, String task, Map<String, Double> metrics) {}
}
