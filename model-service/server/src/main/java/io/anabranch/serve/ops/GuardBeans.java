package io.anabranch.serve.ops;

import io.anabranch.serve.guard.Guard;
import io.anabranch.serve.guard.GuardConfig;
import io.anabranch.serve.guard.RpcTable;
import io.anabranch.serve.guard.TenantQuotas;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/** The guard for the container. */
@Singleton
final class GuardBeans {

    @Produces
    @Singleton
    GuardConfig config(Config config, TlsConfigurationRegistry tls) {
        GuardConfig guard = GuardSettings.from(values(config));
        OpenDoor.refuse(guard, listening(config, tls));
        return guard;
    }

    /** What the configuration says, from whatever source: a file that is mounted may hold the families whose names environment variables cannot. */
    static Map<String, String> values(Config config) {
        Map<String, String> values = new HashMap<>();
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("anabranch.")) {
                config.getOptionalValue(name, String.class).ifPresent(value -> values.put(name, value));
            }
        }
        // Environment variables are found by asking for the key only.
        for (String key : GuardSettings.KEYS) {
            config.getOptionalValue(key, String.class).ifPresent(value -> values.put(key, value));
        }
        return values;
    }

    private static OpenDoor.Listening listening(Config config, TlsConfigurationRegistry registry) {
        boolean tls = registry.getDefault().map(TlsConfiguration::getKeyStore).isPresent();
        return new OpenDoor.Listening(
                config.getValue("quarkus.grpc.server.host", String.class),
                config.getValue("quarkus.http.host", String.class),
                tls,
                config.getOptionalValue("quarkus.http.insecure-requests", String.class)
                        .orElse("enabled")
                        .equals("enabled"),
                flag(config, GuardSettings.INSECURE),
                flag(config, GuardSettings.TLS_ELSEWHERE));
    }

    private static boolean flag(Config config, String key) {
        return new Settings(
                        Map.of(key, config.getOptionalValue(key, String.class).orElse("false")))
                .flag(key, false);
    }

    @Produces
    @Singleton
    TenantQuotas quotas(GuardConfig config, MeterRegistry meters) {
        return new TenantQuotas(config.quotas(), meters, TimeMeter.SYSTEM_MILLISECONDS);
    }

    @Produces
    @Singleton
    Guard guard(GuardConfig config, TenantQuotas quotas, MeterRegistry meters, Clock clock) {
        try {
            return new Guard(config, new RpcTable(config.health(), config.reflection()), quotas, meters, clock);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationException(
                    "The key %s is wrong: %s".formatted(GuardSettings.TOKEN_KEYS, e.getMessage()));
        }
    }
}
