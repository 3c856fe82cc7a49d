package io.anabranch.cli;

import io.anabranch.standalone.Instance;
import io.anabranch.standalone.InstanceFolder;
import io.anabranch.stream.KafkaAccess;
import io.anabranch.stream.Topics;
import io.anabranch.stream.TopologyFactory;
import io.anabranch.stream.snapshot.SnapshotTopics;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which Kafka a command talks to: that of a folder's instance, or one anywhere. */
final class KafkaOptions {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    @Mixin
    private FolderOptions folder = new FolderOptions();

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,…",
            description = "Brokers to ask first, instead of a folder's instance.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Properties of Kafka's clients, such as security.protocol, for TLS and SASL.")
    private @Nullable Path clientConfig;

    @Option(
            names = "--topic-prefix",
            paramLabel = "PREFIX",
            defaultValue = "anabranch",
            description = "First word of every topic's name (default: ${DEFAULT-VALUE}).")
    private String topicPrefix = "anabranch";

    String topicPrefix() {
        return topicPrefix;
    }

    /** Whether a Kafka was named that is no folder's. */
    boolean elsewhere() {
        return bootstrapServers != null;
    }

    /** The folder that was named, whether or not an instance runs on it; null: none. */
    @Nullable
    InstanceFolder givenFolder() {
        return folder.given();
    }

    /** The folder's instance that runs; null where a Kafka elsewhere was named. */
    @Nullable
    Instance instance() {
        InstanceFolder running = bootstrapServers != null ? null : folder.findRunning();
        return running == null ? null : running.read();
    }

    /** How Kafka is reached. */
    KafkaAccess access() {
        return access(brokers());
    }

    /** How Kafka is reached at these brokers. */
    KafkaAccess access(String brokers) {
        return new KafkaAccess(brokers, fileProperties(), PATIENCE);
    }

    /** What snapshots are made of and written to. */
    SnapshotTopics snapshotTopics(String applicationId) {
        Topics topics = new Topics(topicPrefix);
        return new SnapshotTopics(
                topicPrefix,
                applicationId,
                topics.events(),
                topics.updates(),
                topics.models(),
                TopologyFactory.changelog(applicationId));
    }

    /** Properties of a client, with the brokers. */
    Map<String, String> clientProperties() {
        Map<String, String> properties = fileProperties();
        properties.put("bootstrap.servers", brokers());
        return properties;
    }

    private Map<String, String> fileProperties() {
        Map<String, String> properties = new TreeMap<>();
        if (clientConfig != null) {
            Properties read = new Properties();
            try (Reader in = Files.newBufferedReader(clientConfig, StandardCharsets.UTF_8)) {
                read.load(in);
            } catch (IOException e) {
                throw new CommandFailure(
                        ExitCode.FAILED, "The file %s cannot be read: %s".formatted(clientConfig, e.getMessage()));
            }
            read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
        }
        return properties;
    }

    private String brokers() {
        if (bootstrapServers != null) {
            return bootstrapServers;
        }
        InstanceFolder running = folder.findRunning();
        Instance instance = running == null ? null : running.read();
        if (instance == null) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, """
                    No instance runs %s.
                    Maybe start one with ./anabranch serve, or name a Kafka with --bootstrap-servers.""".formatted(folder.describe()));
        }
        return "127.0.0.1:" + instance.kafkaPort();
    }
}
