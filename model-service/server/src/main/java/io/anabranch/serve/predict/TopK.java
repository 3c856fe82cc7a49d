package io.anabranch.serve.predict;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/** The best of what it is offered; equals go by id, so that the same vectors give the same answer. One thread. */
final class TopK {

    /** @param rank the greater, the better */
    record Candidate(String id, NodeVector vector, double score, double rank) {}

    private static final Comparator<Candidate> WORST_FIRST =
            Comparator.comparingDouble(Candidate::rank).thenComparing(Candidate::id, Comparator.reverseOrder());

    private final int count;
    private final PriorityQueue<Candidate> kept;

    TopK(int count) {
        this.count = count;
        this.kept = new PriorityQueue<>(Math.min(count, 1000) + 1, WORST_FIRST);
    }

    /** @param accept is asked only about what would be kept; a rank that is no number never is */
    void offer(String id, NodeVector vector, double score, double rank, Predicate<String> accept) {
        if (Double.isNaN(rank) || !better(id, rank) || !accept.test(id)) {
            return;
        }
        kept.add(new Candidate(id, vector, score, rank));
        if (kept.size() > count) {
            kept.poll();
        }
    }

    private boolean better(String id, double rank) {
        if (kept.size() < count) {
            return true;
        }
        Candidate worst = kept.element();
        return rank > worst.rank() || rank == worst.rank() && id.compareTo(worst.id()) < 0;
    }

    int size() {
        return kept.size();
    }

    List<Candidate> bestFirst() {
        List<Candidate> best = new ArrayList<>(kept);
        best.sort(WORST_FIRST.reversed());
        return best;
    }
}
