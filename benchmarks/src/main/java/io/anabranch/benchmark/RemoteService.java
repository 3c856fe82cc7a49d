package io.anabranch.benchmark;

import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.NodeEmbedding;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.StatusServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.List;

/** A running instance, over gRPC. */
final class RemoteService implements Service {

    private final ManagedChannel channel;
    private final String bootstrapServers;

    RemoteService(String server, String bootstrapServers) {
        this.channel = ManagedChannelBuilder.forTarget(server)
                .usePlaintext()
                .maxInboundMessageSize(1 << 26)
                .build();
        this.bootstrapServers = bootstrapServers;
    }

    @Override
    public GetStatusResponse status() {
        return StatusServiceGrpc.newBlockingStub(channel).getStatus(GetStatusRequest.getDefaultInstance());
    }

    @Override
    public void importModel(ImportModelRequest request) {
        ModelServiceGrpc.newBlockingStub(channel).importModel(request);
    }

    @Override
    public List<Model> models(String name) {
        return ModelServiceGrpc.newBlockingStub(channel)
                .listModels(ListModelsRequest.newBuilder().setName(name).build())
                .getModelsList();
    }

    @Override
    public List<NodeEmbedding> embeddings(List<String> ids) {
        return PredictionServiceGrpc.newBlockingStub(channel)
                .getEmbeddings(
                        GetEmbeddingsRequest.newBuilder().addAllNodeIds(ids).build())
                .getEmbeddingsList();
    }

    @Override
    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public double streamCpuSeconds() {
        return Double.NaN;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
