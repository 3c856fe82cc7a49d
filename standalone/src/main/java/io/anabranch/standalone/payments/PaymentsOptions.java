package io.anabranch.standalone.payments;

import java.time.Duration;

/**
 * Size and time of a payments stream.
 *
 * @param accounts open before the live part begins
 * @param payments ordinary payments before the live part begins
 * @param livePayments ordinary payments of the live part
 * @param newcomers accounts that open in the live part
 * @param historyEndMs event time at which the live part begins, milliseconds since 1970-01-01 UTC
 */
public record PaymentsOptions(
        int accounts, int payments, int livePayments, int newcomers, long historyEndMs, Duration history) {

    static final Duration LIVE = Duration.ofMinutes(50);

    public PaymentsOptions {
        if (accounts < 100) {
            throw new IllegalArgumentException("The number of accounts (%d) must be at least 100.".formatted(accounts));
        }
        if (payments < accounts) {
            throw new IllegalArgumentException("The number of payments (%d) must be at least that of accounts (%d)."
                    .formatted(payments, accounts));
        }
        if (livePayments < 0 || newcomers < 0) {
            throw new IllegalArgumentException("The live part (%d payments, %d newcomers) must not be negative."
                    .formatted(livePayments, newcomers));
        }
    }

    /** Five thousand accounts, thirty days of payments up to an hour ago, and the hour since. */
    public static PaymentsOptions of(int accounts, int livePayments, long nowMs) {
        return new PaymentsOptions(
                accounts,
                accounts * 10,
                livePayments,
                accounts / 20,
                nowMs - Duration.ofHours(1).toMillis(),
                Duration.ofDays(30));
    }

    long historyStartMs() {
        return historyEndMs - history.toMillis();
    }

    long liveEndMs() {
        return historyEndMs + LIVE.toMillis();
    }
}
