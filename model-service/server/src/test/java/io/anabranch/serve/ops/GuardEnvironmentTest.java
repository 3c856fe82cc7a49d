package io.anabranch.serve.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.serve.guard.GuardConfig;
import io.anabranch.serve.guard.GuardConfig.Quota;
import io.anabranch.serve.guard.Role;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container can set: environment variables, and a file that is mounted. */
@NullUnmarked
class GuardEnvironmentTest {

    @TempDir
    private Path folder;

    private static GuardConfig guard(Map<String, String> environment) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addPropertiesSources()
                .addDiscoveredSources()
                .withSources(new EnvConfigSource(environment, 300))
                .build();
        return GuardSettings.from(GuardBeans.values(config));
    }

    @Test
    void singleKeysComeFromVariables() {
        GuardConfig config = guard(Map.of(
                "ANABRANCH_QUOTA_REQUESTS_PER_SECOND", "7",
                "ANABRANCH_SECURITY_CLIENT_CERTIFICATES", "request",
                "ANABRANCH_SECURITY_ROLE_METRICS", "reader"));
        assertThat(config.quotas().otherwise()).isEqualTo(new Quota(7, 0));
        assertThat(config.authenticates()).isTrue();
        assertThat(config.metrics()).isEqualTo(Role.READER);
    }

    /** Capitals and dots as they are. */
    @Test
    void tenantsAndCertificatesComeFromAFileThatAVariableNames() throws IOException {
        Path file = Files.writeString(folder.resolve("callers.properties"), """
                anabranch.security.certificate-roles."Feed-1.Example.org"=publisher,reader
                anabranch.quota.tenant."ACME-Payments".requests-per-second=50
                anabranch.quota.tenant."ACME-Payments".events-per-second=2000
                anabranch.quota.tenant.small.events-per-second=10
                """);
        GuardConfig config =
                guard(Map.of("SMALLRYE_CONFIG_LOCATIONS", file.toString(), "ANABRANCH_QUOTA_EVENTS_PER_SECOND", "5"));
        assertThat(config.certificateRoles())
                .containsExactlyEntriesOf(Map.of("Feed-1.Example.org", Set.of(Role.PUBLISHER, Role.READER)));
        assertThat(config.quotas().byTenant())
                .containsOnly(Map.entry("ACME-Payments", new Quota(50, 2000)), Map.entry("small", new Quota(0, 10)));
        assertThat(config.quotas().otherwise()).isEqualTo(new Quota(0, 5));
    }

    /** A variable cannot say which name it means: it must not be passed over in silence. */
    @Test
    void aVariableOfAFamilyStopsTheStart() {
        for (String variable : new String[] {
            "ANABRANCH_QUOTA_TENANT_ACME_REQUESTS_PER_SECOND", "ANABRANCH_SECURITY_CERTIFICATE_ROLES_FEED"
        }) {
            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .as(variable)
                    .isThrownBy(() -> guard(Map.of(variable, "publisher")));
        }
    }
}
