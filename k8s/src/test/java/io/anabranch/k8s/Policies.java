package io.anabranch.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What every workload must have, whatever an overlay makes of it. Findings, not exceptions, so that tests see that each rule can fail. */
final class Policies {

    /** Made outside these manifests: by Strimzi for its cluster, and by whoever issues certificates. */
    private static final Set<String> SECRETS_OF_OTHERS = Set.of("anabranch-cluster-ca-cert", "model-service-tls");

    private static final int LEAST_STARTUP_SECONDS = 180;

    private final Manifests manifests;
    private final List<String> findings = new ArrayList<>();

    private Policies(Manifests manifests) {
        this.manifests = manifests;
    }

    static List<String> findings(Manifests manifests) {
        Policies policies = new Policies(manifests);
        manifests.workloads().forEach(policies::workload);
        manifests.kind("Service").forEach(policies::service);
        manifests.kind("PodMonitor").forEach(policies::podMonitor);
        manifests.kind("NetworkPolicy").forEach(policies::networkPolicy);
        manifests
                .kind("ServiceAccount")
                .forEach(account -> policies.require(
                        account.path("automountServiceAccountToken").isBoolean()
                                && !account.path("automountServiceAccountToken").asBoolean(),
                        account,
                        "its token must not be mounted"));
        return List.copyOf(policies.findings);
    }

    private void require(boolean held, JsonNode resource, String rule) {
        if (!held) {
            findings.add("%s/%s: %s".formatted(resource.path("kind").asText(), Manifests.name(resource), rule));
        }
    }

    private void workload(JsonNode workload) {
        JsonNode spec = Pod.spec(workload);
        JsonNode labels = workload.at("/spec/template/metadata/labels");
        require(selects(workload.at("/spec/selector"), labels), workload, "its selector must match its pods");
        require(
                spec.path("automountServiceAccountToken").isBoolean()
                        && !spec.path("automountServiceAccountToken").asBoolean(),
                workload,
                "pods must not mount a token");
        require(
                manifests
                        .kind("ServiceAccount")
                        .anyMatch(account -> Manifests.name(account)
                                .equals(spec.path("serviceAccountName").asText())),
                workload,
                "its service account must be there");
        require(
                manifests
                                .kind("PodDisruptionBudget")
                                .filter(budget -> selects(budget.at("/spec/selector"), labels))
                                .filter(budget ->
                                        budget.at("/spec/maxUnavailable").asInt() == 1)
                                .count()
                        == 1,
                workload,
                "one disruption budget must stand for its pods");
        JsonNode spread = spec.path("topologySpreadConstraints");
        require(
                Manifests.each(spread)
                        .map(constraint -> constraint.path("topologyKey").asText())
                        .collect(Collectors.toSet())
                        .equals(Set.of("topology.kubernetes.io/zone", "kubernetes.io/hostname")),
                workload,
                "pods must spread over zones and nodes");
        Manifests.each(spread)
                .forEach(constraint -> require(
                        selects(constraint.path("labelSelector"), labels),
                        workload,
                        "spreading must select its own pods"));
        security(workload, spec);
        volumes(workload, spec);
        Manifests.each(spec.path("containers")).forEach(container -> container(workload, container));
    }

    private void security(JsonNode workload, JsonNode spec) {
        JsonNode context = spec.path("securityContext");
        require(context.path("runAsNonRoot").asBoolean(), workload, "must not run as root");
        require(
                context.path("runAsUser").asInt() > 0,
                workload,
                "must name a user, or an image that names none is refused");
        require(
                context.at("/seccompProfile/type").asText().equals("RuntimeDefault"),
                workload,
                "must have the runtime's seccomp profile");
        for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
            require(!spec.has(shared), workload, shared + " must not be there");
        }
    }

    private void volumes(JsonNode workload, JsonNode spec) {
        Set<String> there = new HashSet<>();
        Manifests.each(spec.path("volumes")).forEach(volume -> {
            there.add(volume.path("name").asText());
            require(!volume.has("hostPath"), workload, "must not mount the node's folders");
            if (volume.has("emptyDir")) {
                require(volume.at("/emptyDir").has("sizeLimit"), workload, "temporary volumes must have a limit");
            }
            Manifests.each(volume.at("/projected/sources"))
                    .map(source -> source.at("/configMap/name").asText())
                    .forEach(name -> require(
                            manifests
                                    .kind("ConfigMap")
                                    .anyMatch(map -> Manifests.name(map).equals(name)),
                            workload,
                            "the ConfigMap %s must be there".formatted(name)));
            if (volume.has("secret")) {
                secret(workload, volume.at("/secret/secretName").asText());
            }
        });
        Manifests.each(workload.at("/spec/volumeClaimTemplates")).forEach(claim -> there.add(Manifests.name(claim)));
        Manifests.each(spec.path("containers"))
                .flatMap(container -> Manifests.each(container.path("volumeMounts")))
                .map(mount -> mount.path("name").asText())
                .forEach(
                        name -> require(there.contains(name), workload, "the volume %s must be there".formatted(name)));
    }

    private void secret(JsonNode workload, String name) {
        require(
                SECRETS_OF_OTHERS.contains(name)
                        || manifests
                                .kind("KafkaUser")
                                .anyMatch(user -> Manifests.name(user).equals(name)),
                workload,
                "the secret %s must come from somewhere".formatted(name));
    }

    private void container(JsonNode workload, JsonNode container) {
        String image = container.path("image").asText();
        require(
                image.matches("[^@]+:[^:/@]+|[^@]+@sha256:[0-9a-f]{64}") && !image.endsWith(":latest"),
                workload,
                "the image %s must have a version".formatted(image));
        JsonNode context = container.path("securityContext");
        require(
                context.path("allowPrivilegeEscalation").isBoolean()
                        && !context.path("allowPrivilegeEscalation").asBoolean(),
                workload,
                "must not gain privileges");
        require(context.path("readOnlyRootFilesystem").asBoolean(), workload, "must not write to its image");
        require(
                context.at("/capabilities/drop/0").asText().equals("ALL")
                        && !context.at("/capabilities").has("add"),
                workload,
                "must have no capabilities");
        require(!context.path("privileged").asBoolean(), workload, "must not be privileged");
        JsonNode resources = container.path("resources");
        require(resources.path("requests").has("cpu"), workload, "must request processors");
        require(
                resources.path("limits").has("memory")
                        && resources.path("limits").get("memory").equals(resources.at("/requests/memory")),
                workload,
                "must have all its memory from the start: request and limit are one");
        Manifests.each(container.path("env"))
                .map(variable -> variable.at("/valueFrom/secretKeyRef/name"))
                .filter(JsonNode::isTextual)
                .forEach(name -> secret(workload, name.asText()));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            String port = container.path(probe).at("/httpGet/port").asText();
            require(
                    Manifests.each(container.path("ports"))
                            .anyMatch(named -> named.path("name").asText().equals(port)),
                    workload,
                    "the %s must ask a port that is there".formatted(probe));
        }
        JsonNode startup = container.path("startupProbe");
        require(
                startup.path("periodSeconds").asInt()
                                * startup.path("failureThreshold").asInt()
                        >= LEAST_STARTUP_SECONDS,
                workload,
                "must have time to start");
        require(
                !container.at("/livenessProbe/httpGet/path").equals(container.at("/readinessProbe/httpGet/path")),
                workload,
                "not being ready must not be a reason to be killed");
    }

    private void service(JsonNode service) {
        List<JsonNode> selected = pods(labels -> selects(service.path("spec").path("selector"), labels));
        require(selected.size() == 1, service, "must select the pods of one workload");
        Manifests.each(service.at("/spec/ports"))
                .forEach(port -> require(
                        selected.stream()
                                .allMatch(pod ->
                                        hasPort(pod, port.path("targetPort").asText())),
                        service,
                        "the port %s must be one of the pods'"
                                .formatted(port.path("targetPort").asText())));
    }

    private void podMonitor(JsonNode monitor) {
        List<JsonNode> selected = pods(labels -> selects(monitor.at("/spec/selector"), labels));
        require(selected.size() == 1, monitor, "must select the pods of one workload");
        Manifests.each(monitor.at("/spec/podMetricsEndpoints"))
                .forEach(endpoint -> require(
                        selected.stream()
                                .allMatch(pod -> hasPort(
                                                pod, endpoint.path("port").asText())
                                        && tls(pod, endpoint.path("port").asText())
                                                == endpoint.path("scheme")
                                                        .asText()
                                                        .equals("https")),
                        monitor,
                        "must ask a port of the pods as it speaks"));
    }

    private void networkPolicy(JsonNode policy) {
        List<JsonNode> selected = pods(labels -> selects(policy.at("/spec/podSelector"), labels));
        require(!selected.isEmpty(), policy, "must select pods");
        Manifests.each(policy.at("/spec/ingress"))
                .flatMap(rule -> Manifests.each(rule.path("ports")))
                .map(port -> port.path("port").asText())
                // http is what https is without components/tls.
                .filter(port -> !port.equals("http") && !port.equals("https"))
                .forEach(port -> require(
                        selected.stream().anyMatch(pod -> hasPort(pod, port)),
                        policy,
                        "the port %s must be one of the pods'".formatted(port)));
    }

    private List<JsonNode> pods(Predicate<JsonNode> labels) {
        return manifests
                .workloads()
                .filter(workload -> labels.test(workload.at("/spec/template/metadata/labels")))
                .toList();
    }

    private static boolean hasPort(JsonNode workload, String name) {
        return containers(workload)
                .flatMap(container -> Manifests.each(container.path("ports")))
                .anyMatch(port -> port.path("name").asText().equals(name));
    }

    private static boolean tls(JsonNode workload, String port) {
        return containers(workload)
                .map(container -> container.at("/readinessProbe/httpGet"))
                .anyMatch(probe -> probe.path("port").asText().equals(port)
                        && probe.path("scheme").asText().equals("HTTPS"));
    }

    private static Stream<JsonNode> containers(JsonNode workload) {
        return Manifests.each(Pod.spec(workload).path("containers"));
    }

    /** A label selector, or the plain map of a service; an empty one selects nothing here. */
    static boolean selects(JsonNode selector, JsonNode labels) {
        JsonNode exact = selector.has("matchLabels") || selector.has("matchExpressions")
                ? selector.path("matchLabels")
                : selector;
        JsonNode expressions = selector.path("matchExpressions");
        return !(exact.isEmpty() && expressions.isEmpty())
                && exact.properties().stream()
                        .allMatch(label -> label.getValue().equals(labels.path(label.getKey())))
                && Manifests.each(expressions)
                        .allMatch(expression ->
                                expression.path("operator").asText().equals("In")
                                        && Manifests.each(expression.path("values"))
                                                .anyMatch(value -> value.equals(labels.path(
                                                        expression.path("key").asText()))));
    }

    /** How many pods of a workload there are at least, whoever decides. */
    static int leastReplicas(Manifests manifests, JsonNode workload) {
        return Stream.of("HorizontalPodAutoscaler", "ScaledObject")
                .flatMap(manifests::kind)
                .filter(scaler ->
                        scaler.at("/spec/scaleTargetRef/name").asText().equals(Manifests.name(workload))
                                && scaler.at("/spec/scaleTargetRef/kind").equals(workload.path("kind")))
                .map(scaler -> scaler.path("spec")
                        .path(scaler.path("kind").asText().equals("ScaledObject") ? "minReplicaCount" : "minReplicas")
                        .asInt())
                .findFirst()
                .orElse(workload.at("/spec/replicas").asInt());
    }

    static BigDecimal memoryLimit(JsonNode container) {
        return Pod.amount(container.at("/resources/limits/memory").asText());
    }
}
