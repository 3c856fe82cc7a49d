package io.anabranch.serve.guard;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the guard is told.
 *
 * @param tokens null: bearer tokens are not taken
 * @param clientCertificates whether the TLS handshake asks for one
 * @param certificateRoles by common name
 * @param health role of the health services and of {@code /q/health}
 * @param reflection role of server reflection
 * @param metrics role of {@code /q/metrics} and {@code /q/openapi}
 * @param unaryCalls most that are under way at once, of both transports
 * @param streams most that are open at once, of both transports
 */
public record GuardConfig(
        @Nullable Tokens tokens,
        ClientCertificates clientCertificates,
        Map<String, Set<Role>> certificateRoles,
        Role health,
        Role reflection,
        Role metrics,
        int unaryCalls,
        int streams,
        Quotas quotas) {

    /** Whether the TLS handshake asks the client for a certificate. */
    public enum ClientCertificates {
        NONE,
        REQUEST,
        REQUIRED
    }

    /**
     * How bearer tokens (JWT, signed) are checked.
     *
     * @param keys file with a public key (PEM) or a key set (JWKS)
     * @param rolesClaim a list of words, or one text of words separated by spaces; {@code /} leads into objects
     * @param tenantClaim a text; absent: the subject is the tenant
     */
    public record Tokens(Path keys, String issuer, String audience, String rolesClaim, String tenantClaim) {}

    /** By tenant; 0 is no limit. */
    public record Quotas(Quota otherwise, Map<String, Quota> byTenant) {
        public Quotas {
            byTenant = Map.copyOf(byTenant);
        }

        Quota of(String tenant) {
            return byTenant.getOrDefault(tenant, otherwise);
        }
    }

    /** Per second, each with as much in a burst. 0: no limit. */
    public record Quota(int requests, int events) {
        public static final Quota NONE = new Quota(0, 0);
    }

    public GuardConfig {
        certificateRoles = Map.copyOf(certificateRoles);
    }

    /** False: whoever reaches the ports may do everything. */
    public boolean authenticates() {
        return tokens != null || clientCertificates != ClientCertificates.NONE;
    }
}
