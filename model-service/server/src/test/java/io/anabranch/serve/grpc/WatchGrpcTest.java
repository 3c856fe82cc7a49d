package io.anabranch.serve.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.anabranch.serve.FreeGrpcPort;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.feed.MemoryLinks;
import io.anabranch.serve.ops.ModelServer;
import io.anabranch.v1.Classification;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.PredictionServiceGrpc.PredictionServiceBlockingStub;
import io.anabranch.v1.WatchCondition;
import io.anabranch.v1.WatchKind;
import io.anabranch.v1.WatchRequest;
import io.anabranch.v1.WatchResponse;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@NullUnmarked
class WatchGrpcTest {

    @Inject
    MemoryLinks links;

    @Inject
    ModelServer server;

    @Inject
    MeterRegistry meters;

    @ConfigProperty(name = FreeGrpcPort.KEY)
    int port;

    private ManagedChannel channel;
    private PredictionServiceBlockingStub predictions;

    @BeforeEach
    void connect() {
        channel = ManagedChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .build();
        predictions = PredictionServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        awaitNoWatchers();
    }

    private long serve(String name) throws InterruptedException {
        long version = server.publisher().publish(TestModels.imported(name)).version();
        links.vertex(version, "a", 2, 0);
        links.cover(version);
        for (int i = 0; i < 1000 && server.registry().catalog().alias(name).getActiveVersion() != version; i++) {
            Thread.sleep(10);
        }
        return version;
    }

    private static WatchRequest.Builder watch(String name, String... ids) {
        return WatchRequest.newBuilder()
                .setModel(ModelSelector.newBuilder().setName(name))
                .addAllNodeIds(List.of(ids));
    }

    private static WatchResponse next(Iterator<WatchResponse> stream) {
        WatchResponse response = stream.next();
        while (response.getKind() == WatchKind.WATCH_KIND_HEARTBEAT) {
            response = stream.next();
        }
        return response;
    }

    private double watchers() {
        return meters.get("anabranch.watch.watchers").gauge().value();
    }

    private void awaitNoWatchers() throws InterruptedException {
        for (int i = 0; i < 1000 && watchers() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(watchers()).isZero();
    }

    private static StatusRuntimeException failureOf(Iterator<WatchResponse> stream) {
        return Assertions.catchThrowableOfType(
                StatusRuntimeException.class, () -> stream.forEachRemaining(response -> {}));
    }

    @Test
    void aWatchSendsStateThenChangesAndGoesOnAfterACutWithWhatHasGone() throws Exception {
        long version = serve("watched");
        links.progress(900);
        Context.CancellableContext call = Context.current().withCancellation();
        WatchResponse change = call.call(() -> {
            Iterator<WatchResponse> stream =
                    predictions.watch(watch("watched").setInitialState(true).build());
            WatchResponse state = stream.next();
            assertThat(state.getKind()).isEqualTo(WatchKind.WATCH_KIND_STATE_COMPLETE);
            assertThat(state.getModelVersion()).isEqualTo(version);
            assertThat(state.getClassifications(0).getClassNames(0)).isEqualTo("a");
            WatchResponse heartbeat = stream.next();
            assertThat(heartbeat.getKind()).isEqualTo(WatchKind.WATCH_KIND_HEARTBEAT);
            assertThat(heartbeat.getReflected(0).getOffset()).isEqualTo(899);
            links.vertex(version, "b", 0, 1);
            WatchResponse told = next(stream);
            assertThat(told.getKind()).isEqualTo(WatchKind.WATCH_KIND_CHANGES);
            assertThat(told.getClassificationsList())
                    .extracting(Classification::getNodeId)
                    .containsExactly("b");
            return told;
        });
        call.cancel(null);
        awaitNoWatchers();
        links.vertex(version, "c", 1, 0);
        links.gone(version, "a");
        Iterator<WatchResponse> resumed = predictions.watch(
                watch("watched").setResumeToken(change.getResumeToken()).build());
        Set<String> told = new HashSet<>();
        Set<String> missing = new HashSet<>();
        while (missing.isEmpty()) {
            WatchResponse response = next(resumed);
            assertThat(response.getKind()).isEqualTo(WatchKind.WATCH_KIND_CHANGES);
            response.getClassificationsList().forEach(each -> told.add(each.getNodeId()));
            missing.addAll(response.getMissingNodeIdsList());
        }
        assertThat(told).contains("c").doesNotContain("a");
        assertThat(missing).containsExactly("a");
    }

    @Test
    void wrongRequestsCarryDetails() throws Exception {
        serve("wrong-watch");
        StatusRuntimeException token = failureOf(predictions.watch(watch("wrong-watch")
                .setResumeToken(ByteString.copyFromUtf8("nonsense"))
                .build()));
        assertThat(token.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(StatusProto.fromThrowable(token)
                        .getDetails(1)
                        .unpack(BadRequest.class)
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("resume_token");
        StatusRuntimeException flip = failureOf(predictions.watch(watch("wrong-watch")
                .setCondition(WatchCondition.newBuilder().setClassFlip(false))
                .build()));
        assertThat(flip.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        StatusRuntimeException nobody =
                failureOf(predictions.watch(watch("no such model").build()));
        assertThat(nobody.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(StatusProto.fromThrowable(nobody)
                        .getDetails(0)
                        .unpack(ErrorInfo.class)
                        .getReason())
                .isEqualTo("MODEL_NOT_FOUND");
    }

    @Test
    void aWatchEndsWithItsDeadline() throws Exception {
        serve("deadline-watch");
        StatusRuntimeException over = failureOf(predictions
                .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                .watch(watch("deadline-watch", "a").build()));
        assertThat(over.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        awaitNoWatchers();
    }

    @Test
    void aThousandWatchersEachGetTheirChange() throws Exception {
        long version = serve("crowd");
        List<Iterator<WatchResponse>> streams = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            streams.add(predictions
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .watch(watch("crowd", "w" + i % 250).build()));
        }
        for (Iterator<WatchResponse> stream : streams) {
            assertThat(stream.next().getKind()).isEqualTo(WatchKind.WATCH_KIND_HEARTBEAT);
        }
        for (int i = 0; i < 250; i++) {
            links.vertex(version, "w" + i, 0, 1);
        }
        int told = 0;
        for (int i = 0; i < streams.size(); i++) {
            WatchResponse change = next(streams.get(i));
            assertThat(change.getClassificationsList())
                    .extracting(Classification::getNodeId)
                    .containsExactly("w" + i % 250);
            told++;
        }
        assertThat(told).isEqualTo(1_000);
    }
}
