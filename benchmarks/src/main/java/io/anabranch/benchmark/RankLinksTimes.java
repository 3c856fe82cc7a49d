package io.anabranch.benchmark;

import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import io.anabranch.v1.FindSimilarRequest;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.RankLinksRequest;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Rankings and exact searches over gRPC from two packed applications by turns: one in which queries share passes, and one to compare with.
 * Both hold the same graph and model.
 */
@Command(
        name = "rank-links-times",
        mixinStandardHelpOptions = true,
        description = "Throughput and latency of rankings and exact searches, with shared passes and without.")
public final class RankLinksTimes implements Runnable {

    private static final int DIGITS = 3;
    private static final int TURNS = 5;
    private static final int NEAREST = 10;

    @Option(names = "--launcher", defaultValue = "./anabranch", description = "Default: ${DEFAULT-VALUE}")
    private Path launcher = Path.of("");

    @Option(
            names = "--against",
            description = "Launcher of an application without shared passes; else the same one with batches of one")
    private @Nullable Path against;

    @Option(names = "--folder", required = true, description = "New folder for data and logs")
    private Path folder = Path.of("");

    @Option(names = "--seconds", defaultValue = "2", description = "Of a turn (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Option(
            names = "--clients",
            split = ",",
            defaultValue = "1,4,16,64",
            description = "Numbers of clients (default: ${DEFAULT-VALUE})")
    private List<Integer> clients = List.of();

    /** One of the two, with its broker. */
    private record Site(EmbeddedBroker broker, ServeProcess process, ManagedChannel channel) implements AutoCloseable {
        @Override
        public void close() throws InterruptedException {
            channel.shutdownNow();
            process.close();
            broker.close();
        }
    }

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new RankLinksTimes()).execute(arguments));
    }

    @Override
    public void run() {
        Map<String, String> single = against == null ? Map.of("anabranch.server.batching.max-size", "1") : Map.of();
        try (Site before = site("before", against == null ? launcher : against, single);
                Site after = site("after", launcher, Map.of())) {
            System.out.println(
                    "| call | clients | calls/s alone | calls/s shared | ratio | p50 ms alone | p50 ms shared | p99 ms alone | p99 ms shared | p99 ratio |");
            System.out.println("|---|---|---|---|---|---|---|---|---|---|");
            for (int count : clients) {
                row(before, after, PredictionServiceGrpc.getRankLinksMethod(), rankings(), count);
            }
            for (int count : clients) {
                row(before, after, PredictionServiceGrpc.getFindSimilarMethod(), searches(), count);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The benchmark was interrupted.", e);
        } catch (IOException | ExecutionException e) {
            throw new IllegalStateException("The benchmark failed.", e);
        }
    }

    private Site site(String name, Path of, Map<String, String> settings)
            throws IOException, InterruptedException, ExecutionException {
        Path own = Files.createDirectories(folder.resolve(name));
        EmbeddedBroker broker =
                EmbeddedBroker.start(new BrokerOptions(own.resolve("broker"), Ports.free(), Ports.free()));
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("anabranch.kafka.bootstrap-servers", broker.bootstrapServers());
        all.put("anabranch.features.dimension", Integer.toString(ServingSetup.FEATURES));
        ServeProcess process = ServeProcess.start(of, own, all, "");
        try (Service service = new RemoteService(process.grpcTarget(), broker.bootstrapServers())) {
            EndToEnd.await(Duration.ofMinutes(2), "the instance to be ready", () -> process.answers(service));
            ServingSetup.fill(service);
        }
        ManagedChannel channel = NettyChannelBuilder.forTarget(process.grpcTarget())
                .usePlaintext()
                .directExecutor()
                .build();
        return new Site(broker, process, channel);
    }

    private <Q, R> void row(Site before, Site after, MethodDescriptor<Q, R> method, List<Q> requests, int count)
            throws InterruptedException {
        ClosedLoop<Q, R> alone = new ClosedLoop<>(before.channel(), method, requests);
        ClosedLoop<Q, R> shared = new ClosedLoop<>(after.channel(), method, requests);
        Histogram aloneLatencies = new Histogram(DIGITS);
        Histogram sharedLatencies = new Histogram(DIGITS);
        alone.run(count, seconds, new Histogram(DIGITS));
        shared.run(count, seconds, new Histogram(DIGITS));
        List<Double> aloneRates = new ArrayList<>();
        List<Double> sharedRates = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            aloneRates.add(alone.run(count, seconds, aloneLatencies));
            sharedRates.add(shared.run(count, seconds, sharedLatencies));
        }
        double aloneRate = median(aloneRates);
        double sharedRate = median(sharedRates);
        System.out.printf(
                "| %s | %d | %,.0f | %,.0f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |%n",
                method.getBareMethodName(),
                count,
                aloneRate,
                sharedRate,
                sharedRate / aloneRate,
                ms(aloneLatencies, 50),
                ms(sharedLatencies, 50),
                ms(aloneLatencies, 99),
                ms(sharedLatencies, 99),
                ms(sharedLatencies, 99) / ms(aloneLatencies, 99));
    }

    private static double ms(Histogram latencies, double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static List<String> ids() {
        SplittableRandom random = new SplittableRandom(3);
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "account-" + random.nextInt(ServingSetup.SHAPE.vertices()))
                .toList();
    }

    private static List<RankLinksRequest> rankings() {
        return ids().stream()
                .map(id -> RankLinksRequest.newBuilder()
                        .setSource(id)
                        .setK(NEAREST)
                        .build())
                .toList();
    }

    private static List<FindSimilarRequest> searches() {
        return ids().stream()
                .map(id -> FindSimilarRequest.newBuilder()
                        .setNodeId(id)
                        .setK(NEAREST)
                        .setExact(true)
                        .build())
                .toList();
    }
}
