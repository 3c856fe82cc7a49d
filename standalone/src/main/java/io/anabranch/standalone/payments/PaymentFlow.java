package io.anabranch.standalone.payments;

import io.anabranch.event.v1.GraphEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Who pays whom and when: ordinary payments of everybody, and the rings' own on top, so that a ring is never bare. */
final class PaymentFlow {

    private static final double TO_MERCHANT = 0.35;
    private static final double FROM_MERCHANT = 0.15;
    private static final double WITHIN_COMMUNITY = 0.35;
    private static final double REVERSED = 0.01;
    private static final long MOST_REVERSAL_MS = 3_600_000;
    private static final int PAYMENTS_PER_MEMBER = 4;
    private static final int COUNTERPARTIES = 2;

    private final PaymentsWorld world;
    private final RandomGenerator random;
    private final List<GraphEvent> events;
    private final Map<Integer, List<Account>> communities = new HashMap<>();

    PaymentFlow(PaymentsWorld world, RandomGenerator random, List<GraphEvent> events) {
        this.world = world;
        this.random = random;
        this.events = events;
        world.accounts()
                .forEach(account -> communities
                        .computeIfAbsent(account.community(), c -> new ArrayList<>())
                        .add(account));
    }

    void add(PaymentsOptions options) {
        ordinary(options.payments(), options.historyStartMs(), options.historyEndMs(), options.liveEndMs());
        ordinary(options.livePayments(), options.historyEndMs(), options.liveEndMs(), options.liveEndMs());
        for (List<Account> ring : world.rings()) {
            if (ring.size() > 2) {
                ring(ring, options);
            }
        }
    }

    private void ordinary(int payments, long fromMs, long untilMs, long endMs) {
        int made = 0;
        while (made < payments) {
            long time = random.nextLong(fromMs, untilMs);
            Account account = any(world.accounts());
            if (!account.open(time)) {
                continue;
            }
            String source = account.id();
            String target;
            double draw = random.nextDouble();
            if (draw < TO_MERCHANT) {
                target = any(world.merchants());
            } else if (draw < TO_MERCHANT + FROM_MERCHANT) {
                source = any(world.merchants());
                target = account.id();
            } else {
                boolean near = draw < TO_MERCHANT + FROM_MERCHANT + WITHIN_COMMUNITY;
                Account payee = any(near ? communities.getOrDefault(account.community(), List.of()) : world.accounts());
                if (!payee.open(time) || payee.equals(account)) {
                    continue;
                }
                target = payee.id();
            }
            events.add(Facts.payment(source, target, time));
            made++;
            if (random.nextDouble() < REVERSED) {
                events.add(Facts.reversal(
                        source, target, Math.min(endMs - 1, time + random.nextLong(1, MOST_REVERSAL_MS))));
            }
        }
    }

    /** Money goes round the ring and across it, and in and out through a few accounts that all of its members share. */
    private void ring(List<Account> ring, PaymentsOptions options) {
        long opened = ring.stream().mapToLong(Account::openedMs).max().orElseThrow();
        boolean live = opened >= options.historyEndMs();
        long until = live ? options.liveEndMs() : options.historyEndMs();
        long from = Math.min(opened + 1, until - 2);
        int size = ring.size();
        List<Account> shared = ring.subList(0, Math.min(COUNTERPARTIES, size));
        for (int m = 0; m < size; m++) {
            pay(ring.get(m), ring.get((m + 1) % size), from, until);
            for (int p = 1; p < PAYMENTS_PER_MEMBER; p++) {
                pay(ring.get(m), ring.get(random.nextInt(size)), from, until);
            }
            Account counterparty = any(shared);
            pay(ring.get(m), counterparty, from, until);
            pay(counterparty, ring.get(m), from, until);
        }
    }

    private void pay(Account source, Account target, long fromMs, long untilMs) {
        if (!source.equals(target)) {
            // Rings work in bursts: half of the money moves in the first tenth of the time.
            long span = Math.max(1, (untilMs - fromMs) / (random.nextBoolean() ? 10 : 1));
            events.add(Facts.payment(source.id(), target.id(), fromMs + random.nextLong(span)));
        }
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
