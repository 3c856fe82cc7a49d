package io.anabranch.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SchemaTest {

    @ParameterizedTest
    @EnumSource
    void everyResourceIsOfItsType(Overlay overlay) {
        assertThat(overlay.manifests().all()).hasSizeGreaterThan(20);
        assertThat(Schemas.findings(overlay.manifests())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Deployment|model-service|/spec/template/spec/containers/0/imagePullPolice|\"Always\"",
                "Deployment|model-service|/spec/template/spec/containers/0/env/1/value|8080",
                "Deployment|model-service|/spec/template/spec/containers/0/ports/0/containerPort|\"9090\"",
                "StatefulSet|stream-processor|/spec/template/spec/securityContext/runAsNonRoot|\"true\"",
                "StatefulSet|stream-processor|/spec/serviceNames|\"x\"",
                "Service|model-service|/spec/selector/app|7",
                "NetworkPolicy|anabranch-clients|/spec/ingres|[]",
                "HorizontalPodAutoscaler|model-service|/spec/maxReplica|6",
                "PodDisruptionBudget|model-service|/spec/maxUnavailible|1",
                "PrometheusRule|anabranch|/spec/groups/0/rules/0/expression|\"1\"",
                "PodMonitor|model-service|/spec/podMetricsEndpoint|[]",
                "Kafka|anabranch|/spec/kafka/listener|[]",
                "Kafka|anabranch|/spec/kafka/authorization/type|\"simpel\"",
                "KafkaTopic|anabranch.events|/spec/partition|12",
                "KafkaUser|anabranch-producer|/spec/authorization/acls/0/operations/0|\"Wirte\"",
                "KafkaNodePool|broker|/spec/roles/0|\"brokers\"",
                "ScaledObject|stream-processor|/spec/maxReplicas|6",
                "TriggerAuthentication|anabranch-kafka|/spec/secretTarget|[]",
                "ConfigMap|anabranch|/apiVersion|\"v2\"",
            })
    void aMistakeIsFound(String kind, String name, String pointer, String value) {
        Manifests wrong = new Mutation(kind, name, pointer, value).of(Overlay.PROD.manifests());
        assertThat(Schemas.findings(wrong)).hasSize(1);
    }
}
