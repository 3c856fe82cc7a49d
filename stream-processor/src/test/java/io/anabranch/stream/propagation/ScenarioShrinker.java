package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.testkit.Shrinker;
import io.anabranch.stream.propagation.Action.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** Leaves out of a failing scenario what it does not take to fail: actions of its schedule first, then events that are not written any more. */
final class ScenarioShrinker {
    private ScenarioShrinker() {}

    /**
     * The result fails. It has few actions, and as few as possible if the time was enough.
     *
     * @param longest after which it makes do with what it has
     */
    static Scenario shrink(Scenario failing, Duration longest, Predicate<Scenario> fails) {
        long deadline = System.nanoTime() + longest.toNanos();
        var schedule = failing.schedule() == null ? Schedule.draw(failing) : failing.schedule();
        var actions = Shrinker.shrink(
                schedule,
                candidate -> System.nanoTime() < deadline && fails.test(failing.with(failing.trace(), candidate)));
        var shrunk = failing.with(failing.trace(), actions);
        var bare = withoutUnwritten(shrunk);
        return fails.test(bare) ? bare : shrunk;
    }

    /** The places of events change, and with them the partitions of the events topic. */
    private static Scenario withoutUnwritten(Scenario scenario) {
        var schedule = Objects.requireNonNull(scenario.schedule());
        if (schedule.stream().anyMatch(action -> action.kind() == Kind.IMPORT)) {
            // A snapshot names every event before it.
            return scenario;
        }
        var places = schedule.stream()
                .filter(ScenarioShrinker::namesEvent)
                .map(Action::number)
                .sorted()
                .distinct()
                .toList();
        List<GraphMutation> trace =
                places.stream().map(place -> scenario.trace().get(place)).toList();
        List<Action> renumbered = new ArrayList<>();
        for (var action : schedule) {
            renumbered.add(namesEvent(action) ? Action.of(action.kind(), places.indexOf(action.number())) : action);
        }
        return scenario.with(trace, renumbered);
    }

    private static boolean namesEvent(Action action) {
        return action.kind() == Kind.ROUTE
                || action.kind() == Kind.ROUTE_AGAIN
                || action.kind() == Kind.RECOMPUTE && action.number() >= 0;
    }
}
