/**
 * The trainer: from a snapshot of the graph and a task to a model with a report of what it is worth.
 *
 * <p>Everything is a function of snapshot, task, options and seed. The test part is looked at once, after the weights
 * have been chosen on the validation part. Callers give a {@link io.anabranch.learn.train.ProgressListener} and may
 * cancel between two epochs; a training that cannot be done says why in a
 * {@link io.anabranch.learn.train.TrainingException}.
 */
@NullMarked
package io.anabranch.learn.train;

import org.jspecify.annotations.NullMarked;
