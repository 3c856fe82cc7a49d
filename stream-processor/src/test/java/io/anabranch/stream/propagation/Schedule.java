package io.anabranch.stream.propagation;

import io.anabranch.stream.propagation.Action.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws from a scenario's seed who reads what when, who commits, who dies, and how late each hears of the models. */
final class Schedule {
    private final Scenario scenario;
    private final SplittableRandom random;
    private final int partitions;
    private final boolean crashes;
    private final List<Action> actions = new ArrayList<>();

    private Schedule(Scenario scenario) {
        this.scenario = scenario;
        random = new SplittableRandom(scenario.seed());
        partitions = scenario.partitions();
        crashes = scenario.mode() != CrashMode.NONE;
    }

    static List<Action> draw(Scenario scenario) {
        var schedule = new Schedule(scenario);
        schedule.feed();
        int fed = schedule.actions.size();
        if (scenario.models().size() == 2) {
            schedule.switchVersions();
        }
        schedule.snapshots(fed);
        return schedule.actions;
    }

    /**
     * Snapshots of the trace, before the stream or in its midst. By a random generator of their own: the rest is as it would be without. Behind a
     * lateness only before, since what was forgotten cannot refuse what a snapshot brings. Not where every kind of key has a store of its own: how
     * late a snapshot's registers are is stored before them, in the same store.
     */
    private void snapshots(int fed) {
        var own = new SplittableRandom(scenario.seed() + 2);
        if (own.nextInt(4) > 0 || scenario.mode() == CrashMode.SEPARATE_STORES) {
            return;
        }
        int events = scenario.trace().size();
        boolean midst = scenario.lateness() == LogClock.ANY_LATENESS
                && !SimulatedSnapshot.triplyTied(scenario.trace())
                && own.nextBoolean();
        for (int i = midst ? own.nextInt(1, 4) : 1; i > 0; i--) {
            actions.add(
                    midst ? own.nextInt(fed + 1) : 0,
                    new Action(Kind.IMPORT, own.nextInt(1, events + 1), own.nextLong() | 1));
        }
    }

    /** Events come in, in the midst of everything else. */
    private void feed() {
        int slow = random.nextInt(3) == 0 ? random.nextInt(partitions) : -1;
        double propagates = pick(0.05, 0.3, 0.9);
        double commits = pick(0.02, 0.1, 0.3);
        double dies = crashes ? pick(0.005, 0.02, 0.05) : 0;
        int events = scenario.trace().size();
        int firstModelAt = random.nextBoolean() ? 0 : random.nextInt(events + 1);
        int secondModelAt = scenario.models().size() == 2 ? random.nextInt(events * 2 + 1) : Integer.MAX_VALUE;
        int published = 0;
        int routed = 0;
        int pause = 0;
        while (routed < events || random.nextInt(40) > 0) {
            if (random.nextInt(6) == 0) {
                add(Kind.TICK, random.nextInt(partitions));
            }
            if (pause > 0) {
                pause--;
                add(Kind.CHECK, random.nextInt(partitions));
            } else if (random.nextInt(150) == 0) {
                // Long enough for some partitions to catch up, and for others not to.
                pause = random.nextInt(20, 60 * partitions);
            } else if (random.nextInt(4) == 0 && routed < events) {
                route(routed++);
            }
            int known = routed >= secondModelAt ? 2 : routed >= firstModelAt ? 1 : 0;
            if (known > published) {
                published = known;
                add(Kind.PUBLISH, published);
            }
            int p = random.nextInt(partitions);
            if (p != slow || random.nextInt(5) == 0) {
                act(p, propagates, commits, dies);
                if (random.nextInt(10) == 0) {
                    add(Kind.ZOMBIE, 0);
                }
            }
        }
        for (int e = 0; e < partitions; e++) {
            add(Kind.TICK, e);
        }
        add(Kind.PUBLISH, 1);
        for (int i = crashes ? random.nextInt(60) : 0; i > 0; i--) {
            act(random.nextInt(partitions), 0.3, 0.1, 0.08);
        }
    }

    private void route(int place) {
        add(Kind.ROUTE, place);
        if (random.nextInt(12) == 0) {
            for (int again = Math.max(0, place + 1 - random.nextInt(1, 6)); again <= place; again++) {
                add(Kind.ROUTE_AGAIN, again);
            }
        }
        if (random.nextInt(10) == 0) {
            add(
                    Kind.RECOMPUTE,
                    random.nextInt(8) == 0
                            ? -1
                            : random.nextInt(scenario.trace().size()));
        }
    }

    private void act(int p, double propagates, double commits, double dies) {
        for (int i = (int) pick(1, 1, 2, 5); i > 0; i--) {
            add(random.nextBoolean() ? Kind.UPDATE : Kind.HALO, p);
        }
        if (random.nextDouble() < propagates) {
            add(Kind.PROPAGATE, p);
        }
        if (random.nextInt(10) == 0) {
            add(Kind.LEARN, p);
        }
        if (random.nextDouble() < commits) {
            add(Kind.COMMIT, p);
        }
        if (random.nextInt(6) == 0) {
            add(Kind.TELL, p);
        }
        if (scenario.mode().atLeastOnce() && random.nextInt(3) == 0) {
            addSeeded(Kind.LEAK, p);
        }
        if (random.nextDouble() < dies) {
            if (random.nextInt(6) == 0) {
                add(Kind.COMMIT, p);
            }
            addSeeded(Kind.CRASH, p);
        }
    }

    /** A second version over a quiet graph, and the end of the first. */
    private void switchVersions() {
        add(Kind.SWITCH, 0);
        for (int i = random.nextInt(80); i > 0; i--) {
            int p = random.nextInt(partitions);
            add(Kind.HALO, p);
            if (random.nextInt(3) == 0) {
                add(Kind.LEARN, p);
            }
            if (random.nextBoolean()) {
                add(Kind.PROPAGATE, p);
            }
            if (random.nextInt(3) == 0) {
                add(Kind.COMMIT, p);
            }
            if (crashes && random.nextInt(12) == 0) {
                addSeeded(Kind.CRASH, p);
            }
        }
        add(Kind.RETIRE, 0);
        if (crashes && random.nextBoolean()) {
            addSeeded(Kind.CRASH, random.nextInt(partitions));
        }
    }

    private void add(Kind kind, int number) {
        actions.add(Action.of(kind, number));
    }

    private void addSeeded(Kind kind, int number) {
        actions.add(new Action(kind, number, random.nextLong()));
    }

    private double pick(double... of) {
        return of[random.nextInt(of.length)];
    }
}
