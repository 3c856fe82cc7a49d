package io.anabranch.serve.predict;

import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.MeterRegistry;

/** What looks at all vertices at once: nearest neighbours with their indexes, rankings of links, and the threads that they share. */
public final class Neighbours implements AutoCloseable {

    private final ScanPool pool;
    private final SharedPasses passes;
    private final SimilarIndexes indexes;
    private final SimilarSearch similar;
    private final LinkRanking ranking;

    public Neighbours(
            SimilarSettings settings,
            BatchSettings batching,
            ModelRegistry registry,
            EmbeddingView view,
            Predictions predictions,
            CandidateFilters filters,
            MeterRegistry meters) {
        pool = new ScanPool(settings.threads());
        passes = new SharedPasses(batching, settings.threads(), pool, meters);
        indexes = new SimilarIndexes(settings, view, version -> retired(registry, version), meters);
        similar = new SimilarSearch(settings, predictions, indexes, filters, pool, passes, meters);
        ranking = new LinkRanking(predictions, filters, passes, meters);
    }

    private static boolean retired(ModelRegistry registry, long version) {
        ModelVersion known = registry.catalog().version(version);
        return known != null && known.retired();
    }

    /** Begins to keep indexes. Once, before the feed starts. */
    public void start() {
        indexes.start();
    }

    public SimilarSearch similar() {
        return similar;
    }

    public LinkRanking ranking() {
        return ranking;
    }

    /** Whether the indexes have taken in all changes. */
    public boolean settled() {
        return indexes.settled();
    }

    @Override
    public void close() {
        indexes.close();
        passes.close();
        pool.close();
    }
}
