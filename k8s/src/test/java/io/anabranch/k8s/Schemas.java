package io.anabranch.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads each resource with the type of its API: a field that the type does not have, or a value of another kind, is a finding. The types are those
 * of fabric8 (Kubernetes, Prometheus operator) and of Strimzi; of KEDA there are none for Java, see {@link KedaTypes}.
 */
final class Schemas {

    private static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("v1/Namespace", Namespace.class),
            Map.entry("v1/ConfigMap", ConfigMap.class),
            Map.entry("v1/Service", Service.class),
            Map.entry("v1/ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1/Deployment", Deployment.class),
            Map.entry("apps/v1/StatefulSet", StatefulSet.class),
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class),
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class),
            Map.entry("kafka.strimzi.io/v1/Kafka", Kafka.class),
            Map.entry("kafka.strimzi.io/v1/KafkaNodePool", KafkaNodePool.class),
            Map.entry("kafka.strimzi.io/v1/KafkaTopic", KafkaTopic.class),
            Map.entry("kafka.strimzi.io/v1/KafkaUser", KafkaUser.class),
            Map.entry("keda.sh/v1alpha1/ScaledObject", KedaTypes.ScaledObject.class),
            Map.entry("keda.sh/v1alpha1/TriggerAuthentication", KedaTypes.TriggerAuthentication.class));

    private static final ObjectMapper STRICT = strict();

    private Schemas() {}

    static List<String> findings(Manifests manifests) {
        List<String> findings = new ArrayList<>();
        for (JsonNode resource : manifests.all()) {
            String kind = "%s/%s"
                    .formatted(
                            resource.path("apiVersion").asText(),
                            resource.path("kind").asText());
            Class<?> type = TYPES.get(kind);
            if (type == null) {
                findings.add("%s (%s) is of no known kind.".formatted(kind, Manifests.name(resource)));
                continue;
            }
            try {
                JsonNode understood = STRICT.valueToTree(STRICT.treeToValue(resource, type));
                for (String lost : lost("", resource, understood)) {
                    findings.add("%s %s: %s is not understood.".formatted(kind, Manifests.name(resource), lost));
                }
            } catch (JsonProcessingException e) {
                findings.add("%s %s: %s".formatted(kind, Manifests.name(resource), e.getMessage()));
            }
        }
        return findings;
    }

    /** Paths whose values the type does not give back; some enumerations read what they do not know as nothing. */
    private static List<String> lost(String path, JsonNode said, JsonNode understood) {
        List<String> lost = new ArrayList<>();
        if (said.isEmpty()) {
            if (said.isValueNode() && !said.isNull() && (understood.isMissingNode() || understood.isNull())) {
                lost.add("%s (%s)".formatted(path, said.asText()));
            }
        } else if (said.isArray()) {
            for (int i = 0; i < said.size(); i++) {
                lost.addAll(lost(path + "/" + i, said.get(i), understood.path(i)));
            }
        } else {
            said.properties()
                    .forEach(field -> lost.addAll(
                            lost(path + "/" + field.getKey(), field.getValue(), understood.path(field.getKey()))));
        }
        return lost;
    }

    private static ObjectMapper strict() {
        JsonMapper.Builder builder = JsonMapper.builder()
                .annotationIntrospector(new JacksonAnnotationIntrospector() {
                    // The types keep fields that they do not know in a map; here there are none to be kept.
                    @Override
                    public Boolean hasAnySetter(Annotated annotated) {
                        return false;
                    }
                })
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
        for (LogicalType target : List.of(LogicalType.Textual, LogicalType.Integer, LogicalType.Boolean)) {
            builder.withCoercionConfig(target, rules -> {
                for (CoercionInputShape shape : CoercionInputShape.values()) {
                    if (foreign(target, shape)) {
                        rules.setCoercion(shape, CoercionAction.Fail);
                    }
                }
            });
        }
        return builder.build();
    }

    private static boolean foreign(LogicalType target, CoercionInputShape shape) {
        return switch (shape) {
            case Integer -> target != LogicalType.Integer;
            case Float -> true;
            case Boolean -> target != LogicalType.Boolean;
            case String -> target != LogicalType.Textual;
            case Array, Object, Binary, EmptyArray, EmptyObject, EmptyString -> false;
        };
    }
}
