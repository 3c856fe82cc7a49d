package io.anabranch.serve.train;

import io.anabranch.learn.history.EventLog;

/** The edge events of the graph from its beginning on. */
public interface PastEvents {

    /**
     * Reads all that there are now. Blocks for as long as that takes; memory as {@link EventLog} says.
     *
     * @param check looked at now and then: throws to give up
     * @throws io.anabranch.serve.ProblemException when the broker does not answer
     * @throws io.anabranch.learn.train.TrainingException when events of the past are gone
     */
    EventLog read(Runnable check);
}
