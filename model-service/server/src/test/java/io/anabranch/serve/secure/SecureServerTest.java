package io.anabranch.serve.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.serve.FreeGrpcPort;
import io.anabranch.serve.feed.MemoryLinks;
import io.anabranch.serve.guard.Tokens;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import io.anabranch.v1.RollbackModelRequest;
import io.anabranch.v1.StatusServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over real sockets, gRPC and REST alike. */
@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@QuarkusTestResource(value = SecureSite.class, restrictToAnnotatedClass = true)
@NullUnmarked
class SecureServerTest {

    @Inject
    MemoryLinks links;

    @Inject
    TlsConfigurationRegistry tls;

    @Inject
    Event<CertificateUpdatedEvent> updates;

    @ConfigProperty(name = FreeGrpcPort.KEY)
    int grpcPort;

    @TestHTTPResource(value = "/", tls = true)
    URI rest;

    private Path folder;
    private final List<ManagedChannel> channels = new ArrayList<>();

    // Asked for here, since other tests start the application without these.
    @BeforeEach
    void find() {
        folder = Path.of(setting(SecureSite.FOLDER));
    }

    private static String setting(String key) {
        return ConfigProvider.getConfig().getValue(key, String.class);
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        for (ManagedChannel channel : channels) {
            channel.shutdownNow();
            assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    private TrustManager[] trust() throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(Certificates.load(folder.resolve("authority.p12")));
        return factory.getTrustManagers();
    }

    private static KeyManager[] keys(@Nullable Path store) throws Exception {
        if (store == null) {
            return new KeyManager[0];
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(Certificates.load(store), Certificates.PASSWORD.toCharArray());
        return factory.getKeyManagers();
    }

    /** @param certificate name of the client's key store; null: it has none */
    private ManagedChannel channel(@Nullable String certificate) throws Exception {
        TlsChannelCredentials.Builder credentials =
                TlsChannelCredentials.newBuilder().trustManager(trust());
        if (certificate != null) {
            credentials.keyManager(keys(folder.resolve(certificate)));
        }
        ManagedChannel channel = Grpc.newChannelBuilderForAddress("localhost", grpcPort, credentials.build())
                .build();
        channels.add(channel);
        return channel;
    }

    private static Channel with(Channel channel, String authorization) {
        return ClientInterceptors.intercept(channel, new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                    @Override
                    public void start(Listener<A> listener, Metadata headers) {
                        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
                        super.start(listener, headers);
                    }
                };
            }
        });
    }

    private KeyPair pair() throws Exception {
        KeyFactory factory = KeyFactory.getInstance("RSA");
        return new KeyPair(
                factory.generatePublic(
                        new X509EncodedKeySpec(Base64.getDecoder().decode(setting(SecureSite.PUBLIC_KEY)))),
                factory.generatePrivate(
                        new PKCS8EncodedKeySpec(Base64.getDecoder().decode(setting(SecureSite.PRIVATE_KEY)))));
    }

    private String token(String subject, String... roles) throws Exception {
        return "Bearer " + Tokens.sign(pair(), Tokens.claims(subject, System.currentTimeMillis(), roles));
    }

    private Channel as(String subject, String... roles) throws Exception {
        return with(channel(null), token(subject, roles));
    }

    private static StatusRuntimeException failure(Runnable call) {
        StatusRuntimeException e = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(e).isNotNull();
        return e;
    }

    private static <T extends Message> T detail(StatusRuntimeException e, Class<T> type) throws Exception {
        for (Any detail : StatusProto.fromThrowable(e).getDetailsList()) {
            if (detail.is(type)) {
                return detail.unpack(type);
            }
        }
        throw new AssertionError("There is no " + type + " in " + e);
    }

    private static void assertRefused(Runnable call, Status.Code code, String reason) throws Exception {
        StatusRuntimeException e = failure(call);
        assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
        assertThat(detail(e, ErrorInfo.class).getReason()).isEqualTo(reason);
        assertThat(e.getTrailers().get(Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER)))
                .isNotBlank();
    }

    private static void list(Channel channel) {
        var unused = ModelServiceGrpc.newBlockingStub(channel).listModels(ListModelsRequest.getDefaultInstance());
    }

    private static void rollback(Channel channel) {
        var unused = ModelServiceGrpc.newBlockingStub(channel)
                .rollbackModel(
                        RollbackModelRequest.newBuilder().setName("nothing").build());
    }

    @Test
    void tokensOpenWhatTheirRolesOpen() throws Exception {
        list(as("ann", "reader"));
        Channel reader = as("ann", "reader");
        assertRefused(() -> rollback(reader), Status.Code.PERMISSION_DENIED, "ROLE_MISSING");
        Channel publisher = as("pub", "publisher");
        assertRefused(() -> list(publisher), Status.Code.PERMISSION_DENIED, "ROLE_MISSING");
        Channel administrator = as("root", "administrator");
        assertThat(failure(() -> rollback(administrator)).getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        list(administrator);
    }

    @Test
    void wrongTokensAreUnauthenticated() throws Exception {
        ManagedChannel channel = channel(null);
        assertRefused(() -> list(channel), Status.Code.UNAUTHENTICATED, "CREDENTIALS_MISSING");
        Channel garbage = with(channel, "Bearer garbage");
        assertRefused(() -> list(garbage), Status.Code.UNAUTHENTICATED, "TOKEN_REFUSED");
        JwtClaims claims = Tokens.claims("ann", System.currentTimeMillis(), "reader");
        claims.setExpirationTime(NumericDate.fromMilliseconds(System.currentTimeMillis() - 60_000));
        Channel expired = with(channel, "Bearer " + Tokens.sign(pair(), claims));
        assertRefused(() -> list(expired), Status.Code.UNAUTHENTICATED, "TOKEN_EXPIRED");
        Channel forged = with(
                channel,
                "Bearer " + Tokens.sign(Tokens.rsa(), Tokens.claims("ann", System.currentTimeMillis(), "reader")));
        assertRefused(() -> list(forged), Status.Code.UNAUTHENTICATED, "TOKEN_REFUSED");
    }

    @Test
    void certificatesOpenWhatTheirNamesOpen() throws Exception {
        ManagedChannel feed = channel("feed.p12");
        assertThat(publish(feed, "m1")).isInstanceOf(PublishResponse.class);
        assertRefused(() -> list(feed), Status.Code.PERMISSION_DENIED, "ROLE_MISSING");
        ManagedChannel stranger = channel("stranger.p12");
        assertRefused(() -> list(stranger), Status.Code.PERMISSION_DENIED, "ROLE_MISSING");
        ManagedChannel impostor = channel("impostor.p12");
        assertThat(failure(() -> list(impostor)).getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    /** The first thing that comes back: an acknowledgement or a failure. */
    private static Object publish(Channel channel, String... ids) throws InterruptedException {
        BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
        StreamObserver<PublishRequest> requests = IngestServiceGrpc.newStub(channel)
                .publish(new StreamObserver<>() {
                    @Override
                    public void onNext(PublishResponse response) {
                        answers.add(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answers.add(failure);
                    }

                    @Override
                    public void onCompleted() {
                        answers.add("completed");
                    }
                });
        for (String id : ids) {
            requests.onNext(PublishRequest.newBuilder()
                    .setEvent(GraphEvent.newBuilder()
                            .setEventId(id)
                            .setNodeDelete(NodeDelete.newBuilder().setId("n")))
                    .build());
        }
        requests.onCompleted();
        Object last = null;
        for (int i = 0; i < ids.length; i++) {
            last = answers.poll(20, TimeUnit.SECONDS);
        }
        return last;
    }

    @Test
    void aTenantsEventsAreCountedOneByOne() throws Exception {
        assertThat(publish(as("trickle", "publisher"), "q1", "q2"))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                });
        assertThat(links.published()).anyMatch(e -> e.getEventId().equals("q1"));
        assertThat(links.published()).noneMatch(e -> e.getEventId().equals("q2"));
    }

    @Test
    void aTenantsRequestsAreCounted() throws Exception {
        Channel thrifty = as("thrifty", "reader");
        StatusRuntimeException quota = failure(() -> {
            for (int i = 0; i < 50; i++) {
                list(thrifty);
            }
        });
        assertThat(quota.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(detail(quota, QuotaFailure.class).getViolations(0).getDescription())
                .contains("thrifty");
        assertThat(detail(quota, RetryInfo.class).getRetryDelay().getNanos()).isPositive();
    }

    @Test
    void beyondTheLimitCallsAreRefusedAtOnceAndHealthAndStatusAnswerStill() throws Exception {
        Channel reader = as("ann", "reader");
        links.progress(10);
        // These wait for an event that does not come.
        GetEmbeddingsRequest waiting = GetEmbeddingsRequest.newBuilder()
                .addNodeIds("a")
                .addMinPositions(EventPosition.newBuilder().setOffset(11))
                .build();
        var waits = PredictionServiceGrpc.newFutureStub(reader);
        List<ListenableFuture<?>> held =
                new ArrayList<>(List.of(waits.getEmbeddings(waiting), waits.getEmbeddings(waiting)));
        StatusRuntimeException overload = null;
        for (int i = 0; i < 500 && overload == null; i++) {
            overload = catchThrowableOfType(StatusRuntimeException.class, () -> list(reader));
            // The call that is refused may be one of those that wait, where a list came before it.
            held.replaceAll(call -> call.isDone() ? waits.getEmbeddings(waiting) : call);
        }
        assertThat(overload).isNotNull();
        assertThat(overload.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(detail(overload, ErrorInfo.class).getReason()).isEqualTo("OVERLOADED");
        assertThat(detail(overload, RetryInfo.class).hasRetryDelay()).isTrue();
        HttpResponse<String> busy = get("v1/models", token("ann", "reader"), null);
        assertThat(busy.statusCode()).isEqualTo(503);
        assertThat(busy.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(StatusServiceGrpc.newBlockingStub(reader)
                        .getStatus(GetStatusRequest.getDefaultInstance())
                        .getPartitions())
                .isEqualTo(1);
        assertThat(HealthGrpc.newBlockingStub(channel(null))
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isNotEqualTo(ServingStatus.UNRECOGNIZED);
        held.forEach(call -> call.cancel(true));
        StatusRuntimeException still = overload;
        for (int i = 0; i < 500 && still != null; i++) {
            Thread.sleep(10);
            still = catchThrowableOfType(StatusRuntimeException.class, () -> list(reader));
        }
        assertThat(still).isNull();
    }

    @Test
    void healthIsOpenAndReflectionTakesARole() throws Exception {
        ManagedChannel nobody = channel(null);
        assertThat(HealthGrpc.newBlockingStub(nobody)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isNotEqualTo(ServingStatus.UNRECOGNIZED);
        assertThat(reflect(nobody))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
        assertThat(reflect(as("ann", "reader"))).isInstanceOf(ServerReflectionResponse.class);
    }

    private static Object reflect(Channel channel) throws InterruptedException {
        BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
        StreamObserver<ServerReflectionRequest> requests = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answers.add(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answers.add(failure);
                    }

                    @Override
                    public void onCompleted() {}
                });
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        Object answer = answers.poll(20, TimeUnit.SECONDS);
        requests.onCompleted();
        return answer;
    }

    private HttpResponse<String> get(String path, @Nullable String authorization, @Nullable String certificate)
            throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(certificate == null ? null : folder.resolve(certificate)), trust(), null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(rest.resolve("/" + path));
            if (authorization != null) {
                request.header("Authorization", authorization);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void restAsksTheSameGuard() throws Exception {
        HttpResponse<String> nobody = get("v1/models", null, null);
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(nobody.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(nobody.body()).contains("\"reason\":\"CREDENTIALS_MISSING\"");
        assertThat(get("v1/models", "Bearer garbage", null).statusCode()).isEqualTo(401);
        assertThat(get("v1/models", token("pub", "publisher"), null).statusCode())
                .isEqualTo(403);
        assertThat(get("v1/models", token("ann", "reader"), null).statusCode()).isEqualTo(200);
        assertThat(get("v1/models", null, "feed.p12").statusCode()).isEqualTo(403);
        assertThat(get("q/health/live", null, null).statusCode()).isEqualTo(200);
        assertThat(get("q/metrics", null, null).statusCode()).isEqualTo(401);
        assertThat(get("q/metrics", token("ann", "reader"), null).statusCode()).isEqualTo(200);
    }

    @Test
    void newConnectionsGetTheCertificateThatWasReadAnew() throws Exception {
        BigInteger before = serial();
        Files.copy(
                folder.resolve("server-next.p12"), folder.resolve("server.p12"), StandardCopyOption.REPLACE_EXISTING);
        TlsConfiguration configuration = tls.getDefault().orElseThrow();
        assertThat(configuration.reload()).isTrue();
        updates.fire(new CertificateUpdatedEvent("<default>", configuration));
        KeyStore next = Certificates.load(folder.resolve("server-next.p12"));
        BigInteger expected =
                ((X509Certificate) next.getCertificate(next.aliases().nextElement())).getSerialNumber();
        assertThat(serial()).isEqualTo(expected).isNotEqualTo(before);
    }

    private BigInteger serial() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", grpcPort)) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }
}
