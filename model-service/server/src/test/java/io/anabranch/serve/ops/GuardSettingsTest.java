package io.anabranch.serve.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.anabranch.serve.guard.GuardConfig;
import io.anabranch.serve.guard.GuardConfig.ClientCertificates;
import io.anabranch.serve.guard.GuardConfig.Quota;
import io.anabranch.serve.guard.Role;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardSettingsTest {

    private static final GuardConfig OPEN = GuardSettings.from(Map.of());

    @Test
    void withoutAnyKeyNobodyIsAuthenticatedAndLimitsHold() {
        assertThat(OPEN.authenticates()).isFalse();
        assertThat(OPEN.unaryCalls()).isEqualTo(1000);
        assertThat(OPEN.quotas().otherwise()).isEqualTo(Quota.NONE);
    }

    @Test
    void everyKeyIsRead() {
        GuardConfig config = GuardSettings.from(Map.of(
                GuardSettings.TOKEN_KEYS,
                "/keys/jwks.json",
                GuardSettings.TOKEN_ISSUER,
                "https://issuer",
                GuardSettings.TOKEN_AUDIENCE,
                "anabranch",
                GuardSettings.CLIENT_CERTIFICATES,
                "request",
                "anabranch.security.certificate-roles.\"feed 1\"",
                "publisher, reader",
                GuardSettings.METRICS,
                "administrator",
                GuardSettings.STREAMS,
                "7",
                GuardSettings.REQUESTS,
                "10",
                "anabranch.quota.tenant.acme.requests-per-second",
                "100",
                "anabranch.quota.tenant.\"acme\".events-per-second",
                "200"));
        assertThat(config.tokens())
                .isEqualTo(new GuardConfig.Tokens(
                        Path.of("/keys/jwks.json"), "https://issuer", "anabranch", "groups", "tenant"));
        assertThat(config.clientCertificates()).isEqualTo(ClientCertificates.REQUEST);
        assertThat(config.certificateRoles()).isEqualTo(Map.of("feed 1", Set.of(Role.PUBLISHER, Role.READER)));
        assertThat(config.metrics()).isEqualTo(Role.ADMINISTRATOR);
        assertThat(config.streams()).isEqualTo(7);
        assertThat(config.quotas().otherwise()).isEqualTo(new Quota(10, 0));
        assertThat(config.quotas().byTenant()).isEqualTo(Map.of("acme", new Quota(100, 200)));
    }

    @ParameterizedTest
    @CsvSource({
        "anabranch.security.insecured, true",
        "anabranch.security.client-certificates, maybe",
        "anabranch.security.role.health, everybody",
        "anabranch.security.certificate-roles.feed, owner",
        "anabranch.security.tokens.issuer, https://issuer",
        "anabranch.limits.unary-calls, 0",
        "anabranch.limits.queue, 5",
        "anabranch.quota.tenant.acme.bytes-per-second, 5",
        "anabranch.quota.events-per-second, -1"
    })
    void aWrongKeyOrValueIsNamed(String key, String value) {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> GuardSettings.from(Map.of(key, value)))
                .withMessageContaining(key);
    }

    private static OpenDoor.Listening listening(String host, boolean tls, boolean plainHttp) {
        return new OpenDoor.Listening(host, host, tls, plainHttp, false, false);
    }

    @Test
    void onLoopbackEverythingMayBeOpen() {
        assertThatNoException().isThrownBy(() -> OpenDoor.refuse(OPEN, listening("127.0.0.1", false, true)));
        assertThatNoException().isThrownBy(() -> OpenDoor.refuse(OPEN, listening("localhost", false, true)));
    }

    @Test
    void anOpenPortWithoutAuthenticationIsRefusedUnlessItIsMeant() {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> OpenDoor.refuse(OPEN, listening("0.0.0.0", true, false)))
                .withMessageContaining("quarkus.grpc.server.host (0.0.0.0)")
                .withMessageContaining("anabranch.security.insecure=true");
        assertThatNoException()
                .isThrownBy(() ->
                        OpenDoor.refuse(OPEN, new OpenDoor.Listening("0.0.0.0", "0.0.0.0", false, true, true, false)));
    }

    @Test
    void tokensOverAnOpenPortNeedTls() {
        GuardConfig tokens = GuardSettings.from(Map.of(
                GuardSettings.TOKEN_KEYS, "k",
                GuardSettings.TOKEN_ISSUER, "i",
                GuardSettings.TOKEN_AUDIENCE, "a"));
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> OpenDoor.refuse(tokens, listening("0.0.0.0", false, false)))
                .withMessageContaining("anabranch.security.tls-elsewhere");
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> OpenDoor.refuse(tokens, listening("0.0.0.0", true, true)))
                .withMessageContaining("quarkus.http.insecure-requests=disabled");
        assertThatNoException().isThrownBy(() -> OpenDoor.refuse(tokens, listening("0.0.0.0", true, false)));
        assertThatNoException()
                .isThrownBy(() -> OpenDoor.refuse(
                        tokens, new OpenDoor.Listening("0.0.0.0", "0.0.0.0", false, true, false, true)));
    }

    @Test
    void clientCertificatesNeedTls() {
        GuardConfig certificates = GuardSettings.from(Map.of(GuardSettings.CLIENT_CERTIFICATES, "required"));
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> OpenDoor.refuse(certificates, listening("127.0.0.1", false, true)))
                .withMessageContaining("quarkus.tls.key-store");
    }
}
