package io.anabranch.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs one {@link StreamRuntime} from the application's start to its stop. A wrong configuration or a wrong topic ends the
 * start with its message. With {@code anabranch.stream.enabled=false} it does nothing.
 */
@ApplicationScoped
public class StreamProcessorLifecycle {

    private static final Logger LOG = Logger.getLogger(StreamProcessorLifecycle.class);

    private final Config config;
    private final MeterRegistry registry;
    private volatile @Nullable StreamRuntime runtime;

    StreamProcessorLifecycle(Config config, MeterRegistry registry) {
        this.config = config;
        this.registry = registry;
    }

    void start(@Observes StartupEvent event) throws InterruptedException {
        Map<String, String> values = values(config);
        if (!new Settings(values).flag(StreamConfig.ENABLED, true)) {
            LOG.infof("The stream processor is off (%s=false)", StreamConfig.ENABLED);
            return;
        }
        StreamRuntime created = new StreamRuntime(StreamConfig.from(values), registry);
        try {
            created.start();
        } catch (RuntimeException | InterruptedException e) {
            created.close();
            throw e;
        }
        runtime = created;
    }

    void stop(@Observes ShutdownEvent event) {
        StreamRuntime current = runtime;
        if (current != null) {
            current.close();
        }
    }

    /** Null: it is off. */
    @Nullable
    StreamRuntime runtime() {
        return runtime;
    }

    /** All keys of ours, also those that come from the environment and have no name there. */
    static Map<String, String> values(Config config) {
        Map<String, String> values = new TreeMap<>();
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("anabranch.")) {
                config.getOptionalValue(name, String.class).ifPresent(value -> values.put(name, value));
            }
        }
        for (String name : StreamConfig.KEYS) {
            config.getOptionalValue(name, String.class).ifPresent(value -> values.put(name, value));
        }
        return values;
    }
}
