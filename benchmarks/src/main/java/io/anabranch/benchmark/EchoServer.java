package io.anabranch.benchmark;

import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.PredictionServiceGrpc;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A plain grpc-java server in a process of its own that answers every request with the same bytes: what gRPC and protobuf cost
 * for messages of this size, and nothing else. Takes the files of the two responses, says its port, and ends with its input.
 */
final class EchoServer {

    static final String PORT = "port ";

    private EchoServer() {}

    /** Starts it. */
    public static void main(String[] arguments) throws IOException {
        Logs.warnings();
        ClassifyResponse classified = ClassifyResponse.parseFrom(Files.readAllBytes(Path.of(arguments[0])));
        GetEmbeddingsResponse embedded = GetEmbeddingsResponse.parseFrom(Files.readAllBytes(Path.of(arguments[1])));
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Echo(classified, embedded))
                .build()
                .start();
        System.out.println(PORT + server.getPort());
        while (System.in.read() >= 0) {
            // Nothing is said to it; the end of its input is the end of the benchmark.
        }
        server.shutdownNow();
    }

    private static final class Echo extends PredictionServiceGrpc.PredictionServiceImplBase {

        private final ClassifyResponse classified;
        private final GetEmbeddingsResponse embedded;

        Echo(ClassifyResponse classified, GetEmbeddingsResponse embedded) {
            this.classified = classified;
            this.embedded = embedded;
        }

        @Override
        public void classify(ClassifyRequest request, StreamObserver<ClassifyResponse> responses) {
            responses.onNext(classified);
            responses.onCompleted();
        }

        @Override
        public void getEmbeddings(GetEmbeddingsRequest request, StreamObserver<GetEmbeddingsResponse> responses) {
            responses.onNext(embedded);
            responses.onCompleted();
        }
    }
}
