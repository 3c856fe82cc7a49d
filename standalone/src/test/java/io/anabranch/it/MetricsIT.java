package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Convolution;
import io.anabranch.serve.guard.Credentials;
import io.anabranch.serve.guard.Guard;
import io.anabranch.serve.guard.Passage;
import io.anabranch.serve.guard.Role;
import io.anabranch.serve.guard.RpcTable;
import io.anabranch.serve.guard.TenantQuotas;
import io.anabranch.serve.ops.GuardSettings;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.SetShadowRequest;
import io.anabranch.v1.StartTrainingRequest;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every meter of stream processor and model service, as both register them in one process, against docs/metrics.md: both ways. */
class MetricsIT {

    private static final Path DOCUMENTATION = Path.of("..", "docs", "metrics.md");
    private static final TraceShape SHAPE = new TraceShape(30, 200, 3, 3, 3, 0.3, 0.3, 0.1, 0.25, 0.2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void theDocumentNamesEveryMeterAndNoOther() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
        registry.config().onMeterRegistrationFailed((id, why) -> refused.add(id + ": " + why));
        try (Brokers broker = new Brokers(folder.resolve("broker"));
                Site site = Site.start(broker.bootstrapServers(), "metrics", folder, 2, 3, registry)) {
            useEverything(site);
            guardCalls(registry);
            Eventually.holds(PATIENCE, () -> names(registry).contains("anabranch.training.jobs"), () -> "no training");

            // Two meters of one name with other tags: Prometheus would get only the one that came first.
            assertThat(refused).isEmpty();
            assertThat(described(registry)).isEqualTo(documented());
            String scrape = registry.scrape();
            for (String row : documented().keySet()) {
                assertThat(scrape).contains("# HELP " + row + " ");
            }
        }
    }

    private static void useEverything(Site site) throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        List<GraphMutation> trace = new ArrayList<>(EventTraces.of(random, SHAPE));
        site.publish(trace);
        Model first = Registry.publish(
                site,
                RandomModels.of("meters", Convolution.CONVOLUTION_GCN, 3, random)
                        .request());
        Registry.awaitActive(site, first);
        Model second = Registry.publish(
                site,
                RandomModels.of("meters", Convolution.CONVOLUTION_GCN, 3, random)
                        .request());
        Registry.awaitCovered(site, second);
        site.awaitDrained();
        var unused = site.server()
                .rolloutCalls()
                .setShadow(SetShadowRequest.newBuilder()
                        .setName("meters")
                        .setVersion(second.getVersion())
                        .setPercent(100)
                        .build());
        site.server()
                .predictionCalls()
                .classify(
                        ClassifyRequest.newBuilder()
                                .setModel(ModelSelector.newBuilder().setName("meters"))
                                .addNodeIds(Parity.fold(trace, 3).nodeIds().getFirst())
                                .build(),
                        PATIENCE)
                .join();
        // There are no labels of it: the job fails, and is counted.
        var ignored = site.server()
                .modelCalls()
                .startTraining(
                        StartTrainingRequest.newBuilder().setTask("nothing").build());
    }

    private static void guardCalls(PrometheusMeterRegistry registry) {
        var config = GuardSettings.from(Map.of(GuardSettings.REQUESTS, "1000000", GuardSettings.EVENTS, "1000000"));
        TenantQuotas quotas = new TenantQuotas(config.quotas(), registry, TimeMeter.SYSTEM_MILLISECONDS);
        Guard guard = new Guard(config, new RpcTable(Role.ANYONE, Role.READER), quotas, registry, Clock.systemUTC());
        Passage passage =
                guard.admit("anabranch.v1.PredictionService/Classify", false, Credentials.of(null, null), "test");
        quotas.takeEvent(passage.caller());
        passage.end("OK");
    }

    private static List<String> names(PrometheusMeterRegistry registry) {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .toList();
    }

    /** By name: the cells of the document's row. */
    private static Map<String, String> described(PrometheusMeterRegistry registry) {
        Map<String, TreeSet<String>> tags = new TreeMap<>();
        Map<String, Meter.Id> ids = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            Meter.Id id = meter.getId();
            if (id.getName().startsWith("anabranch.")) {
                String name = registry.config().namingConvention().name(id.getName(), id.getType(), id.getBaseUnit());
                ids.put(name, id);
                tags.computeIfAbsent(name, each -> new TreeSet<>())
                        .addAll(id.getTags().stream().map(Tag::getKey).toList());
                assertThat(id.getName()).matches("anabranch(\\.[a-z]+)+");
                assertThat(id.getDescription()).as(id.getName()).isNotBlank();
            }
        }
        Map<String, String> rows = new TreeMap<>();
        ids.forEach((name, id) -> rows.put(
                name,
                row(
                        id.getName(),
                        id.getType().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        Objects.requireNonNullElse(id.getBaseUnit(), ""),
                        String.join(", ", tags.get(name)),
                        Objects.requireNonNullElse(id.getDescription(), ""))));
        return rows;
    }

    private static String row(String... cells) {
        return String.join(" | ", cells);
    }

    /** Rows whose first cell is a metric of ours. */
    private static Map<String, String> documented() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (String line : Files.readAllLines(DOCUMENTATION)) {
            if (line.startsWith("| `anabranch_")) {
                String[] cells = line.substring(1, line.lastIndexOf('|')).split("\\|", -1);
                List<String> plain = java.util.Arrays.stream(cells)
                        .map(cell -> cell.replace("`", "").strip())
                        .toList();
                assertThat(rows.put(
                                plain.getFirst(),
                                row(plain.subList(1, plain.size()).toArray(String[]::new))))
                        .as("one row of " + plain.getFirst())
                        .isNull();
            }
        }
        return rows;
    }
}
