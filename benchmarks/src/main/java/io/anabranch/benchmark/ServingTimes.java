package io.anabranch.benchmark;

import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.PredictionServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Reads over gRPC from a running instance, beside a plain grpc-java server that answers with messages of the same size. Both take
 * turns. An empty instance gets a graph and a model with random weights first.
 */
@Command(
        name = "serving-times",
        mixinStandardHelpOptions = true,
        description = "Throughput and latency of reads over gRPC, beside a plain echo server.")
public final class ServingTimes implements Runnable {

    private static final int DIGITS = 3;

    @Option(
            names = "--server",
            defaultValue = "127.0.0.1:9090",
            description = "gRPC address of a running instance of feature dimension 16 (default: ${DEFAULT-VALUE})")
    private String server = "";

    @Option(
            names = "--bootstrap",
            defaultValue = "127.0.0.1:9092",
            description = "Its Kafka address (default: ${DEFAULT-VALUE})")
    private String bootstrap = "";

    @Option(
            names = "--seconds",
            defaultValue = "2",
            description = "Length of a turn; each has five (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Option(names = "--batch", defaultValue = "256", description = "Vertices of a batch (default: ${DEFAULT-VALUE})")
    private int batch;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new ServingTimes()).execute(arguments));
    }

    @Override
    public void run() {
        ManagedChannel channel = channel(server);
        try (Service service = new RemoteService(server, bootstrap)) {
            if (service.status().getVertices() == 0) {
                ServingSetup.fill(service);
            }
            var stub = PredictionServiceGrpc.newBlockingStub(channel);
            System.out.printf(
                    "| call | vertices | clients | calls/s | echo calls/s | ratio | vertices/s | p50 ms | echo p50 ms | p99 ms | echo p99 ms | p99 ratio |%n");
            System.out.printf("|---|---|---|---|---|---|---|---|---|---|---|---|%n");
            for (int vertices : new int[] {1, batch}) {
                ClassifyResponse classified =
                        stub.classify(classify(ids(vertices).getFirst()));
                GetEmbeddingsResponse embedded =
                        stub.getEmbeddings(embeddings(ids(vertices).getFirst()));
                try (EchoProcess echo = EchoProcess.start(classified, embedded)) {
                    ManagedChannel plain = channel("127.0.0.1:" + echo.port());
                    for (int clients : new int[] {1, 16, 64}) {
                        row(
                                channel,
                                plain,
                                PredictionServiceGrpc.getGetEmbeddingsMethod(),
                                ServingTimes::embeddings,
                                vertices,
                                clients);
                        row(
                                channel,
                                plain,
                                PredictionServiceGrpc.getClassifyMethod(),
                                ServingTimes::classify,
                                vertices,
                                clients);
                    }
                    plain.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The benchmark was interrupted.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The broker at %s did not answer.".formatted(bootstrap), e);
        } finally {
            channel.shutdownNow();
        }
    }

    private static ManagedChannel channel(String target) {
        return NettyChannelBuilder.forTarget(target)
                .usePlaintext()
                .directExecutor()
                .build();
    }

    private <Q, R> void row(
            ManagedChannel channel,
            ManagedChannel plain,
            MethodDescriptor<Q, R> method,
            Function<List<String>, Q> request,
            int vertices,
            int clients)
            throws InterruptedException {
        List<Q> requests = ids(vertices).stream().map(request).toList();
        ClosedLoop<Q, R> real = new ClosedLoop<>(channel, method, requests);
        ClosedLoop<Q, R> echo = new ClosedLoop<>(plain, method, requests);
        Histogram realLatencies = new Histogram(DIGITS);
        Histogram echoLatencies = new Histogram(DIGITS);
        real.run(clients, seconds, new Histogram(DIGITS));
        echo.run(clients, seconds, new Histogram(DIGITS));
        List<Double> realRates = new ArrayList<>();
        List<Double> echoRates = new ArrayList<>();
        for (int turn = 0; turn < 5; turn++) {
            realRates.add(real.run(clients, seconds, realLatencies));
            echoRates.add(echo.run(clients, seconds, echoLatencies));
        }
        double rate = median(realRates);
        double echoRate = median(echoRates);
        System.out.printf(
                "| %s | %d | %d | %,.0f | %,.0f | %.2f | %,.0f | %.3f | %.3f | %.3f | %.3f | %.2f |%n",
                method.getBareMethodName(),
                vertices,
                clients,
                rate,
                echoRate,
                rate / echoRate,
                rate * vertices,
                ms(realLatencies, 50),
                ms(echoLatencies, 50),
                ms(realLatencies, 99),
                ms(echoLatencies, 99),
                ms(realLatencies, 99) / ms(echoLatencies, 99));
    }

    private static double ms(Histogram latencies, double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** Requests of so many random vertices each. */
    private static List<List<String>> ids(int vertices) {
        SplittableRandom random = new SplittableRandom(vertices);
        return IntStream.range(0, 1_000)
                .mapToObj(i -> IntStream.range(0, vertices)
                        .mapToObj(j -> "account-" + random.nextInt(ServingSetup.SHAPE.vertices()))
                        .toList())
                .toList();
    }

    private static ClassifyRequest classify(List<String> ids) {
        return ClassifyRequest.newBuilder().addAllNodeIds(ids).build();
    }

    private static GetEmbeddingsRequest embeddings(List<String> ids) {
        return GetEmbeddingsRequest.newBuilder().addAllNodeIds(ids).build();
    }
}
