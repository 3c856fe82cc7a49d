package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.testkit.Randomized;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Lateness is a function of the log, whatever of the state survived. */
final class LogClockTest {

    private record Entry(long time, boolean tick) {}

    @Test
    void aFactIsLateIffItLiesBehindAllBeforeItByMoreThanTheLateness() {
        LogClock clock = new LogClock(new SimulatedState(1), 10, false);

        assertThat(clock.isLate(0, 100)).isFalse();
        assertThat(clock.isLate(1, 90)).isFalse();
        assertThat(clock.isLate(2, 89)).isTrue();
        clock.tick(3, 105);
        assertThat(clock.isLate(4, 94)).isTrue();
        assertThat(clock.isLate(5, 120)).isFalse();
        assertThat(clock.isLate(6, 109)).isTrue();
        assertThat(clock.time()).isEqualTo(120);
        assertThat(clock.horizon(clock.time())).isEqualTo(110);
    }

    @Test
    void withoutALatenessNothingIsLateAndNothingIsForgotten() {
        LogClock clock = new LogClock(new SimulatedState(1), LogClock.ANY_LATENESS, true);

        assertThat(clock.isLate(0, Long.MAX_VALUE)).isFalse();
        assertThat(clock.isLate(1, -5)).isFalse();
        assertThat(clock.horizon(clock.time())).isEqualTo(LogClock.NO_TIME);
    }

    /** The state holds everything up to the commit and any prefix of what came later; the log is read again from the commit. */
    @Randomized(runs = 300)
    void whatIsReadAgainIsJudgedAsItWas(RandomGenerator random) {
        List<Entry> log = log(random);
        long lateness = random.nextInt(20);
        List<Boolean> expected = verdicts(log, lateness);
        SimulatedState state = new SimulatedState(random.nextLong());
        int committed = 0;
        while (committed < log.size()) {
            LogClock clock = new LogClock(state, lateness, true);
            restore(state, clock, LogClock.NO_TIME);
            int from = committed;
            int to = random.nextInt(from, log.size()) + 1;
            for (int offset = from; offset < to; offset++) {
                assertThat(read(clock, offset, log.get(offset)))
                        .as("verdict at %d, after %d", offset, from)
                        .isEqualTo(expected.get(offset));
            }
            if (random.nextBoolean()) {
                committed = random.nextInt(from, to) + 1;
                clock.committed(committed);
                assertThat(breakpoints(state).headMap((long) committed)).hasSizeLessThanOrEqualTo(1);
            }
        }
    }

    /** State and position go back together, and the registers say the time of all facts. */
    @Randomized(runs = 300)
    void theRegistersSayTheTimeWhereStateAndPositionAgree(RandomGenerator random) {
        List<Entry> log = log(random);
        long lateness = random.nextInt(20);
        List<Boolean> expected = verdicts(log, lateness);
        SimulatedState state = new SimulatedState(random.nextLong());
        LogClock clock = new LogClock(state, lateness, false);
        long latestRegister = LogClock.NO_TIME;
        for (int offset = 0; offset < log.size(); offset++) {
            boolean late = read(clock, offset, log.get(offset));
            assertThat(late).isEqualTo(expected.get(offset));
            if (!late && !log.get(offset).tick()) {
                latestRegister = Math.max(latestRegister, log.get(offset).time());
            }
            if (random.nextInt(5) == 0) {
                LogClock next = new LogClock(state, lateness, false);
                restore(state, next, latestRegister);
                assertThat(next.time()).isEqualTo(clock.time());
                clock = next;
            }
        }
        assertThat(breakpoints(state)).isEmpty();
    }

    /** Registers of a snapshot say nothing of the clock, and those of facts not always anything any more: a fact may lose to them. */
    @Randomized(runs = 500)
    void registersOfASnapshotMoveNoClock(RandomGenerator random) {
        List<Entry> log = log(random);
        long lateness = random.nextInt(20);
        boolean ahead = random.nextBoolean();
        List<Boolean> expected = verdicts(log, lateness);
        SimulatedState state = new SimulatedState(random.nextLong());
        LogClock clock = new LogClock(state, lateness, ahead);
        long latestFact = LogClock.NO_TIME;
        long latestImported = LogClock.NO_TIME;
        long expired = LogClock.NO_TIME;
        for (int offset = 0; offset < log.size(); offset++) {
            if (random.nextInt(6) == 0) {
                long latest = offset + random.nextInt(40);
                latestImported = Math.max(latestImported, latest);
                expired = random.nextInt(3) == 0 ? Math.max(expired, latest - random.nextInt(50)) : expired;
                clock.imported(latest, expired);
            }
            boolean late = read(clock, offset, log.get(offset));
            assertThat(late).isEqualTo(expected.get(offset));
            if (!late && !log.get(offset).tick() && log.get(offset).time() > latestImported) {
                latestFact = Math.max(latestFact, log.get(offset).time());
            }
            if (random.nextInt(5) == 0) {
                LogClock next = new LogClock(state, lateness, ahead);
                restore(state, next, Math.max(latestFact, latestImported));
                assertThat(next.expiryTime()).isGreaterThanOrEqualTo(expired);
                if (!ahead) {
                    assertThat(next.time()).isEqualTo(clock.time());
                    assertThat(next.expiryTime()).isEqualTo(clock.expiryTime());
                }
                clock = next;
            }
        }
    }

    private static List<Entry> log(RandomGenerator random) {
        List<Entry> log = new ArrayList<>();
        int size = random.nextInt(1, 60);
        for (int i = 0; i < size; i++) {
            log.add(new Entry(i + random.nextInt(30), random.nextInt(5) == 0));
        }
        return log;
    }

    /** As the rule says it. */
    private static List<Boolean> verdicts(List<Entry> log, long lateness) {
        List<Boolean> verdicts = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            long before = Long.MIN_VALUE;
            for (int k = 0; k < i; k++) {
                before = Math.max(before, log.get(k).time());
            }
            boolean late = i > 0 && log.get(i).time() < before - lateness;
            verdicts.add(late && !log.get(i).tick());
        }
        return verdicts;
    }

    private static boolean read(LogClock clock, long offset, Entry entry) {
        if (entry.tick()) {
            clock.tick(offset, entry.time());
            return false;
        }
        return clock.isLate(offset, entry.time());
    }

    private static void restore(SimulatedState state, LogClock clock, long latestRegister) {
        state.restore(new StateReading() {
            @Override
            public void clock(long offset, long time) {
                clock.restore(offset, time);
            }

            @Override
            public void meta(String name, long value) {
                clock.restore(name, value);
            }
        });
        clock.finishRestore(latestRegister);
    }

    private static TreeMap<Long, Long> breakpoints(SimulatedState state) {
        TreeMap<Long, Long> found = new TreeMap<>();
        state.restore(new StateReading() {
            @Override
            public void clock(long offset, long time) {
                found.put(offset, time);
            }
        });
        return found;
    }
}
