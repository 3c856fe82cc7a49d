package io.anabranch.graph.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Delta debugging: makes a failing list of events as short as it gets while it still fails. */
public final class Shrinker {

    private Shrinker() {}

    /**
     * Leaves out ever smaller runs of elements as long as the rest fails. The result fails, and no single element can be left out.
     *
     * @param fails whether a list shows the failure; an exception counts as the caller says
     */
    public static <T> List<T> shrink(List<T> failing, Predicate<List<T>> fails) {
        List<T> kept = new ArrayList<>(failing);
        int run = Math.max(1, kept.size() / 2);
        while (true) {
            boolean shorter = false;
            for (int from = 0; from < kept.size(); ) {
                List<T> candidate = new ArrayList<>(kept);
                candidate.subList(from, Math.min(from + run, kept.size())).clear();
                if (fails.test(candidate)) {
                    kept = candidate;
                    shorter = true;
                } else {
                    from += run;
                }
            }
            if (run > 1) {
                run /= 2;
            } else if (!shorter) {
                return kept;
            }
        }
    }
}
