package io.anabranch.serve.predict;

import java.util.List;

/** Whether what is read from topics has caught up with where they ended at start. */
public interface Readiness {

    /** What is still missing, one line each; empty: ready. Cheap: asked with every request. */
    List<String> pending();
}
