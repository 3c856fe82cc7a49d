package io.anabranch.standalone;

import java.time.Clock;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Decides the ports and the shape of an instance: what was asked for, else what the folder had, else the defaults. */
final class InstancePlan {

    private final StartRequest request;
    private final @Nullable Instance before;
    private final Set<Integer> taken = new TreeSet<>();

    private InstancePlan(StartRequest request, @Nullable Instance before) {
        this.request = request;
        this.before = before;
    }

    static Instance of(StartRequest request, Clock clock) {
        return new InstancePlan(request, request.folder().read()).instance(clock);
    }

    private Instance instance(Clock clock) {
        int dimension = featureDimension();
        int partitions = partitions();
        int grpc = port(Settings.GRPC_PORT, before == null ? 0 : before.grpcPort(), "gRPC", "--grpc-port");
        int http = port(Settings.HTTP_PORT, before == null ? 0 : before.httpPort(), "REST", "--http-port");
        int kafka = port(Settings.BROKER_PORT, before == null ? 0 : before.kafkaPort(), "Kafka", "--kafka-port");
        int controller = before != null && usable(before.controllerPort()) ? before.controllerPort() : Ports.free();
        return new Instance(
                ProcessHandle.current().pid(), clock.millis(), dimension, partitions, grpc, http, kafka, controller);
    }

    private int featureDimension() {
        String asked = request.settings().get(Settings.FEATURE_DIMENSION);
        if (before != null) {
            if (asked != null && Integer.parseInt(asked) != before.featureDimension()) {
                throw new StartFailure("""
                        The folder %s holds a graph with feature dimension %d, not %s.
                        Maybe choose another folder with --data.""".formatted(request.folder().path(), before.featureDimension(), asked));
            }
            return before.featureDimension();
        }
        if (asked != null) {
            return Integer.parseInt(asked);
        }
        if (request.defaultFeatureDimension() == null) {
            throw new StartFailure(
                    """
                    The setting %s is required for a new folder (%s).
                    Maybe add --feature-dimension N: the length of a node's feature row.""".formatted(Settings.FEATURE_DIMENSION, request.folder().path()));
        }
        return request.defaultFeatureDimension();
    }

    private int partitions() {
        int asked = request.number(Settings.PARTITIONS);
        if (before == null || !request.settings().containsKey(Settings.PARTITIONS)) {
            return before == null ? asked : before.partitions();
        }
        if (asked != before.partitions()) {
            throw new StartFailure("""
                    The folder %s holds a graph in %d partitions, not %d.
                    Maybe choose another folder with --data.""".formatted(request.folder().path(), before.partitions(), asked));
        }
        return asked;
    }

    /** A port that the user named must be free; one that nobody named gives way to a free one. */
    private int port(String key, int kept, String use, String option) {
        if (request.settings().containsKey(key) && request.number(key) != 0) {
            int asked = request.number(key);
            Ports.requireFree(asked, use, option);
            taken.add(asked);
            return asked;
        }
        boolean anyFree = request.settings().containsKey(key);
        int preferred = kept != 0 ? kept : anyFree ? 0 : request.number(key);
        int port = preferred;
        while (port == 0 || !usable(port)) {
            port = Ports.free();
        }
        taken.add(port);
        return port;
    }

    private boolean usable(int port) {
        return !taken.contains(port) && Ports.isFree(port);
    }
}
