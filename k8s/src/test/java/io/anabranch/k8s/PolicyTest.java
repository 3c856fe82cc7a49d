package io.anabranch.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyTest {

    private static final String VERSION = System.getProperty("anabranch.version");

    @ParameterizedTest
    @EnumSource
    void everyWorkloadHoldsToThePolicies(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        assertThat(manifests.workloads()).hasSize(2);
        assertThat(Policies.findings(manifests)).isEmpty();
    }

    /** Each rule, seen failing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/spec/template/spec/containers/0/image|\"anabranch/model-service:latest\"|must have a version",
                "/spec/template/spec/containers/0/image|\"anabranch/model-service\"|must have a version",
                "/spec/template/spec/automountServiceAccountToken|true|must not mount a token",
                "/spec/template/spec/serviceAccountName|\"default\"|its service account",
                "/spec/template/spec/securityContext/runAsNonRoot|false|must not run as root",
                "/spec/template/spec/securityContext/runAsUser|0|must name a user",
                "/spec/template/spec/securityContext/seccompProfile/type|\"Unconfined\"|seccomp",
                "/spec/template/spec/hostNetwork|true|hostNetwork",
                "/spec/template/spec/topologySpreadConstraints|[]|must spread over",
                "/spec/template/spec/topologySpreadConstraints/0/labelSelector/matchLabels|{\"a\":\"b\"}|must select its own pods",
                "/spec/template/spec/containers/0/securityContext/allowPrivilegeEscalation|true|must not gain privileges",
                "/spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem|false|must not write to its image",
                "/spec/template/spec/containers/0/securityContext/capabilities|{}|no capabilities",
                "/spec/template/spec/containers/0/securityContext/privileged|true|must not be privileged",
                "/spec/template/spec/containers/0/resources/limits|{}|all its memory",
                "/spec/template/spec/containers/0/resources/requests|{\"memory\":\"10Gi\"}|must request processors",
                "/spec/template/spec/containers/0/livenessProbe|{}|livenessProbe must ask a port",
                "/spec/template/spec/containers/0/readinessProbe/httpGet/port|\"http\"|readinessProbe must ask a port",
                "/spec/template/spec/containers/0/startupProbe/failureThreshold|3|time to start",
                "/spec/template/spec/containers/0/livenessProbe/httpGet/path|\"/q/health/ready\"|must not be a reason",
                "/spec/template/spec/containers/0/volumeMounts/0/name|\"other\"|the volume other must be there",
                "/spec/template/spec/volumes/3/emptyDir|{}|must have a limit",
                "/spec/template/spec/volumes/2/projected/sources/0/configMap/name|\"other\"|the ConfigMap other",
                "/spec/template/spec/volumes/1/secret/secretName|\"other\"|the secret other",
                "/spec/template/metadata/labels|{}|its selector must match",
            })
    void aMistakeInAWorkloadIsFound(String pointer, String value, String finding) {
        Manifests wrong = new Mutation("Deployment", "model-service", pointer, value).of(Overlay.PROD.manifests());
        assertThat(Policies.findings(wrong)).anyMatch(found -> found.contains(finding));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ServiceAccount|model-service|/automountServiceAccountToken|true|token must not be mounted",
                "PodDisruptionBudget|model-service|/spec/selector/matchLabels|{\"a\":\"b\"}|one disruption budget",
                "PodDisruptionBudget|model-service|/spec/maxUnavailable|0|one disruption budget",
                "Service|model-service|/spec/selector|{\"a\":\"b\"}|must select the pods",
                "Service|model-service|/spec/ports/0/targetPort|\"grcp\"|the port grcp",
                "PodMonitor|model-service|/spec/selector/matchLabels|{\"a\":\"b\"}|must select the pods",
                "PodMonitor|model-service|/spec/podMetricsEndpoints/0/scheme|\"http\"|as it speaks",
                "NetworkPolicy|anabranch-clients|/spec/podSelector/matchLabels|{\"a\":\"b\"}|must select pods",
                "NetworkPolicy|anabranch-clients|/spec/ingress/0/ports/0/port|\"grcp\"|the port grcp",
            })
    void aMistakeBesideTheWorkloadsIsFound(String kind, String name, String pointer, String value, String finding) {
        Manifests wrong = new Mutation(kind, name, pointer, value).of(Overlay.PROD.manifests());
        assertThat(Policies.findings(wrong)).anyMatch(found -> found.contains(finding));
    }

    @ParameterizedTest
    @EnumSource(names = {"PROD", "PROD_GPU"})
    void inProductionNothingRunsAlone(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        assertThat(Policies.leastReplicas(manifests, manifests.one("Deployment", "model-service")))
                .isGreaterThanOrEqualTo(2);
        assertThat(Policies.leastReplicas(manifests, manifests.one("StatefulSet", "stream-processor")))
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void inDevelopmentEverythingRunsAlone() {
        Manifests manifests = Overlay.DEV.manifests();
        assertThat(manifests.workloads().map(workload -> Policies.leastReplicas(manifests, workload)))
                .containsExactly(1, 1);
    }

    /** A number in the manifest would undo the scaler's with every change that is applied. */
    @ParameterizedTest
    @EnumSource
    void whatIsScaledHasNoNumberOfItsOwn(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        for (String kind : List.of("HorizontalPodAutoscaler", "ScaledObject")) {
            manifests.kind(kind).forEach(scaler -> {
                JsonNode target = scaler.at("/spec/scaleTargetRef");
                JsonNode workload = manifests.one(
                        target.path("kind").asText(), target.path("name").asText());
                assertThat(workload.path("spec").has("replicas"))
                        .as(Manifests.name(workload))
                        .isFalse();
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void theImagesAreOfThisVersion(Overlay overlay) {
        assertThat(overlay.manifests()
                        .workloads()
                        .map(workload -> Pod.spec(workload)
                                .at("/containers/0/image")
                                .asText()
                                .replaceAll(".*:", "")))
                .containsOnly(VERSION);
    }

    @Test
    void thePodSecurityStandardIsEnforcedWhereTheyRun() {
        for (Overlay overlay : Overlay.values()) {
            assertThat(overlay.manifests()
                            .one("Namespace", "anabranch")
                            .at("/metadata/labels/pod-security.kubernetes.io~1enforce")
                            .asText())
                    .isEqualTo("restricted");
        }
    }
}
