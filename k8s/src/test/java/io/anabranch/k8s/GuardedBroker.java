package io.anabranch.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.standalone.Ports;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real broker that is what the Kafka resources of the manifests ask for: TLS with SCRAM-SHA-512, topics and users as declared, and nobody may do
 * what is not. Its second listener, without TLS, is the operator's: whoever comes in there may do everything.
 */
final class GuardedBroker implements AutoCloseable {

    private final Path folder;
    private final int port = Ports.free();
    private final int operatorPort = Ports.free();
    private final int controllerPort = Ports.free();
    private final KafkaRaftServer server;

    GuardedBroker(Path folder, Path keyStore, Manifests manifests) throws Exception {
        this.folder = folder;
        format(manifests);
        server = new KafkaRaftServer(new KafkaConfig(properties(keyStore)), Time.SYSTEM);
        server.startup();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + operatorPort))) {
            admin.createTopics(manifests
                            .kind("KafkaTopic")
                            .map(GuardedBroker::topic)
                            .toList())
                    .all()
                    .get();
            admin.createAcls(manifests
                            .kind("KafkaUser")
                            .flatMap(user -> Manifests.each(user.at("/spec/authorization/acls"))
                                    .flatMap(acl -> bindings(Manifests.name(user), acl).stream()))
                            .toList())
                    .all()
                    .get();
        }
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** What Strimzi writes into a user's secret. */
    static String jaas(String user) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(user, password(user));
    }

    private static String password(String user) {
        return "of-" + user;
    }

    private static NewTopic topic(JsonNode resource) {
        JsonNode spec = resource.path("spec");
        Map<String, String> settings = new HashMap<>();
        spec.path("config")
                .properties()
                .forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
        return new NewTopic(
                        Manifests.name(resource),
                        Optional.of(spec.path("partitions").asInt()),
                        Optional.of((short) spec.path("replicas").asInt()))
                .configs(settings);
    }

    private static List<AclBinding> bindings(String user, JsonNode acl) {
        JsonNode resource = acl.path("resource");
        ResourceType type = switch (resource.path("type").asText()) {
            case "topic" -> ResourceType.TOPIC;
            case "group" -> ResourceType.GROUP;
            case "transactionalId" -> ResourceType.TRANSACTIONAL_ID;
            default -> throw new AssertionError("There is no type " + resource.path("type"));
        };
        PatternType pattern =
                resource.path("patternType").asText().equals("prefix") ? PatternType.PREFIXED : PatternType.LITERAL;
        List<AclBinding> bindings = new ArrayList<>();
        Manifests.each(acl.path("operations"))
                .forEach(operation -> bindings.add(new AclBinding(
                        new ResourcePattern(type, resource.path("name").asText(), pattern),
                        new AccessControlEntry(
                                "User:" + user,
                                "*",
                                AclOperation.fromString(operation
                                        .asText()
                                        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                                        .toUpperCase(Locale.ROOT)),
                                AclPermissionType.ALLOW))));
        return bindings;
    }

    private void format(Manifests manifests) throws Exception {
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(1)
                    .setClusterId(Uuid.randomUuid().toString())
                    .addDirectory(folder.toString())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(folder.toString())
                    .setIgnoreFormatted(false)
                    .setScramArguments(manifests
                            .kind("KafkaUser")
                            .map(Manifests::name)
                            .map(user -> "SCRAM-SHA-512=[name=%s,password=%s]".formatted(user, password(user)))
                            .toList())
                    .run();
        }
    }

    private Map<String, String> properties(Path keyStore) {
        Map<String, String> all = new HashMap<>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", "1");
        all.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        all.put("controller.listener.names", "CONTROLLER");
        all.put("inter.broker.listener.name", "OPERATOR");
        all.put("listener.security.protocol.map", "TLS:SASL_SSL,OPERATOR:PLAINTEXT,CONTROLLER:PLAINTEXT");
        all.put(
                "listeners",
                "TLS://127.0.0.1:%d,OPERATOR://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(port, operatorPort, controllerPort));
        all.put("listener.name.tls.sasl.enabled.mechanisms", "SCRAM-SHA-512");
        all.put(
                "listener.name.tls.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        all.put("listener.name.tls.ssl.keystore.type", "PKCS12");
        all.put("listener.name.tls.ssl.keystore.location", keyStore.toString());
        all.put("listener.name.tls.ssl.keystore.password", Certificates.PASSWORD);
        all.put("authorizer.class.name", StandardAuthorizer.class.getName());
        all.put("allow.everyone.if.no.acl.found", "false");
        all.put("super.users", "User:ANONYMOUS");
        all.put("log.dirs", folder.toString());
        all.put("auto.create.topics.enable", "false");
        all.put("offsets.topic.num.partitions", "1");
        all.put("offsets.topic.replication.factor", "1");
        all.put("transaction.state.log.num.partitions", "1");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
        return all;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
