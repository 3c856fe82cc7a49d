package io.anabranch.benchmark;

import io.anabranch.serve.guard.Credentials;
import io.anabranch.serve.guard.Guard;
import io.anabranch.serve.guard.GuardConfig;
import io.anabranch.serve.guard.GuardConfig.ClientCertificates;
import io.anabranch.serve.guard.GuardConfig.Quota;
import io.anabranch.serve.guard.GuardConfig.Quotas;
import io.anabranch.serve.guard.Role;
import io.anabranch.serve.guard.RpcTable;
import io.anabranch.serve.guard.TenantQuotas;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * What the guard takes of each call, by itself: letting a {@code Classify} in and ending it, without any transport. One thread, then two at
 * once on one guard. Each figure is the median of seven turns.
 */
public final class GuardTimes {

    private static final String CALL = "anabranch.v1.PredictionService/Classify";
    private static final String ISSUER = "https://issuer.example";
    private static final String AUDIENCE = "anabranch";
    private static final int TURNS = 7;
    private static final int CALLS = 500_000;
    private static final int SIGNATURES = 500;

    private GuardTimes() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        Logs.warnings();
        KeyPair pair = keys();
        String bearer = "Bearer " + token(pair, "reader-1");
        Quotas none = new Quotas(Quota.NONE, Map.of());
        Quotas wide = new Quotas(new Quota(1_000_000_000, 0), Map.of());
        System.out.println("| guard | ns a call, one thread | ns a call, each of two threads |");
        System.out.println("|---|---|---|");
        row("open", guard(null, none), null);
        row("open, quota", guard(null, wide), null);
        row("token, remembered", guard(pair, none), bearer);
        row("token, remembered, and quota", guard(pair, wide), bearer);
        fresh(pair);
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static String token(KeyPair pair, String subject) throws JoseException {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience(AUDIENCE);
        claims.setSubject(subject);
        claims.setExpirationTimeMinutesInTheFuture(60);
        claims.setStringListClaim("groups", List.of("reader"));
        JsonWebSignature signed = new JsonWebSignature();
        signed.setPayload(claims.toJson());
        signed.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signed.setKey(pair.getPrivate());
        return signed.getCompactSerialization();
    }

    private static Guard guard(@Nullable KeyPair pair, Quotas quotas) throws IOException {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        GuardConfig config = new GuardConfig(
                pair == null ? null : new GuardConfig.Tokens(file(pair), ISSUER, AUDIENCE, "groups", "tenant"),
                ClientCertificates.NONE,
                Map.of(),
                Role.ANYONE,
                Role.READER,
                Role.ANYONE,
                1_000,
                1_000,
                quotas);
        return new Guard(
                config,
                new RpcTable(Role.ANYONE, Role.READER),
                new TenantQuotas(quotas, meters, TimeMeter.SYSTEM_NANOTIME),
                meters,
                Clock.systemUTC());
    }

    private static Path file(KeyPair pair) throws IOException {
        Path file = Files.createTempFile("guard", ".pem");
        file.toFile().deleteOnExit();
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(pair.getPublic().getEncoded());
        return Files.writeString(file, "-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n");
    }

    private static void row(String name, Guard guard, @Nullable String authorization) throws InterruptedException {
        measure(guard, authorization, 1);
        System.out.printf(
                "| %s | %,.0f | %,.0f |%n", name, measure(guard, authorization, 1), measure(guard, authorization, 2));
    }

    private static double measure(Guard guard, @Nullable String authorization, int threads)
            throws InterruptedException {
        List<Double> turns = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            long begin = System.nanoTime();
            List<Thread> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(Thread.ofPlatform().start(() -> {
                    for (int n = 0; n < CALLS; n++) {
                        guard.admit(CALL, false, new Credentials(authorization, null), "request")
                                .end("OK");
                    }
                }));
            }
            for (Thread thread : running) {
                thread.join();
            }
            turns.add((System.nanoTime() - begin) / (double) CALLS);
        }
        return turns.stream().sorted().toList().get(TURNS / 2);
    }

    /** The first call with a token pays for its signature; it is then remembered for a minute. */
    private static void fresh(KeyPair pair) throws IOException, JoseException {
        Guard guard = guard(pair, new Quotas(Quota.NONE, Map.of()));
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < TURNS * SIGNATURES; i++) {
            tokens.add("Bearer " + token(pair, "reader-" + i));
        }
        List<Double> turns = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            long begin = System.nanoTime();
            for (String token : tokens.subList(turn * SIGNATURES, (turn + 1) * SIGNATURES)) {
                guard.admit(CALL, false, new Credentials(token, null), "request")
                        .end("OK");
            }
            turns.add((System.nanoTime() - begin) / (double) SIGNATURES);
        }
        System.out.printf(
                "| token, new (RS256, 2,048 bits) | %,.0f | – |%n",
                turns.stream().sorted().toList().get(TURNS / 2));
    }
}
