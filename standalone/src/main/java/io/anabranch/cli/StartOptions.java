package io.anabranch.cli;

import io.anabranch.standalone.InstanceFolder;
import io.anabranch.standalone.Setting;
import io.anabranch.standalone.Settings;
import io.anabranch.standalone.StartFailure;
import io.anabranch.standalone.StartRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How an instance starts: a file of settings, single settings over it, and options for the most wanted ones. */
final class StartOptions {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings file (default: anabranch.properties in the folder, where present).")
    private @Nullable Path config;

    @Option(
            names = {"-S", "--set"},
            paramLabel = "KEY=VALUE",
            description = "One setting, over the file's; docs/configuration.md lists them.")
    private Map<String, String> set = new TreeMap<>();

    @Option(names = "--partitions", paramLabel = "N", description = "Graph partitions of a new folder (default: 4).")
    private @Nullable Integer partitions;

    @Option(names = "--grpc-port", paramLabel = "PORT", description = "gRPC port; 0: any free one (default: 9090).")
    private @Nullable Integer grpcPort;

    @Option(names = "--http-port", paramLabel = "PORT", description = "REST port; 0: any free one (default: 8080).")
    private @Nullable Integer httpPort;

    @Option(names = "--kafka-port", paramLabel = "PORT", description = "Kafka port; 0: any free one (default: 9092).")
    private @Nullable Integer kafkaPort;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log to the console, too.")
    private boolean verbose;

    /** Everything checked; a wrong value is named here, before anything starts. */
    StartRequest request(InstanceFolder folder, @Nullable Integer featureDimension, boolean required) {
        SortedMap<String, String> settings = new TreeMap<>();
        Path file = config == null ? folder.settings() : config;
        if (config != null || Files.exists(file)) {
            settings.putAll(Settings.read(file));
        }
        SortedMap<String, String> options = new TreeMap<>(set);
        put(options, Settings.PARTITIONS, partitions);
        put(options, Settings.GRPC_PORT, grpcPort);
        put(options, Settings.HTTP_PORT, httpPort);
        put(options, Settings.BROKER_PORT, kafkaPort);
        if (required) {
            put(options, Settings.FEATURE_DIMENSION, featureDimension);
        }
        Settings.check(options, "the command line");
        settings.putAll(options);
        return new StartRequest(folder, settings, featureDimension, verbose);
    }

    private static void put(Map<String, String> settings, String key, @Nullable Integer value) {
        if (value != null) {
            Setting setting = Settings.of(key);
            if (setting == null) {
                throw new StartFailure("The setting %s is unknown.".formatted(key));
            }
            settings.put(key, value.toString());
        }
    }
}
