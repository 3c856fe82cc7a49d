package io.anabranch.serve.predict;

import io.anabranch.serve.Problem;
import java.time.Duration;
import java.util.List;

/** Whether what is read from topics has caught up with where they ended at start. */
public interface Readiness {

    /** What is still missing, one line each; empty: ready. Cheap: asked with every request. */
    List<String> pending();

    /** @throws io.anabranch.serve.ProblemException with {@link Problem.Unready} until all has caught up */
    default void require() {
        List<String> pending = pending();
        if (!pending.isEmpty()) {
            throw new Problem.Unready("Not ready yet: " + String.join("; ", pending), Duration.ofSeconds(1))
                    .exception();
        }
    }
}
