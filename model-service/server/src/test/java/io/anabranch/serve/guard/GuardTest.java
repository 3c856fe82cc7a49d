package io.anabranch.serve.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anabranch.serve.Problem.Refusal;
import io.anabranch.serve.Problem.Refused;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.guard.GuardConfig.ClientCertificates;
import io.anabranch.serve.guard.GuardConfig.Quota;
import io.anabranch.serve.guard.GuardConfig.Quotas;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class GuardTest {

    private static final String READ = "anabranch.v1.PredictionService/Classify";
    private static final String PROMOTE = "anabranch.v1.ModelService/PromoteModel";
    private static final Credentials NONE = new Credentials(null, null);
    private static final KeyPair PAIR = Tokens.rsa();

    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private long nanos;
    private Path keys;

    @BeforeEach
    void writeKeys() throws IOException {
        keys = Tokens.writePublicKey(folder.resolve("keys.pem"), PAIR);
    }

    private Guard guard(boolean authenticates, int unary, int streams, Quotas quotas) {
        GuardConfig config = new GuardConfig(
                authenticates ? new GuardConfig.Tokens(keys, Tokens.ISSUER, Tokens.AUDIENCE, "groups", "tenant") : null,
                ClientCertificates.NONE,
                Map.of(),
                Role.ANYONE,
                Role.READER,
                Role.ANYONE,
                unary,
                streams,
                quotas);
        TimeMeter time = new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return nanos;
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
        return new Guard(
                config,
                new RpcTable(Role.ANYONE, Role.READER),
                new TenantQuotas(quotas, meters, time),
                meters,
                Clock.systemUTC());
    }

    private Guard open(int unary, int streams) {
        return guard(false, unary, streams, new Quotas(Quota.NONE, Map.of()));
    }

    private static Credentials token(String subject, String... roles) {
        return new Credentials(
                "Bearer " + Tokens.sign(PAIR, Tokens.claims(subject, System.currentTimeMillis(), roles)), null);
    }

    private static Refused refused(Runnable call) {
        ProblemException e = catchThrowableOfType(ProblemException.class, call::run);
        assertThat(e).isNotNull();
        return (Refused) e.problem();
    }

    private double rejected(String reason) {
        return meters.get("anabranch.server.rejected")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private double inFlight(String kind) {
        return meters.get("anabranch.server.in.flight")
                .tag("kind", kind)
                .gauge()
                .value();
    }

    @Test
    void withoutAuthenticationEverybodyMayDoEverythingButTheUnclassified() {
        Guard guard = open(10, 10);
        guard.admit(PROMOTE, false, NONE, "r").end("OK");
        assertThat(refused(() -> guard.admit("a.B/C", false, NONE, "r")).reason())
                .isEqualTo("RPC_UNCLASSIFIED");
    }

    @Test
    void rolesDecide() {
        Guard guard = guard(true, 10, 10, new Quotas(Quota.NONE, Map.of()));
        Refused missing = refused(() -> guard.admit(READ, false, NONE, "r"));
        assertThat(missing.refusal()).isEqualTo(Refusal.UNAUTHENTICATED);
        assertThat(missing.reason()).isEqualTo("CREDENTIALS_MISSING");
        assertThat(refused(() -> guard.admit(READ, false, new Credentials("Basic YTpi", null), "r"))
                        .reason())
                .isEqualTo("TOKEN_REFUSED");

        guard.admit(READ, false, token("ann", "reader"), "r").end("OK");
        guard.admit(READ, false, token("root", "administrator"), "r").end("OK");
        Refused role = refused(() -> guard.admit(PROMOTE, false, token("ann", "reader"), "r"));
        assertThat(role.refusal()).isEqualTo(Refusal.FORBIDDEN);
        assertThat(role.reason()).isEqualTo("ROLE_MISSING");
        assertThat(refused(() -> guard.admit(READ, false, token("bob", "publisher"), "r"))
                        .reason())
                .isEqualTo("ROLE_MISSING");
        guard.admit("grpc.health.v1.Health/Check", false, NONE, "r").end("OK");
        assertThat(rejected("forbidden")).isEqualTo(2);
        assertThat(rejected("unauthenticated")).isEqualTo(2);
    }

    @Test
    void beyondTheLimitCallsAreRefusedAtOnceUntilOneEnds() {
        Guard guard = open(2, 1);
        Passage first = guard.admit(READ, false, NONE, "r");
        guard.admit(READ, false, NONE, "r");
        Refused overload = refused(() -> guard.admit(READ, false, NONE, "r"));
        assertThat(overload.refusal()).isEqualTo(Refusal.OVERLOADED);
        assertThat(overload.retryAfter()).isPositive();
        assertThat(inFlight("unary")).isEqualTo(2);

        guard.admit("anabranch.v1.ModelService/WatchTraining", true, NONE, "r");
        assertThat(refused(() -> guard.admit("anabranch.v1.IngestService/Publish", true, NONE, "r"))
                        .refusal())
                .isEqualTo(Refusal.OVERLOADED);
        // Operators and orchestrators are heard all the same.
        guard.admit("anabranch.v1.StatusService/GetStatus", false, NONE, "r");
        guard.admit("grpc.health.v1.Health/Watch", true, NONE, "r");

        first.end("OK");
        first.end("CANCELLED");
        assertThat(inFlight("unary")).isEqualTo(1);
        guard.admit(READ, false, NONE, "r");
        assertThat(rejected("overloaded")).isEqualTo(2);
    }

    @Test
    void aStopLetsNobodyInAndWaitsForThoseWhoAreIn() throws InterruptedException {
        Guard guard = open(10, 10);
        Passage unary = guard.admit(READ, false, NONE, "r");
        Passage stream = guard.admit("anabranch.v1.IngestService/Publish", true, NONE, "r");
        Passage over = guard.admit("anabranch.v1.IngestService/Publish", true, NONE, "r");
        List<String> told = new ArrayList<>();
        stream.onStop(() -> told.add("stream"));
        over.onStop(() -> told.add("over"));
        over.end("OK");

        guard.stop();
        assertThat(told).containsExactly("stream");
        Refused refused = refused(() -> guard.admit(READ, false, NONE, "r"));
        assertThat(refused.refusal()).isEqualTo(Refusal.STOPPING);
        assertThat(refused.retryAfter()).isPositive();
        assertThat(rejected("stopping")).isOne();
        unary.onStop(() -> told.add("late"));
        assertThat(told).as("who asks after it is told at once").containsExactly("stream", "late");
        // Orchestrators are answered until the end.
        guard.admit("grpc.health.v1.Health/Watch", true, NONE, "r");

        assertThat(guard.awaitIdle(Duration.ofMillis(1))).isEqualTo(2);
        unary.end("OK");
        assertThat(guard.awaitIdle(Duration.ofMillis(1))).isOne();
        Thread ending = Thread.ofVirtual().start(() -> stream.end("UNAVAILABLE"));
        assertThat(guard.awaitIdle(Duration.ofMinutes(1))).isZero();
        ending.join();

        guard.close();
        assertThat(refused(() -> guard.admit("grpc.health.v1.Health/Check", false, NONE, "r"))
                        .refusal())
                .isEqualTo(Refusal.STOPPING);
    }

    @Test
    void aStopWithNobodyInIsOverAtOnce() throws InterruptedException {
        Guard guard = open(10, 10);
        guard.admit(READ, false, NONE, "r").end("OK");
        guard.admit("grpc.health.v1.Health/Watch", true, NONE, "r");
        guard.stop();
        assertThat(guard.awaitIdle(Duration.ZERO)).isZero();
    }

    @Test
    void tenantsHaveSharesOfTheirOwn() {
        Quotas quotas = new Quotas(new Quota(2, 0), Map.of("acme", new Quota(5, 1)));
        Guard guard = guard(true, 100, 100, quotas);
        for (int i = 0; i < 2; i++) {
            guard.admit(READ, false, token("ann", "reader"), "r").end("OK");
        }
        Refused quota = refused(() -> guard.admit(READ, false, token("ann", "reader"), "r"));
        assertThat(quota.refusal()).isEqualTo(Refusal.QUOTA);
        assertThat(quota.retryAfter()).isEqualTo(Duration.ofMillis(500));
        guard.admit(READ, false, token("bob", "reader"), "r").end("OK");
        for (int i = 0; i < 5; i++) {
            guard.admit(READ, false, token("acme", "reader"), "r").end("OK");
        }
        nanos += Duration.ofMillis(500).toNanos();
        guard.admit(READ, false, token("ann", "reader"), "r").end("OK");

        // Tenants that nobody has configured share one name: their number is anybody's.
        assertThat(meters.find("anabranch.tenant.requests").counters().stream()
                        .map(counter -> counter.getId().getTag("tenant"))
                        .distinct())
                .containsExactlyInAnyOrder("acme", "other");
    }

    @Test
    void administrativeCallsAreLoggedRefusedOnesToo() {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(AuditLog.CATEGORY);
        logger.addHandler(handler);
        try {
            Guard guard = guard(true, 10, 10, new Quotas(Quota.NONE, Map.of()));
            Passage passage = guard.admit(PROMOTE, false, token("root", "administrator"), "r1");
            assertThat(passage.wantsTarget()).isTrue();
            passage.target("name=default version=7");
            passage.end("OK");
            passage.end("CANCELLED");
            assertThat(refused(() -> guard.admit(PROMOTE, false, token("ann", "reader"), "r2"))
                            .reason())
                    .isEqualTo("ROLE_MISSING");
            guard.admit(READ, false, token("ann", "reader"), "r3").end("OK");
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(lines)
                .containsExactly(
                        "{\"who\":\"root\",\"tenant\":\"root\",\"what\":\"" + PROMOTE
                                + "\",\"target\":\"name=default version=7\",\"outcome\":\"OK\",\"request_id\":\"r1\"}",
                        "{\"who\":\"ann\",\"tenant\":\"ann\",\"what\":\"" + PROMOTE
                                + "\",\"target\":\"\",\"outcome\":\"ROLE_MISSING\",\"request_id\":\"r2\"}");
    }
}
