package io.anabranch.serve.guard;

import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Refusal;
import io.anabranch.serve.Problem.Refused;
import io.anabranch.serve.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

/**
 * Decides of each call whether it goes on: is the RPC classified, who calls, has the caller its role, has the tenant requests left, is
 * there room. Never blocks, but for reading a key file that has changed. Any thread.
 */
public final class Guard {

    private final RpcTable table;
    private final Authentication authentication;
    private final Admission admission;
    private final TenantQuotas quotas;
    private final AuditLog log = new AuditLog();
    private volatile boolean closed;
    private final MeterRegistry meters;

    /** @throws IllegalArgumentException if the file of keys cannot be used */
    public Guard(GuardConfig config, RpcTable table, TenantQuotas quotas, MeterRegistry meters, Clock clock) {
        this.table = table;
        GuardConfig.Tokens tokens = config.tokens();
        this.authentication = new Authentication(config, tokens == null ? null : new TokenVerifier(tokens, clock));
        this.admission = new Admission(config.unaryCalls(), config.streams(), meters);
        this.quotas = quotas;
        this.meters = meters;
        for (Refusal refusal : Refusal.values()) {
            rejected(refusal);
        }
    }

    /**
     * Lets a call in.
     *
     * @param stream whether it stays open: any but a unary call
     * @throws ProblemException if it is refused
     */
    public Passage admit(String name, boolean stream, Credentials credentials, String requestId) {
        Rpc rpc = table.of(name);
        Caller caller = Caller.NOBODY;
        try {
            if (rpc == null) {
                throw refusal(Refusal.FORBIDDEN, "RPC_UNCLASSIFIED", "Nobody may call %s.".formatted(name));
            }
            caller = rpc.role() == Role.ANYONE ? Caller.NOBODY : authentication.identify(credentials);
            demand(rpc.role(), caller, name);
            if (closed) {
                throw Problem.stopping();
            }
            if (!rpc.limited()) {
                return new Passage(rpc, caller, requestId, null, log);
            }
            admission.requireOpen();
            quotas.takeRequest(caller);
            return new Passage(rpc, caller, requestId, admission.enter(stream), log);
        } catch (ProblemException e) {
            refused(e);
            if (rpc != null && rpc.administrative()) {
                log.record(caller, rpc, "", e.problem().reason(), requestId);
            }
            throw e;
        }
    }

    /** Lets in no call any more, but of health and status, and tells the streams to end. The first step of a stop. */
    public void stop() {
        admission.stop();
    }

    /**
     * Waits until no call is under way, health and status not counted. After {@link #stop()}.
     *
     * @return how many are under way still; 0: none
     */
    public int awaitIdle(Duration patience) throws InterruptedException {
        return admission.awaitIdle(patience);
    }

    /** Lets in nothing at all any more. The last step of a stop. */
    public void close() {
        closed = true;
    }

    /** For what is no RPC, such as metrics: only the role counts. */
    public void demand(Role role, Credentials credentials, String what) {
        if (role == Role.ANYONE) {
            return;
        }
        try {
            demand(role, authentication.identify(credentials), what);
        } catch (ProblemException e) {
            refused(e);
            throw e;
        }
    }

    private static void demand(Role role, Caller caller, String what) {
        if (caller.may(role)) {
            return;
        }
        // It is either the caller that is missing or the role.
        if (caller == Caller.NOBODY) {
            throw refusal(
                    Refusal.UNAUTHENTICATED,
                    "CREDENTIALS_MISSING",
                    "%s takes the role %s; the call has neither a token nor a certificate."
                            .formatted(what, role.label()));
        }
        throw refusal(
                Refusal.FORBIDDEN,
                "ROLE_MISSING",
                "%s takes the role %s, which %s has not.".formatted(what, role.label(), caller.name()));
    }

    private void refused(ProblemException e) {
        if (e.problem() instanceof Refused refused) {
            rejected(refused.refusal()).increment();
        }
    }

    /** Counts a call whose deadline had passed before anything was computed. */
    public Problem expired() {
        rejected(Refusal.EXPIRED).increment();
        return new Refused(
                Refusal.EXPIRED, "DEADLINE_PASSED", "The deadline had passed before the call's turn came.", null);
    }

    private static ProblemException refusal(Refusal refusal, String reason, String message) {
        return new Refused(refusal, reason, message, null).exception();
    }

    private Counter rejected(Refusal refusal) {
        return Counter.builder("anabranch.server.rejected")
                .description("Calls that were refused before anything was computed")
                .tag("reason", refusal.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}
