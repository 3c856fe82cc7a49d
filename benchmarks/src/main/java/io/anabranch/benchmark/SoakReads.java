package io.anabranch.benchmark;

import com.google.protobuf.ByteString;
import io.anabranch.inference.GRPCInferenceServiceGrpc;
import io.anabranch.inference.InferTensorContents;
import io.anabranch.inference.ModelInferRequest;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.FindSimilarRequest;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.NodePair;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.RankLinksRequest;
import io.anabranch.v1.ScoreLinksRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Reads of all kinds in fixed shares, each of random vertices. Thread-safe. */
final class SoakReads {

    /** One kind of read, and how many of a thousand are of it. */
    enum Kind {
        CLASSIFY("Classify", 450),
        GET_EMBEDDINGS("GetEmbeddings", 250),
        SCORE_LINKS("ScoreLinks", 150),
        MODEL_INFER("ModelInfer", 100),
        FIND_SIMILAR("FindSimilar", 40),
        RANK_LINKS("RankLinks", 8),
        /** The client gives up after two milliseconds, mostly before the answer. */
        RANK_LINKS_BRIEF("RankLinks, 2 ms", 2);

        private final String label;
        private final int share;

        Kind(String label, int share) {
            this.label = label;
            this.share = share;
        }

        String label() {
            return label;
        }

        static Kind draw(RandomGenerator random) {
            int at = random.nextInt(1_000);
            Kind kind = CLASSIFY;
            while (at >= kind.share) {
                at -= kind.share;
                kind = values()[kind.ordinal() + 1];
            }
            return kind;
        }

        /** Whether this is how such a call may end: vertices are deleted meanwhile, and some calls are meant to be late. */
        boolean expects(Status.Code code) {
            return code == Status.Code.OK
                    || code == Status.Code.NOT_FOUND
                    || this == RANK_LINKS_BRIEF && code == Status.Code.DEADLINE_EXCEEDED;
        }
    }

    private static final int NEAREST = 10;
    private static final int BATCH = 4;

    private final Channel channel;
    private final int vertices;

    SoakReads(Channel channel, int vertices) {
        this.channel = channel;
        this.vertices = vertices;
    }

    /** @param done told once, on any thread, how the call ended */
    void ask(Kind kind, RandomGenerator random, Consumer<Status.Code> done) {
        switch (kind) {
            case CLASSIFY ->
                call(
                        PredictionServiceGrpc.getClassifyMethod(),
                        CallOptions.DEFAULT,
                        ClassifyRequest.newBuilder().addNodeIds(vertex(random)).build(),
                        done);
            case GET_EMBEDDINGS ->
                call(
                        PredictionServiceGrpc.getGetEmbeddingsMethod(),
                        CallOptions.DEFAULT,
                        GetEmbeddingsRequest.newBuilder()
                                .addNodeIds(vertex(random))
                                .build(),
                        done);
            case SCORE_LINKS ->
                call(PredictionServiceGrpc.getScoreLinksMethod(), CallOptions.DEFAULT, scoreLinks(random), done);
            case MODEL_INFER ->
                call(GRPCInferenceServiceGrpc.getModelInferMethod(), CallOptions.DEFAULT, infer(random), done);
            case FIND_SIMILAR ->
                call(
                        PredictionServiceGrpc.getFindSimilarMethod(),
                        CallOptions.DEFAULT,
                        FindSimilarRequest.newBuilder()
                                .setNodeId(vertex(random))
                                .setK(NEAREST)
                                .build(),
                        done);
            case RANK_LINKS ->
                call(PredictionServiceGrpc.getRankLinksMethod(), CallOptions.DEFAULT, rankLinks(random), done);
            case RANK_LINKS_BRIEF ->
                call(
                        PredictionServiceGrpc.getRankLinksMethod(),
                        CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.MILLISECONDS),
                        rankLinks(random),
                        done);
        }
    }

    private ScoreLinksRequest scoreLinks(RandomGenerator random) {
        ScoreLinksRequest.Builder request = ScoreLinksRequest.newBuilder();
        for (int i = 0; i < BATCH; i++) {
            request.addPairs(NodePair.newBuilder().setSource(vertex(random)).setTarget(vertex(random)));
        }
        return request.build();
    }

    private ModelInferRequest infer(RandomGenerator random) {
        InferTensorContents.Builder ids = InferTensorContents.newBuilder();
        for (int i = 0; i < BATCH; i++) {
            ids.addBytesContents(ByteString.copyFromUtf8(vertex(random)));
        }
        return ModelInferRequest.newBuilder()
                .setModelName(ServingSetup.MODEL + ":" + ServingSetup.KIND)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("node_id")
                        .setDatatype("BYTES")
                        .addShape(BATCH)
                        .setContents(ids))
                .build();
    }

    private RankLinksRequest rankLinks(RandomGenerator random) {
        return RankLinksRequest.newBuilder()
                .setSource(vertex(random))
                .setK(NEAREST)
                .build();
    }

    private String vertex(RandomGenerator random) {
        return "account-" + random.nextInt(vertices);
    }

    private <Q, R> void call(
            MethodDescriptor<Q, R> method, CallOptions options, Q request, Consumer<Status.Code> done) {
        ClientCalls.asyncUnaryCall(channel.newCall(method, options), request, new StreamObserver<R>() {
            @Override
            public void onNext(R response) {}

            @Override
            public void onError(Throwable problem) {
                done.accept(Status.fromThrowable(problem).getCode());
            }

            @Override
            public void onCompleted() {
                done.accept(Status.Code.OK);
            }
        });
    }
}
