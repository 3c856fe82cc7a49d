package io.anabranch.serve.feed;

import io.anabranch.processor.v1.ProcessorReport;
import io.anabranch.serve.ingest.EventSink;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.registry.ModelLog;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.train.LiveGraph;
import io.anabranch.serve.train.PastEvents;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** All that ties the server to the topics. One implementation speaks Kafka; tests have one in memory. */
public interface Links extends AutoCloseable {

    /** Begins to feed what is given. Once. */
    void open(ModelRegistry registry, EmbeddingView view, ProgressView progress, FreshnessMeter freshness);

    ModelLog models();

    EventSink events();

    LiveGraph graph();

    /** The edge events of the graph, read anew by whoever asks. */
    PastEvents pastEvents();

    /** What predictions still wait for: models, embeddings. Cheap. */
    List<String> servingPending();

    /** What trainings still wait for: models, graph. Cheap. */
    List<String> trainingPending();

    /** Whether the models topic has been read to where it ended at start. */
    boolean modelsCaughtUp();

    /** Feeds that have died and will not come back, one line each. */
    List<String> dead();

    /** Every topic in figures that may be some seconds old. */
    List<TopicSize> topics();

    /** Next offset of every partition of the events topic, as of now; fails with a problem when the broker is away. */
    CompletableFuture<long[]> eventEnds();

    /** The same of the graph topic. */
    CompletableFuture<long[]> graphEnds();

    /** Next offset of every partition of the graph topic that the replica has read; empty: none yet. */
    long[] graphPositions();

    /** Rejected events so far. */
    long deadLetters();

    /** The stream processors' last reports, by instance id. */
    List<ProcessorReport> processors();

    @Override
    void close();

    /**
     * A topic in figures.
     *
     * @param records sum over partitions of end offset minus begin offset
     * @param lag not read yet by this service; 0 for topics that it does not read
     */
    record TopicSize(String topic, int partitions, long records, long lag) {}
}
