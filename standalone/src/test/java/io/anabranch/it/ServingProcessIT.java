package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.model.v1.Convolution;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.PromoteModelRequest;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import io.anabranch.v1.WatchRequest;
import io.anabranch.v1.WatchResponse;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed application as operators see it: traces, logs, and what it does when it is told to stop. */
class ServingProcessIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Metadata.Key<String> TRACEPARENT =
            Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void aTraceGoesWithTheEventAndIsInTheLog() throws Exception {
        Queue<byte[]> exported = new ConcurrentLinkedQueue<>();
        HttpServer collector = collector(exported);
        try (Serving serving = serve(
                "quarkus.otel.sdk.disabled=false",
                "quarkus.otel.exporter.otlp.endpoint=http://127.0.0.1:"
                        + collector.getAddress().getPort(),
                "quarkus.otel.exporter.otlp.protocol=http/protobuf",
                "quarkus.otel.bsp.schedule.delay=PT0.1S",
                "quarkus.log.file.json.enabled=true")) {
            String overGrpc = "0af7651916cd43dd8448eb211c80319c";
            String overRest = "4bf92f3577b34da6a3ce929d0e0e4736";
            PublishResponse taken = publish(traced(serving.channel(), overGrpc), "a");
            assertThat(serving.post("/v1/events", """
                            {"event": {"eventId": "b", "nodeUpsert": {"id": "b"}}}""", traceparent(overRest))).isEqualTo(200);
            assertThat(publish(serving.channel(), "untraced").getEventId()).isEqualTo("untraced");

            Map<String, String> traces = traces(serving, 3);
            assertThat(traces.get("a")).contains(overGrpc);
            assertThat(traces.get("b")).contains(overRest);
            // It has the trace that the server began: no caller's.
            assertThat(traces.get("untraced")).doesNotContain(overGrpc).doesNotContain(overRest);

            assertThat(taken.getOffset()).isNotNegative();
            Eventually.holds(
                    PATIENCE,
                    () -> exported.stream()
                                    .anyMatch(spans ->
                                            contains(spans, HexFormat.of().parseHex(overGrpc)))
                            && exported.stream()
                                    .anyMatch(spans ->
                                            contains(spans, HexFormat.of().parseHex(overRest)))
                            && exported.stream()
                                    .anyMatch(spans -> contains(
                                            spans, "anabranch.event.offset".getBytes(StandardCharsets.US_ASCII))),
                    () -> exported.size() + " exports");

            String ofPromotion = "80f198ee56343ba864fe8b2a57d3eff7";
            try {
                var unused = ModelServiceGrpc.newBlockingStub(traced(serving.channel(), ofPromotion))
                        .promoteModel(PromoteModelRequest.newBuilder()
                                .setName("nobody")
                                .setVersion(1)
                                .build());
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            }
            Eventually.holds(
                    PATIENCE,
                    () -> serving.logged("io.anabranch.audit").stream()
                            .anyMatch(line ->
                                    line.path("mdc").path("traceId").asText().equals(ofPromotion)),
                    () -> serving.logged("io.anabranch.audit").toString());
            JsonNode line = serving.logged("io.anabranch.audit").getFirst();
            for (String field : List.of("timestamp", "level", "loggerName", "message", "threadName", "processId")) {
                assertThat(line.hasNonNull(field)).as(field).isTrue();
            }
        } finally {
            collector.stop(0);
        }
    }

    @Test
    void toldToStopItSaysSoEndsWhatRunsAndTakesNothingNew() throws Exception {
        try (Serving serving = serve()) {
            // No option was set: text.
            assertThat(Files.readString(serving.log())).doesNotStartWith("{");
            RandomModels model = RandomModels.of("stopping", Convolution.CONVOLUTION_GCN, 3, new SplittableRandom(3));
            var unused = ModelServiceGrpc.newBlockingStub(serving.channel()).importModel(model.request());
            PublishResponse event = publish(serving.channel(), "a");
            ClassifyRequest read = ClassifyRequest.newBuilder()
                    .addNodeIds("a")
                    .addMinPositions(EventPosition.newBuilder()
                            .setPartition(event.getPartition())
                            .setOffset(event.getOffset()))
                    .build();
            Eventually.holds(PATIENCE, () -> status(serving.channel(), read).isOk(), () -> "no predictions");

            Queue<ServingStatus> health = new ConcurrentLinkedQueue<>();
            HealthGrpc.newStub(serving.channel())
                    .watch(
                            HealthCheckRequest.getDefaultInstance(),
                            observer(response -> health.add(((HealthCheckResponse) response).getStatus()), end -> {}));
            CompletableFuture<Status> watchEnd = new CompletableFuture<>();
            CompletableFuture<WatchResponse> watchBegin = new CompletableFuture<>();
            PredictionServiceGrpc.newStub(serving.channel())
                    .watch(
                            WatchRequest.newBuilder().addNodeIds("a").build(),
                            observer(response -> watchBegin.complete((WatchResponse) response), watchEnd::complete));
            watchBegin.get(30, TimeUnit.SECONDS);
            Eventually.holds(PATIENCE, () -> health.contains(ServingStatus.SERVING), health::toString);
            CompletableFuture<Status> publishEnd = new CompletableFuture<>();
            StreamObserver<PublishRequest> publishing =
                    IngestServiceGrpc.newStub(serving.channel()).publish(observer(ack -> {}, publishEnd::complete));
            publishing.onNext(node("b"));

            Queue<Status> statuses = new ConcurrentLinkedQueue<>();
            int http = serving.port("httpPort");
            Queue<String> overRest = new ConcurrentLinkedQueue<>();
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                readers.add(
                        Thread.ofPlatform().daemon().start(() -> readUntilRefused(serving.channel(), read, statuses)));
            }
            for (int i = 0; i < 2; i++) {
                readers.add(Thread.ofPlatform().daemon().start(() -> readUntilClosed(http, overRest)));
            }
            Eventually.holds(
                    PATIENCE,
                    () -> statuses.size() > 100 && overRest.size() > 100,
                    () -> statuses.size() + " over gRPC, over REST " + overRest);

            long begin = System.nanoTime();
            // SIGTERM.
            serving.process().destroy();
            assertThat(serving.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));

            assertThat(serving.process().exitValue()).isIn(0, 143);
            assertThat(List.copyOf(health).getLast()).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(watchEnd.get(10, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(publishEnd.get(10, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            for (Thread reader : readers) {
                assertThat(reader.join(Duration.ofSeconds(30))).isTrue();
            }
            assertThat(statuses)
                    .extracting(Status::getCode)
                    .contains(Status.Code.UNAVAILABLE)
                    .containsOnly(Status.Code.OK, Status.Code.UNAVAILABLE);
            // Because the port is closed by then: no call is let in to be refused, and no connection breaks under one.
            assertThat(statuses)
                    .filteredOn(status -> !status.isOk())
                    .extracting(Status::getCause)
                    .hasOnlyElementsOfType(ConnectException.class);
            assertThat(overRest)
                    .contains("503, retry after 1", "closed")
                    .containsOnly("200", "503, retry after 1", "closed");
            assertThat(status(serving.channel(), read).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    private static void readUntilRefused(Channel channel, ClassifyRequest read, Queue<Status> statuses) {
        Status status;
        do {
            status = status(channel, read);
            statuses.add(status);
        } while (status.isOk());
    }

    /** Over one connection, for as long as the server keeps it. */
    private static void readUntilClosed(int port, Queue<String> answers) {
        HttpRequest read = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v1/classify".formatted(port)))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString("{\"nodeIds\": [\"a\"]}"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (true) {
                HttpResponse<String> answer = client.send(read, HttpResponse.BodyHandlers.ofString());
                answers.add(
                        answer.statusCode() == 503
                                ? "503, retry after "
                                        + answer.headers()
                                                .firstValue("Retry-After")
                                                .orElse("")
                                : String.valueOf(answer.statusCode()));
            }
        } catch (HttpTimeoutException e) {
            answers.add("no answer");
        } catch (IOException e) {
            answers.add("closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Status status(Channel channel, ClassifyRequest read) {
        try {
            var unused = PredictionServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .classify(read);
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private static <T> StreamObserver<T> observer(
            java.util.function.Consumer<Object> each, java.util.function.Consumer<Status> end) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T value) {
                each.accept(value);
            }

            @Override
            public void onError(Throwable failure) {
                end.accept(Status.fromThrowable(failure));
            }

            @Override
            public void onCompleted() {
                end.accept(Status.OK);
            }
        };
    }

    private static PublishResponse publish(Channel channel, String id) throws Exception {
        CompletableFuture<PublishResponse> answer = new CompletableFuture<>();
        StreamObserver<PublishRequest> events = IngestServiceGrpc.newStub(channel)
                .publish(observer(response -> answer.complete((PublishResponse) response), end -> {}));
        events.onNext(node(id));
        events.onCompleted();
        return answer.get(30, TimeUnit.SECONDS);
    }

    private static PublishRequest node(String id) {
        return PublishRequest.newBuilder()
                .setEvent(GraphEvent.newBuilder()
                        .setEventId(id)
                        .setNodeUpsert(NodeUpsert.newBuilder()
                                .setId(id)
                                .setFeatures(Features.newBuilder()
                                        .setDense(DenseFeatures.newBuilder().addAllValues(List.of(1f, 2f, 3f))))))
                .build();
    }

    private static String traceparent(String traceId) {
        return "00-" + traceId + "-00f067aa0ba902b7-01";
    }

    private static Channel traced(Channel channel, String traceId) {
        Metadata headers = new Metadata();
        headers.put(TRACEPARENT, traceparent(traceId));
        ClientInterceptor attach = MetadataUtils.newAttachHeadersInterceptor(headers);
        return ClientInterceptors.intercept(channel, attach);
    }

    /** By event id the header of its record; empty: none. */
    private static Map<String, String> traces(Serving serving, int events) throws IOException {
        Map<String, String> traces = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", "127.0.0.1:" + serving.port("kafkaPort")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("anabranch.events").stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (traces.size() < events && System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    Header header = record.headers().lastHeader("traceparent");
                    traces.put(
                            GraphEvent.parseFrom(record.value()).getEventId(),
                            header == null ? "" : new String(header.value(), StandardCharsets.US_ASCII));
                }
            }
        }
        return traces;
    }

    private static HttpServer collector(Queue<byte[]> exported) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            exported.add(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static boolean contains(byte[] all, byte[] part) {
        return new String(all, StandardCharsets.ISO_8859_1).contains(new String(part, StandardCharsets.ISO_8859_1));
    }

    private Serving serve(String... settings) throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        Path config = Files.write(folder.resolve("serving.properties"), List.of(settings));
        PackedApplication application = new PackedApplication(folder);
        Process process = application.start(
                "serve",
                "--data",
                data.toString(),
                "--feature-dimension",
                "3",
                "--config",
                config.toString(),
                "--grpc-port",
                "0",
                "--http-port",
                "0",
                "--kafka-port",
                "0");
        application.awaitServing(data.toString());
        int port = JSON.readTree(data.resolve("instance.json").toFile())
                .get("grpcPort")
                .asInt();
        return new Serving(
                data,
                process,
                ManagedChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .build());
    }

    private record Serving(Path data, Process process, ManagedChannel channel) implements AutoCloseable {

        Path log() {
            return data.resolve("anabranch.log");
        }

        int port(String name) throws IOException {
            return JSON.readTree(data.resolve("instance.json").toFile())
                    .get(name)
                    .asInt();
        }

        int post(String path, String body, String traceparent) throws IOException, InterruptedException {
            try (HttpClient client = HttpClient.newHttpClient()) {
                return client.send(
                                HttpRequest.newBuilder(
                                                URI.create("http://127.0.0.1:%d%s".formatted(port("httpPort"), path)))
                                        .header("Content-Type", "application/json")
                                        .header("traceparent", traceparent)
                                        .POST(HttpRequest.BodyPublishers.ofString(body))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode();
            }
        }

        /** Lines of one logger; every line of the log must be an object. */
        List<JsonNode> logged(String logger) {
            List<JsonNode> lines = new ArrayList<>();
            try {
                for (String line : Files.readAllLines(log())) {
                    JsonNode json = JSON.readTree(line);
                    if (json.path("loggerName").asText().equals(logger)) {
                        lines.add(json);
                    }
                }
            } catch (IOException e) {
                throw new AssertionError("The log is not JSON.", e);
            }
            return lines;
        }

        @Override
        public void close() throws InterruptedException {
            channel.shutdownNow();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
