package io.anabranch.learn.temporal;

import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.util.BitSet;

/**
 * The event's source with any target of the whole history, all as likely (Rossi et al., "Temporal graph networks", 2020), but none that the
 * source has an event with at that time. Rivals differ from each other as far as there are enough targets.
 */
public final class RandomNegatives implements NegativeSampler {

    /** So many draws in a row are in vain only where next to no target is left. */
    private static final int ATTEMPTS = 64;

    private final EventHistory history;
    private final PairHistory pairs;
    private final int[] targets;
    private final Draws draws;

    public RandomNegatives(EventHistory history, long seed) {
        this(history, PairHistory.of(history), seed);
    }

    RandomNegatives(EventHistory history, PairHistory pairs, long seed) {
        this.history = history;
        this.pairs = pairs;
        this.draws = new Draws(seed);
        BitSet distinct = new BitSet();
        for (int e = 0; e < history.events(); e++) {
            distinct.set(history.target(e));
        }
        this.targets = distinct.stream().toArray();
        if (targets.length < 2) {
            throw new IllegalArgumentException(
                    "The history has (%d) different targets; a negative needs 2.".formatted(targets.length));
        }
    }

    @Override
    public void addPair(int event, int number, LinkQueries queries) {
        queries.add(event, history.source(event), target(event, (long) number * ATTEMPTS, new IntOpenHashSet()));
    }

    @Override
    public void addRivals(int event, int count, LinkQueries queries) {
        addRivals(event, count, new IntOpenHashSet(), queries);
    }

    /** The same, where some targets are taken already. */
    void addRivals(int event, int count, IntOpenHashSet taken, LinkQueries queries) {
        for (int i = 0; i < count; i++) {
            int target = target(event, (long) i * ATTEMPTS, taken);
            taken.add(target);
            queries.add(event, history.source(event), target);
        }
    }

    /** A target from the draws of these numbers on; after too many in vain one that is taken, but still no event. */
    private int target(int event, long number, IntOpenHashSet taken) {
        int source = history.source(event);
        double time = history.time(event);
        int fallback = -1;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int target = targets[draws.below(targets.length, event, number + attempt)];
            if (!pairs.at(source, target, time)) {
                if (!taken.contains(target)) {
                    return target;
                }
                fallback = target;
            }
        }
        return fallback >= 0 ? fallback : anyOther(source, time);
    }

    private int anyOther(int source, double time) {
        for (int target : targets) {
            if (!pairs.at(source, target, time)) {
                return target;
            }
        }
        throw new IllegalArgumentException(
                "The vertex %d has events with all %d targets at the time %s: there is no negative."
                        .formatted(source, targets.length, time));
    }
}
