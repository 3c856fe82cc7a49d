package io.anabranch.serve.train;

import io.anabranch.learn.train.TrainingOptions;

/**
 * What to train.
 *
 * @param modelName the model of which this becomes a new version
 * @param task labelled task to learn, or {@code link}; empty: the graph's only labelled task
 */
public record TrainingOrder(String modelName, String task, TrainingOptions options) {}
