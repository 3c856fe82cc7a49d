package io.anabranch.serve.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.serve.Problem.Refusal;
import io.anabranch.serve.Problem.Refused;
import io.anabranch.serve.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class TokenVerifierTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final KeyPair PAIR = Tokens.rsa();

    /** Stands still unless moved. */
    private static final class HandClock extends Clock {
        private long millis = NOW;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }
    }

    @TempDir
    Path folder;

    private final HandClock clock = new HandClock();
    private Path keys;
    private TokenVerifier verifier;

    @BeforeEach
    void open() throws IOException {
        keys = Tokens.writePublicKey(folder.resolve("keys.pem"), PAIR);
        verifier = verifier("groups");
    }

    private TokenVerifier verifier(String rolesClaim) {
        return new TokenVerifier(
                new GuardConfig.Tokens(keys, Tokens.ISSUER, Tokens.AUDIENCE, rolesClaim, "tenant"), clock);
    }

    private static JwtClaims claims() {
        return Tokens.claims("ann", NOW, "reader", "publisher", "a role of another service");
    }

    private void assertRefused(String token, String reason) {
        assertThatThrownBy(() -> verifier.verify(token)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem()).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.refusal()).isEqualTo(Refusal.UNAUTHENTICATED);
                assertThat(refused.reason()).isEqualTo(reason);
                assertThat(refused.message()).doesNotContain("ann");
            });
        });
    }

    @Test
    void aRightTokenNamesCallerTenantAndRoles() {
        JwtClaims claims = claims();
        claims.setStringClaim("tenant", "acme");
        assertThat(verifier.verify(Tokens.sign(PAIR, claims)))
                .isEqualTo(new Caller("ann", "acme", java.util.Set.of(Role.READER, Role.PUBLISHER)));
        assertThat(verifier.verify(Tokens.sign(PAIR, claims())).tenant()).isEqualTo("ann");
    }

    @Test
    void rolesLieWhereTheClaimSays() {
        JwtClaims claims = claims();
        claims.setClaim("realm_access", Map.of("roles", List.of("administrator")));
        claims.setStringClaim("scope", "reader openid");
        assertThat(verifier("realm_access/roles")
                        .verify(Tokens.sign(PAIR, claims))
                        .roles())
                .containsExactly(Role.ADMINISTRATOR);
        assertThat(verifier("scope").verify(Tokens.sign(PAIR, claims)).roles()).containsExactly(Role.READER);
        assertThat(verifier("nowhere/at/all").verify(Tokens.sign(PAIR, claims)).roles())
                .isEmpty();
    }

    @Test
    void everyWrongTokenIsRefused() throws IOException {
        JwtClaims expired = claims();
        expired.setExpirationTime(NumericDate.fromMilliseconds(NOW - 31_000));
        assertRefused(Tokens.sign(PAIR, expired), "TOKEN_EXPIRED");

        JwtClaims issuer = claims();
        issuer.setIssuer("https://somebody.else");
        assertRefused(Tokens.sign(PAIR, issuer), "TOKEN_REFUSED");

        JwtClaims audience = claims();
        audience.setAudience("another service");
        assertRefused(Tokens.sign(PAIR, audience), "TOKEN_REFUSED");

        JwtClaims early = claims();
        early.setNotBefore(NumericDate.fromMilliseconds(NOW + 60_000));
        assertRefused(Tokens.sign(PAIR, early), "TOKEN_REFUSED");

        JwtClaims forEver = claims();
        forEver.unsetClaim("exp");
        assertRefused(Tokens.sign(PAIR, forEver), "TOKEN_REFUSED");

        JwtClaims nameless = claims();
        nameless.unsetClaim("sub");
        assertRefused(Tokens.sign(PAIR, nameless), "TOKEN_REFUSED");

        assertRefused(Tokens.sign(Tokens.rsa(), claims()), "TOKEN_REFUSED");
        assertRefused(Tokens.unsigned(claims()), "TOKEN_REFUSED");
        assertRefused(Tokens.confused(Files.readString(keys), claims()), "TOKEN_REFUSED");
        assertRefused("", "TOKEN_REFUSED");
        assertRefused("a.b.c", "TOKEN_REFUSED");
        assertRefused("x".repeat(20_000), "TOKEN_REFUSED");
        String right = Tokens.sign(PAIR, claims());
        assertRefused(right.substring(0, right.length() - 4) + "AAAA", "TOKEN_REFUSED");
    }

    @Test
    void aTokenThatWasTakenExpiresAllTheSame() {
        String token = Tokens.sign(PAIR, claims());
        assertThat(verifier.verify(token).name()).isEqualTo("ann");
        clock.millis = NOW + 631_000;
        assertRefused(token, "TOKEN_EXPIRED");
    }

    @Test
    void aKeySetChoosesByKeyId() throws Exception {
        KeyPair other = Tokens.pair("EC");
        PublicJsonWebKey first = PublicJsonWebKey.Factory.newPublicJwk(PAIR.getPublic());
        PublicJsonWebKey second =
                PublicJsonWebKey.Factory.newPublicJwk(Tokens.rsa().getPublic());
        keys = Files.writeString(folder.resolve("keys.json"), new JsonWebKeySet(first, second).toJson());
        assertThat(verifier("groups").verify(Tokens.sign(PAIR, claims())).name())
                .isEqualTo("ann");
        verifier = verifier("groups");
        assertRefused(Tokens.sign(other, claims()), "TOKEN_REFUSED");
    }

    @Test
    void anEllipticCurveKeyVerifiesToo() throws IOException {
        KeyPair pair = Tokens.pair("EC");
        Tokens.writePublicKey(keys, pair);
        assertThat(verifier("groups").verify(Tokens.sign(pair, claims())).name())
                .isEqualTo("ann");
    }

    @Test
    void newKeysAreTakenWhenTheFileChangesAndOldOnesStayWhenItIsBroken() throws IOException {
        String before = Tokens.sign(PAIR, claims());
        assertThat(verifier.verify(before).name()).isEqualTo("ann");

        Files.writeString(keys, "no key at all");
        Files.setLastModifiedTime(keys, FileTime.fromMillis(1_000));
        clock.millis += 6_000;
        assertThat(verifier.verify(before).name()).isEqualTo("ann");

        KeyPair next = Tokens.rsa();
        Tokens.writePublicKey(keys, next);
        Files.setLastModifiedTime(keys, FileTime.fromMillis(2_000));
        clock.millis += 6_000;
        assertThat(verifier.verify(Tokens.sign(next, claims())).name()).isEqualTo("ann");
        assertRefused(before, "TOKEN_REFUSED");
    }

    @Test
    void aFileWithoutKeysIsRefusedAtStart() throws IOException {
        Files.writeString(keys, "{\"keys\": [");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> verifier("groups"))
                .withMessageContaining(keys.toString());
    }
}
