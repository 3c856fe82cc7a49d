package io.anabranch.serve.ops;

import io.anabranch.serve.guard.GuardConfig;
import io.anabranch.serve.guard.GuardConfig.ClientCertificates;
import io.anabranch.serve.guard.GuardConfig.Quota;
import io.anabranch.serve.guard.GuardConfig.Quotas;
import io.anabranch.serve.guard.GuardConfig.Tokens;
import io.anabranch.serve.guard.Role;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what the guard is told. {@code META-INF/microprofile-config.properties} documents the keys. */
public final class GuardSettings {

    public static final String INSECURE = "anabranch.security.insecure";
    public static final String TLS_ELSEWHERE = "anabranch.security.tls-elsewhere";
    public static final String TOKEN_KEYS = "anabranch.security.tokens.keys-file";
    public static final String TOKEN_ISSUER = "anabranch.security.tokens.issuer";
    public static final String TOKEN_AUDIENCE = "anabranch.security.tokens.audience";
    public static final String ROLES_CLAIM = "anabranch.security.tokens.roles-claim";
    public static final String TENANT_CLAIM = "anabranch.security.tokens.tenant-claim";
    public static final String CLIENT_CERTIFICATES = "anabranch.security.client-certificates";
    public static final String HEALTH = "anabranch.security.role.health";
    public static final String REFLECTION = "anabranch.security.role.reflection";
    public static final String METRICS = "anabranch.security.role.metrics";
    public static final String UNARY_CALLS = "anabranch.limits.unary-calls";
    public static final String STREAMS = "anabranch.limits.streams";
    public static final String REQUESTS = "anabranch.quota.requests-per-second";
    public static final String EVENTS = "anabranch.quota.events-per-second";
    /** Families of keys: the roles of a certificate's common name, and the quotas of a tenant. */
    public static final String CERTIFICATE_ROLES = "anabranch.security.certificate-roles.";

    public static final String TENANT_QUOTA = "anabranch.quota.tenant.";

    /** Every key that this class reads, without the families. */
    public static final List<String> KEYS = List.of(
            INSECURE,
            TLS_ELSEWHERE,
            TOKEN_KEYS,
            TOKEN_ISSUER,
            TOKEN_AUDIENCE,
            ROLES_CLAIM,
            TENANT_CLAIM,
            CLIENT_CERTIFICATES,
            HEALTH,
            REFLECTION,
            METRICS,
            UNARY_CALLS,
            STREAMS,
            REQUESTS,
            EVENTS);

    private static final List<String> FAMILIES = List.of(CERTIFICATE_ROLES, TENANT_QUOTA);
    private static final List<String> OWN_PREFIXES =
            List.of("anabranch.security.", "anabranch.limits.", "anabranch.quota.");
    private static final Pattern ANY_TEXT = Pattern.compile(".+");
    private static final Pattern TENANT_KEY = Pattern.compile("\"?([^\"]+?)\"?\\.(requests|events)-per-second");
    private static final String ROLE_WORDS = "reader, publisher and administrator";
    private static final int MOST = 1_000_000_000;

    private GuardSettings() {}

    /**
     * Reads and checks all keys. Keys of other parts of Anabranch are ignored.
     *
     * @throws InvalidConfigurationException at the first wrong value
     */
    public static GuardConfig from(Map<String, String> values) {
        refuseUnknownKeys(values);
        Settings settings = new Settings(values);
        return new GuardConfig(
                tokens(settings),
                clientCertificates(settings),
                certificateRoles(values),
                role(settings, HEALTH, Role.ANYONE),
                role(settings, REFLECTION, Role.READER),
                role(settings, METRICS, Role.ANYONE),
                settings.integer(UNARY_CALLS, 1000, 1, 1_000_000),
                settings.integer(STREAMS, 1000, 1, 1_000_000),
                new Quotas(
                        new Quota(settings.integer(REQUESTS, 0, 0, MOST), settings.integer(EVENTS, 0, 0, MOST)),
                        tenantQuotas(values)));
    }

    private static void refuseUnknownKeys(Map<String, String> values) {
        for (String key : new TreeSet<>(values.keySet())) {
            if (OWN_PREFIXES.stream().anyMatch(key::startsWith)
                    && !KEYS.contains(key)
                    && FAMILIES.stream().noneMatch(key::startsWith)) {
                throw new InvalidConfigurationException(
                        "The key %s is unknown; allowed are %s, and those that begin with %s."
                                .formatted(key, KEYS, FAMILIES));
            }
        }
    }

    private static @Nullable Tokens tokens(Settings settings) {
        String keys = settings.text(TOKEN_KEYS, "", ANY_TEXT, "paths of files");
        String issuer = settings.text(TOKEN_ISSUER, "", ANY_TEXT, "texts");
        String audience = settings.text(TOKEN_AUDIENCE, "", ANY_TEXT, "texts");
        if (keys.isEmpty() && issuer.isEmpty() && audience.isEmpty()) {
            return null;
        }
        if (keys.isEmpty() || issuer.isEmpty() || audience.isEmpty()) {
            throw new InvalidConfigurationException(
                    "Of the keys %s (%s), %s (%s) and %s (%s) either all or none must be set."
                            .formatted(TOKEN_KEYS, keys, TOKEN_ISSUER, issuer, TOKEN_AUDIENCE, audience));
        }
        return new Tokens(
                Path.of(keys),
                issuer,
                audience,
                settings.text(ROLES_CLAIM, "groups", ANY_TEXT, "names of claims"),
                settings.text(TENANT_CLAIM, "tenant", ANY_TEXT, "names of claims"));
    }

    private static ClientCertificates clientCertificates(Settings settings) {
        String word = settings.text(
                CLIENT_CERTIFICATES, "none", Pattern.compile("none|request|required"), "none, request and required");
        return ClientCertificates.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static Role role(Settings settings, String key, Role otherwise) {
        String word = settings.text(
                key,
                otherwise.label(),
                Pattern.compile("anyone|reader|publisher|administrator"),
                "anyone, " + ROLE_WORDS);
        return Role.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static Map<String, Set<Role>> certificateRoles(Map<String, String> values) {
        Map<String, Set<Role>> roles = new HashMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(CERTIFICATE_ROLES)) {
                roles.put(unquoted(key.substring(CERTIFICATE_ROLES.length())), roles(key, value));
            }
        });
        return roles;
    }

    private static Set<Role> roles(String key, String value) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String word : value.strip().split("\\s*,\\s*", -1)) {
            Role role = Role.labelled(word);
            if (role == null || role == Role.ANYONE) {
                throw new InvalidConfigurationException(
                        "The value (%s) of %s is wrong; allowed are %s, separated by commas."
                                .formatted(value, key, ROLE_WORDS));
            }
            roles.add(role);
        }
        return roles;
    }

    private static Map<String, Quota> tenantQuotas(Map<String, String> values) {
        Map<String, Quota> quotas = new HashMap<>();
        Settings settings = new Settings(values);
        for (String key : values.keySet()) {
            if (key.startsWith(TENANT_QUOTA)) {
                Matcher matcher = TENANT_KEY.matcher(key.substring(TENANT_QUOTA.length()));
                if (!matcher.matches()) {
                    throw new InvalidConfigurationException(
                            "The key %s is unknown; allowed are %sNAME.requests-per-second and %sNAME.events-per-second."
                                    .formatted(key, TENANT_QUOTA, TENANT_QUOTA));
                }
                int number = settings.integer(key, 0, 0, MOST);
                boolean requests = matcher.group(2).equals("requests");
                quotas.merge(
                        matcher.group(1),
                        requests ? new Quota(number, 0) : new Quota(0, number),
                        (a, b) -> new Quota(a.requests() + b.requests(), a.events() + b.events()));
            }
        }
        return quotas;
    }

    private static String unquoted(String text) {
        return text.length() > 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }
}
