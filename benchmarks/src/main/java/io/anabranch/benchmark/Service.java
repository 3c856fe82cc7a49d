package io.anabranch.benchmark;

import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.NodeEmbedding;
import java.util.List;

/** What the load asks of an instance, wherever it runs. */
interface Service extends AutoCloseable {

    GetStatusResponse status();

    void importModel(ImportModelRequest request);

    List<Model> models(String name);

    /** Embeddings of the only model, in the order of the ids. */
    List<NodeEmbedding> embeddings(List<String> ids);

    /** Where Kafka is. */
    String bootstrapServers();

    /** What the stream processor has used, in seconds of processor time; not a number where that cannot be known. */
    double streamCpuSeconds();

    @Override
    void close();
}
