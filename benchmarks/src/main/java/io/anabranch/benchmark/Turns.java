package io.anabranch.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Times several pieces of work that take turns, so that whatever else the machine does meets all of them. */
final class Turns {

    private static final int LEAST_ROUNDS = 9;

    private final List<Runnable> works = new ArrayList<>();
    private final List<long[]> nanos = new ArrayList<>();
    private int rounds;

    /** @return its number */
    int add(Runnable work) {
        works.add(work);
        nanos.add(new long[16]);
        return works.size() - 1;
    }

    /** Runs rounds for so long, and half as long before, which is not counted. */
    void run(double seconds) {
        round(seconds / 2);
        rounds = 0;
        round(seconds);
    }

    private void round(double seconds) {
        long begin = System.nanoTime();
        while (rounds < LEAST_ROUNDS || System.nanoTime() - begin < seconds * 1e9) {
            for (int i = 0; i < works.size(); i++) {
                long start = System.nanoTime();
                works.get(i).run();
                store(i, System.nanoTime() - start);
            }
            rounds++;
        }
    }

    private void store(int work, long time) {
        if (rounds == nanos.get(work).length) {
            nanos.set(work, Arrays.copyOf(nanos.get(work), 2 * rounds));
        }
        nanos.get(work)[rounds] = time;
    }

    /** Nanoseconds of the work of this number. */
    long median(int work) {
        long[] sorted = Arrays.copyOf(nanos.get(work), rounds);
        Arrays.sort(sorted);
        return sorted[rounds / 2];
    }
}
