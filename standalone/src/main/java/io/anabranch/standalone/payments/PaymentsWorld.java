package io.anabranch.standalone.payments;

import io.anabranch.standalone.payments.Account.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Who there is: accounts in communities, some of them in fraud rings, and merchants. The same seed gives the same world. */
record PaymentsWorld(List<Account> accounts, List<String> merchants, List<List<Account>> rings) {

    private static final double RING_SHARE = 0.08;
    private static final int SMALLEST_RING = 6;
    private static final int LARGEST_RING = 14;
    private static final int COMMUNITY_SIZE = 25;
    private static final double BUSINESS_SHARE = 0.15;
    private static final double CLOSED_SHARE = 0.02;

    static PaymentsWorld of(PaymentsOptions options, RandomGenerator random) {
        List<Account> accounts = new ArrayList<>();
        List<List<Account>> rings = new ArrayList<>();
        List<Integer> ringOfNext = new ArrayList<>();
        long historyMs = options.history().toMillis();
        int communities = Math.max(1, options.accounts() / COMMUNITY_SIZE);
        for (int i = 0; i < options.accounts() + options.newcomers(); i++) {
            boolean newcomer = i >= options.accounts();
            if (ringOfNext.isEmpty()) {
                nextGroup(rings, ringOfNext, random);
            }
            int ring = ringOfNext.removeLast();
            long openedMs = newcomer
                    ? options.historyEndMs() + random.nextLong(PaymentsOptions.LIVE.toMillis() / 3)
                    : options.historyStartMs() + random.nextLong(historyMs / 2);
            Share share = newcomer ? Share.UNLABELLED : share(random);
            boolean closes = !newcomer && ring == Account.NO_RING && random.nextDouble() < CLOSED_SHARE;
            long closedMs = closes ? closing(options, share, random) : Long.MAX_VALUE;
            boolean business = random.nextDouble() < BUSINESS_SHARE;
            // A later run on the same graph has newcomers of its own.
            String id = newcomer
                    ? "newcomer-%s-%d"
                            .formatted(Long.toString(options.historyEndMs() / 1000, 36), i - options.accounts())
                    : "account-" + i;
            Account account = new Account(id, business, random.nextInt(communities), ring, openedMs, closedMs, share);
            accounts.add(account);
            if (ring != Account.NO_RING) {
                rings.get(ring).add(account);
            }
        }
        List<String> merchants = new ArrayList<>();
        for (int i = 0; i < Math.max(10, options.accounts() / 25); i++) {
            merchants.add("merchant-" + i);
        }
        return new PaymentsWorld(List.copyOf(accounts), List.copyOf(merchants), List.copyOf(rings));
    }

    /** One ring and as many honest accounts as keep the rings' share, in random order. */
    private static void nextGroup(List<List<Account>> rings, List<Integer> ringOfNext, RandomGenerator random) {
        int size = random.nextInt(SMALLEST_RING, LARGEST_RING + 1);
        int all = (int) Math.round(size / RING_SHARE);
        for (int i = 0; i < all; i++) {
            ringOfNext.add(random.nextInt(ringOfNext.size() + 1), i < size ? rings.size() : Account.NO_RING);
        }
        rings.add(new ArrayList<>());
    }

    private static Share share(RandomGenerator random) {
        double draw = random.nextDouble();
        return draw < 0.6 ? Share.TRAIN : draw < 0.8 ? Share.VALIDATION : Share.TEST;
    }

    /** Late in the history, or live; a test account only in the history, so that every run judges the same accounts. */
    private static long closing(PaymentsOptions options, Share share, RandomGenerator random) {
        long day = options.history().toMillis() / 30;
        boolean live = random.nextBoolean() && share != Share.TEST;
        return live
                ? options.historyEndMs() + random.nextLong(PaymentsOptions.LIVE.toMillis())
                : options.historyEndMs() - random.nextLong(1, 5 * day);
    }
}
