package io.anabranch.serve.audit;

import io.anabranch.serve.predict.ModelChoice;
import java.time.Duration;
import java.util.List;

/**
 * What is to be audited.
 *
 * @param vertexIds empty: a random sample
 * @param sample its size
 * @param tolerance relative error from which on an embedding counts as wrong
 * @param mostRows how many rows, vertices times layers, may be recomputed for one comparison
 * @param repair whether what is wrong is to be recomputed and audited again
 * @param patience how long the whole may take
 */
public record AuditOrder(
        ModelChoice model,
        List<String> vertexIds,
        int sample,
        long seed,
        double tolerance,
        int mostRows,
        boolean repair,
        Duration patience) {}
