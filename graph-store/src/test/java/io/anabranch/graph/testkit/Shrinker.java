package io.anabranch.graph.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Delta debugging: makes a failing list of events as short as it gets while it still fails. */
public final class Shrinker {

    private static final int LONGEST_SHOWN = 40;

    private Shrinker() {}

    /**
     * Runs the check on the list; if it fails, fails with the shortest list that still does, event by event.
     *
     * @param check must depend on the list alone, so that it can be run again: seed its randomness inside
     */
    public static <T> void check(List<T> events, Consumer<List<T>> check) {
        Throwable failure = failureOf(events, check);
        if (failure == null) {
            return;
        }
        List<T> shortest = shrink(events, list -> failureOf(list, check) != null);
        StringBuilder text =
                new StringBuilder("%d of %d events show the failure:".formatted(shortest.size(), events.size()));
        shortest.stream()
                .limit(LONGEST_SHOWN)
                .forEach(event -> text.append("\n    ").append(event));
        throw new AssertionError(text.toString(), failureOf(shortest, check));
    }

    private static <T> @Nullable Throwable failureOf(List<T> events, Consumer<List<T>> check) {
        try {
            check.accept(events);
            return null;
        } catch (AssertionError | RuntimeException failure) {
            return failure;
        }
    }

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
