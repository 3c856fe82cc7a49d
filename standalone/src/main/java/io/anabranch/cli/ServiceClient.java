package io.anabranch.cli;

import io.anabranch.v1.AuditServiceGrpc;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.StatusServiceGrpc;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The services of one instance or cluster over one connection. */
final class ServiceClient implements AutoCloseable {

    private static final int MOST_REPLY_BYTES = 256 << 20;
    private static final long CALL_SECONDS = 120;
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;

    private ServiceClient(ManagedChannel channel) {
        this.channel = channel;
    }

    /** In clear and as nobody: an instance on this machine. */
    static ServiceClient connect(String host, int port) {
        return connect(host, port, InsecureChannelCredentials.create(), null, null);
    }

    /**
     * @param serverName the name that the service's certificate must bear; null: the host
     * @param token a bearer token that goes with every call; null: none
     */
    static ServiceClient connect(
            String host,
            int port,
            ChannelCredentials credentials,
            @Nullable String serverName,
            @Nullable String token) {
        NettyChannelBuilder channel = NettyChannelBuilder.forAddress(new InetSocketAddress(host, port), credentials)
                .maxInboundMessageSize(MOST_REPLY_BYTES);
        if (serverName != null) {
            channel.overrideAuthority(serverName);
        }
        if (token != null) {
            Metadata headers = new Metadata();
            headers.put(AUTHORIZATION, "Bearer " + token);
            channel.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
        }
        return new ServiceClient(channel.build());
    }

    PredictionServiceGrpc.PredictionServiceBlockingStub predictions() {
        return PredictionServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    /** Without a deadline: predictions are watched until the caller has enough. */
    PredictionServiceGrpc.PredictionServiceBlockingStub watching() {
        return PredictionServiceGrpc.newBlockingStub(channel);
    }

    AuditServiceGrpc.AuditServiceBlockingStub audits() {
        return AuditServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    ModelServiceGrpc.ModelServiceBlockingStub models() {
        return ModelServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    /** Without a deadline: a training job is followed for as long as it takes. */
    ModelServiceGrpc.ModelServiceBlockingStub following() {
        return ModelServiceGrpc.newBlockingStub(channel);
    }

    IngestServiceGrpc.IngestServiceStub ingest() {
        return IngestServiceGrpc.newStub(channel);
    }

    GetStatusResponse status() {
        return StatusServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                .getStatus(GetStatusRequest.getDefaultInstance());
    }

    /** Polls the status until the service calls itself ready. */
    GetStatusResponse awaitReady(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            String why;
            try {
                GetStatusResponse status = status();
                if (status.getReady()) {
                    return status;
                }
                why = String.join("; ", status.getPendingList());
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                    throw e;
                }
                why = String.valueOf(e.getStatus().getDescription());
            }
            if (System.nanoTime() > deadline) {
                throw new CommandFailure(
                        ExitCode.UNAVAILABLE, "The instance is not ready after %s: %s".formatted(patience, why));
            }
            Thread.sleep(100);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
