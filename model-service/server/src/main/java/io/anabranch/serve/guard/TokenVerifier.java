package io.anabranch.serve.guard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.anabranch.serve.guard.GuardConfig.Tokens;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Checks signed JSON Web Tokens offline: signature by an asymmetric key of the file, issuer, audience, subject, times. What it has
 * verified it remembers for a minute, so that a busy client costs one signature a minute. Any thread.
 */
final class TokenVerifier {

    private static final Logger LOG = Logger.getLogger(TokenVerifier.class);
    private static final int CLOCK_SKEW_S = 30;
    private static final int MAX_TOKEN_CHARS = 16_384;
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA384,
            AlgorithmIdentifiers.RSA_USING_SHA512,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
            AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512,
            AlgorithmIdentifiers.EDDSA);

    private record Verified(Caller caller, long expiresMs, int keysVersion) {}

    private final Tokens config;
    private final VerificationKeys keys;
    private final Clock clock;
    private final Cache<String, Verified> remembered = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(1))
            .ticker(Ticker.systemTicker())
            .build();

    TokenVerifier(Tokens config, Clock clock) {
        this.config = config;
        this.keys = new VerificationKeys(config.keys(), clock);
        this.clock = clock;
    }

    Caller verify(String token) {
        if (token.length() > MAX_TOKEN_CHARS) {
            throw Authentication.refused(
                    "TOKEN_REFUSED", "The token is longer than %d characters.".formatted(MAX_TOKEN_CHARS));
        }
        VerificationKeys.Current current = keys.current();
        Verified before = remembered.getIfPresent(token);
        if (before != null && before.keysVersion() == current.version() && clock.millis() < before.expiresMs()) {
            return before.caller();
        }
        Verified verified = check(token, current);
        remembered.put(token, verified);
        return verified.caller();
    }

    private Verified check(String token, VerificationKeys.Current current) {
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setVerificationKeyResolver(current.resolver())
                .setJwsAlgorithmConstraints(ALGORITHMS)
                .setExpectedIssuer(config.issuer())
                .setExpectedAudience(config.audience())
                .setRequireSubject()
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(CLOCK_SKEW_S)
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                .build();
        try {
            JwtClaims claims = consumer.processToClaims(token);
            String subject = claims.getSubject();
            String tenant =
                    claims.hasClaim(config.tenantClaim()) ? claims.getStringClaimValue(config.tenantClaim()) : subject;
            return new Verified(
                    new Caller(subject, tenant, roles(claims)),
                    claims.getExpirationTime().getValueInMillis(),
                    current.version());
        } catch (InvalidJwtException e) {
            // Its message holds the token's claims: for us, not for the caller.
            LOG.debugf("A token was refused: %s", e.getMessage());
            throw e.hasExpired()
                    ? Authentication.refused("TOKEN_EXPIRED", "The token has expired.")
                    : Authentication.refused("TOKEN_REFUSED", "The token is not one that this server takes.");
        } catch (MalformedClaimException e) {
            LOG.debugf("A token was refused: %s", e.getMessage());
            throw Authentication.refused("TOKEN_REFUSED", "The token has a claim of the wrong type.");
        }
    }

    private Set<Role> roles(JwtClaims claims) {
        Object value = claims.getClaimsMap();
        for (String step : config.rolesClaim().split("/", -1)) {
            value = value instanceof Map<?, ?> object ? object.get(step) : null;
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (Object word : words(value)) {
            Role role = Role.labelled(String.valueOf(word));
            // Tokens of an organisation name roles of other services too.
            if (role != null) {
                roles.add(role);
            }
        }
        return roles;
    }

    private static Collection<?> words(@Nullable Object value) {
        return switch (value) {
            case Collection<?> list -> list;
            case String text -> Arrays.asList(text.split(" ", -1));
            case null, default -> Set.of();
        };
    }
}
