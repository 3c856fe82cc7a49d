package io.anabranch.serve.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.inference.GRPCInferenceServiceGrpc;
import io.anabranch.serve.FreeGrpcPort;
import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import io.anabranch.v1.StatusServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@NullUnmarked
class BytesCheckTest {

    // The length that it begins with is longer than what follows.
    private static final byte[] NOISE = "no message of any type".getBytes(StandardCharsets.US_ASCII);

    @ConfigProperty(name = FreeGrpcPort.KEY)
    int port;

    private ManagedChannel channel;
    private final LogLines log = new LogLines();

    @BeforeEach
    void connect() {
        Logger.getLogger("").addHandler(log);
        channel = ManagedChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .build();
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        Logger.getLogger("").removeHandler(log);
        channel.shutdownNow();
        assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    private static final class LogLines extends Handler {
        private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord line) {
            if (line.getThrown() != null) {
                lines.add("%s: %s: %s".formatted(line.getLoggerName(), line.getMessage(), line.getThrown()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private record Answer(List<byte[]> messages, com.google.rpc.Status status) {
        <T extends com.google.protobuf.Message> T detail(Class<T> type) throws InvalidProtocolBufferException {
            for (Any detail : status.getDetailsList()) {
                if (detail.is(type)) {
                    return detail.unpack(type);
                }
            }
            throw new AssertionError("No %s among %s.".formatted(type, status));
        }
    }

    private Answer call(MethodDescriptor<?, ?> method, byte[]... requests) throws Exception {
        ClientCall<byte[], byte[]> call = channel.newCall(RawBytes.of(method), CallOptions.DEFAULT);
        List<byte[]> messages = new ArrayList<>();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] message) {
                        messages.add(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        answer.complete(new Answer(messages, StatusProto.fromStatusAndTrailers(status, trailers)));
                    }
                },
                new Metadata());
        call.request(100);
        for (byte[] request : requests) {
            call.sendMessage(request);
        }
        if (method.getType().clientSendsOneMessage()) {
            call.halfClose();
        }
        return answer.get(30, TimeUnit.SECONDS);
    }

    private void assertRefused(Answer answer) throws InvalidProtocolBufferException {
        assertThat(answer.status().getCode()).as(answer.toString()).isEqualTo(Status.Code.INVALID_ARGUMENT.value());
        assertThat(answer.status().getMessage()).startsWith("request: Its bytes are no message of its type: ");
        assertThat(answer.detail(ErrorInfo.class).getReason()).isEqualTo("INVALID_REQUEST");
        assertThat(answer.detail(BadRequest.class).getFieldViolationsList())
                .singleElement()
                .extracting(BadRequest.FieldViolation::getField)
                .isEqualTo("request");
        assertThat(log.lines).isEmpty();
    }

    static List<MethodDescriptor<?, ?>> methods() {
        return List.of(
                PredictionServiceGrpc.getClassifyMethod(),
                PredictionServiceGrpc.getFindSimilarMethod(),
                PredictionServiceGrpc.getWatchMethod(),
                ModelServiceGrpc.getGetModelMethod(),
                // On another thread.
                ModelServiceGrpc.getImportModelMethod(),
                ModelServiceGrpc.getWatchTrainingMethod(),
                ModelServiceGrpc.getExportModelMethod(),
                StatusServiceGrpc.getGetStatusMethod(),
                GRPCInferenceServiceGrpc.getModelInferMethod(),
                GRPCInferenceServiceGrpc.getRepositoryModelLoadMethod(),
                IngestServiceGrpc.getPublishMethod());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void noiseIsAnInvalidArgumentAndNoNoiseInTheLog(MethodDescriptor<?, ?> method) throws Exception {
        assertRefused(call(method, NOISE));
    }

    @Test
    void eventsBeforeNoiseAreAcknowledgedAndThoseBehindItAreNotTaken() throws Exception {
        Answer answer =
                call(IngestServiceGrpc.getPublishMethod(), event("first"), event("second"), NOISE, event("third"));

        assertRefused(answer);
        List<String> acknowledged = new ArrayList<>();
        for (byte[] message : answer.messages()) {
            acknowledged.add(PublishResponse.parseFrom(message).getEventId());
        }
        assertThat(acknowledged).containsExactly("first", "second");
    }

    private static byte[] event(String id) {
        return PublishRequest.newBuilder()
                .setEvent(GraphEvent.newBuilder()
                        .setEventId(id)
                        .setNodeDelete(NodeDelete.newBuilder().setId("gone")))
                .build()
                .toByteArray();
    }
}
