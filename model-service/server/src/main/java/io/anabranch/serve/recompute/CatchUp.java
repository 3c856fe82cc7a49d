package io.anabranch.serve.recompute;

import java.time.Duration;

/** Brings the replica of the graph to what is known to be there. */
public interface CatchUp {

    /** Fails with {@link io.anabranch.serve.Problem.Late} after the patience. */
    void graph(Duration patience) throws InterruptedException;
}
