package io.anabranch.standalone.payments;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.standalone.payments.Account.Share;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The whole stream in event-time order: a history with labels, and a live part in which new accounts open, some of them in
 * new rings that no label gives away.
 *
 * <p>Immutable. The same options and seed give the same stream; ids and rings depend on the seed and the sizes alone, not
 * on the time.
 */
public final class PaymentsStream {

    /** The labelled task and its two classes. */
    public static final String TASK = "fraud";

    public static final String FRAUD = "fraud";
    public static final String LEGIT = "legit";

    /** Length of every node's feature row. */
    public static final int FEATURE_DIMENSION = AccountFeatures.COUNT;

    private final List<GraphEvent> history;
    private final List<GraphEvent> live;
    private final Map<String, Boolean> testAccounts;
    private final Map<String, Boolean> newcomers;

    private PaymentsStream(
            List<GraphEvent> history,
            List<GraphEvent> live,
            Map<String, Boolean> testAccounts,
            Map<String, Boolean> newcomers) {
        this.history = history;
        this.live = live;
        this.testAccounts = testAccounts;
        this.newcomers = newcomers;
    }

    public static PaymentsStream generate(PaymentsOptions options, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PaymentsWorld world = PaymentsWorld.of(options, random);
        List<GraphEvent> events = new ArrayList<>();
        people(world, options, random, events);
        RandomGenerator payments = random.split();
        new PaymentFlow(world, payments, events).add(options);
        // Stable: facts of one millisecond keep their order, so that an account opens before it pays.
        events.sort(Comparator.comparingLong(GraphEvent::getEventTimeMs));
        int split = 0;
        while (split < events.size() && events.get(split).getEventTimeMs() < options.historyEndMs()) {
            split++;
        }
        return new PaymentsStream(
                List.copyOf(events.subList(0, split)),
                List.copyOf(events.subList(split, events.size())),
                truth(world, Share.TEST, options.historyEndMs()),
                truth(world, Share.UNLABELLED, Long.MIN_VALUE));
    }

    /** Everything up to the end of the history, labels included. */
    public List<GraphEvent> history() {
        return history;
    }

    /** What comes after. */
    public List<GraphEvent> live() {
        return live;
    }

    /** Accounts of the test part that are open at the end of the history, and whether each is in a ring. */
    public Map<String, Boolean> testAccounts() {
        return testAccounts;
    }

    /** Accounts that open in the live part, and whether each is in a ring. */
    public Map<String, Boolean> newcomers() {
        return newcomers;
    }

    private static void people(
            PaymentsWorld world, PaymentsOptions options, RandomGenerator random, List<GraphEvent> events) {
        for (String merchant : world.merchants()) {
            events.add(Facts.node(merchant, "merchant", AccountFeatures.ofMerchant(random), options.historyStartMs()));
        }
        for (Account account : world.accounts()) {
            String type = account.business() ? "business" : "personal";
            events.add(Facts.node(account.id(), type, AccountFeatures.ofAccount(account, random), account.openedMs()));
            if (random.nextDouble() < 0.1) {
                // A changed profile: the same account drawn anew.
                long last = Math.min(account.closedMs(), options.liveEndMs());
                long changed = random.nextLong(account.openedMs(), last);
                events.add(Facts.node(account.id(), type, AccountFeatures.ofAccount(account, random), changed));
            }
            if (account.closedMs() < options.liveEndMs()) {
                events.add(Facts.closed(account.id(), account.closedMs()));
            }
            if (account.share() != Share.UNLABELLED && account.open(options.historyEndMs() - 1)) {
                events.add(Facts.label(account, options.historyEndMs() - 1));
            }
        }
    }

    private static Map<String, Boolean> truth(PaymentsWorld world, Share share, long openAtMs) {
        Map<String, Boolean> truth = new LinkedHashMap<>();
        for (Account account : world.accounts()) {
            if (account.share() == share && account.closedMs() > openAtMs) {
                truth.put(account.id(), account.fraud());
            }
        }
        return truth;
    }
}
