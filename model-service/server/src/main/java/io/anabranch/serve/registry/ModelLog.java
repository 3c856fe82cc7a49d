package io.anabranch.serve.registry;

import java.util.List;

/** Where models are written; what is written comes back through {@link ModelRegistry#apply}. */
public interface ModelLog {

    /**
     * Appends all or none of the records, in this order, and returns when they are durable. Blocks.
     *
     * @throws io.anabranch.serve.ProblemException when the log cannot be written now
     */
    void append(List<ModelRecord> records);
}
