package io.anabranch.learn.temporal;

import it.unimi.dsi.fastutil.ints.IntOpenHashSet;

/**
 * Edges of the past that do not happen now (Poursafaei et al., NeurIPS 2022): what separates a model that knows when from one that remembers
 * that. A pair is any that had an event before, all as likely, with any source; rivals are targets that the event's own source had an event
 * with before, the latest first (Huang et al., "Temporal graph benchmark", NeurIPS 2023). Where there are not enough of them, random negatives
 * fill up.
 */
public final class HistoricalNegatives implements NegativeSampler {

    private static final int ATTEMPTS = 64;
    /** Keeps the draws of this sampler apart from those of the random one that fills up. */
    private static final long OTHER_DRAWS = 0x5851F42D4C957F2DL;

    private final VertexSequences sequences;
    private final EventHistory history;
    private final PairHistory pairs;
    private final RandomNegatives random;
    private final Draws draws;

    public HistoricalNegatives(VertexSequences sequences, long seed) {
        this.sequences = sequences;
        this.history = sequences.history();
        this.pairs = PairHistory.of(history);
        this.random = new RandomNegatives(history, pairs, seed);
        this.draws = new Draws(seed ^ OTHER_DRAWS);
    }

    @Override
    public void addPair(int event, int number, LinkQueries queries) {
        double time = history.time(event);
        int seen = pairs.seenBefore(time);
        for (int attempt = 0; seen > 0 && attempt < ATTEMPTS; attempt++) {
            int pair = draws.below(seen, event, (long) number * ATTEMPTS + attempt);
            if (!pairs.at(pairs.source(pair), pairs.target(pair), time)) {
                queries.add(event, pairs.source(pair), pairs.target(pair));
                return;
            }
        }
        random.addPair(event, number, queries);
    }

    @Override
    public void addRivals(int event, int count, LinkQueries queries) {
        int source = history.source(event);
        double time = history.time(event);
        IntOpenHashSet taken = new IntOpenHashSet();
        for (int step = sequences.before(source, time) - 1;
                step >= sequences.first(source) && taken.size() < count;
                step--) {
            int past = sequences.event(step);
            int target = history.target(past);
            if (history.source(past) == source && !pairs.at(source, target, time) && taken.add(target)) {
                queries.add(event, source, target);
            }
        }
        random.addRivals(event, count - taken.size(), taken, queries);
    }
}
