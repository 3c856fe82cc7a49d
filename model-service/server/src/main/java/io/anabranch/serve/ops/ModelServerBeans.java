package io.anabranch.serve.ops;

import io.anabranch.serve.feed.KafkaLinks;
import io.anabranch.serve.feed.Links;
import io.anabranch.serve.guard.TenantQuotas;
import io.anabranch.serve.inference.InferenceCalls;
import io.anabranch.serve.inference.OpenInference;
import io.anabranch.serve.inference.RepositoryCalls;
import io.anabranch.serve.train.LearningTrainer;
import io.anabranch.serve.train.ModelTrainer;
import io.anabranch.serve.wire.AuditCalls;
import io.anabranch.serve.wire.ExplainCalls;
import io.anabranch.serve.wire.GraphCalls;
import io.anabranch.serve.wire.HistoryCalls;
import io.anabranch.serve.wire.IngestCalls;
import io.anabranch.serve.wire.MapCalls;
import io.anabranch.serve.wire.ModelCalls;
import io.anabranch.serve.wire.NeighbourCalls;
import io.anabranch.serve.wire.PredictionCalls;
import io.anabranch.serve.wire.RolloutCalls;
import io.anabranch.serve.wire.StatusCalls;
import io.anabranch.serve.wire.WatchCalls;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/** The server's parts for the container. Links and trainer can be replaced by beans of other kinds. */
@Singleton
final class ModelServerBeans {

    @Produces
    @Singleton
    ServerConfig config(Config config) {
        Map<String, String> values = new HashMap<>();
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("anabranch.")) {
                config.getOptionalValue(name, String.class).ifPresent(value -> values.put(name, value));
            }
        }
        // Environment variables are found by asking for the key only.
        for (String key : ServerConfig.KEYS) {
            config.getOptionalValue(key, String.class).ifPresent(value -> values.put(key, value));
        }
        return ServerConfig.from(values);
    }

    @Produces
    @Singleton
    @DefaultBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    @DefaultBean
    Links links(ServerConfig config, MeterRegistry meters, OpenTelemetry traces, Clock clock) {
        return new KafkaLinks(
                config.kafka(),
                config.topics(),
                config.partitions(),
                config.ingest().featureDimension(),
                meters,
                traces.getPropagators().getTextMapPropagator(),
                clock);
    }

    @Produces
    @Singleton
    @DefaultBean
    ModelTrainer trainer(Links links, Config config, Clock clock) {
        return new LearningTrainer(links.graph(), links.pastEvents(), codeVersion(config), clock);
    }

    @Produces
    @Singleton
    ModelServer server(
            ServerConfig config, Links links, ModelTrainer trainer, Config values, MeterRegistry meters, Clock clock) {
        return new ModelServer(config, links, trainer, codeVersion(values), meters, clock);
    }

    @Produces
    @Singleton
    PredictionCalls predictionCalls(ModelServer server) {
        return server.predictionCalls();
    }

    @Produces
    @Singleton
    OpenInference openInference(ModelServer server) {
        return server.openInference();
    }

    @Produces
    @Singleton
    InferenceCalls inferenceCalls(OpenInference protocol) {
        return protocol.inference();
    }

    @Produces
    @Singleton
    RepositoryCalls repositoryCalls(OpenInference protocol) {
        return protocol.repository();
    }

    @Produces
    @Singleton
    WatchCalls watchCalls(ModelServer server) {
        return server.watchCalls();
    }

    @Produces
    @Singleton
    NeighbourCalls neighbourCalls(ModelServer server) {
        return server.neighbourCalls();
    }

    @Produces
    @Singleton
    ExplainCalls explainCalls(ModelServer server) {
        return server.explainCalls();
    }

    @Produces
    @Singleton
    GraphCalls graphCalls(ModelServer server) {
        return server.graphCalls();
    }

    @Produces
    @Singleton
    MapCalls mapCalls(ModelServer server) {
        return server.mapCalls();
    }

    @Produces
    @Singleton
    HistoryCalls historyCalls(ModelServer server) {
        return server.historyCalls();
    }

    @Produces
    @Singleton
    AuditCalls auditCalls(ModelServer server) {
        return server.auditCalls();
    }

    @Produces
    @Singleton
    ModelCalls modelCalls(ModelServer server) {
        return server.modelCalls();
    }

    @Produces
    @Singleton
    RolloutCalls rolloutCalls(ModelServer server) {
        return server.rolloutCalls();
    }

    @Produces
    @Singleton
    IngestCalls ingestCalls(ModelServer server, TenantQuotas quotas) {
        return server.ingestCalls(quotas);
    }

    @Produces
    @Singleton
    StatusCalls statusCalls(ModelServer server) {
        return server.statusCalls();
    }

    private static String codeVersion(Config config) {
        return config.getOptionalValue("quarkus.application.version", String.class)
                .orElse("unknown");
    }
}
