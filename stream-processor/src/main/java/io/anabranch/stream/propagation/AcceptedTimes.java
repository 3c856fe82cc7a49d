package io.anabranch.stream.propagation;

import java.util.Arrays;

/**
 * When the oldest events behind a batch or a halo record were accepted, by the number of halo records that they came through.
 *
 * <p>One time for all would never move on under steady load: every batch would hand its oldest time to its neighbours, and they would
 * hand it back. An event moves the embeddings of a model of L layers through at most L halo records, so a time that has come that
 * far is not handed on.
 */
public final class AcceptedTimes {
    /** Behind nothing. */
    public static final AcceptedTimes NONE = new AcceptedTimes(new long[0]);

    /** In place of a time, where no event came through that many halo records. */
    public static final long NO_EVENT = Long.MAX_VALUE;

    private final long[] oldest;

    private AcceptedTimes(long[] oldest) {
        this.oldest = oldest;
    }

    /** Of one event of this partition. */
    public static AcceptedTimes direct(long acceptedTimeMs) {
        return new AcceptedTimes(new long[] {acceptedTimeMs});
    }

    /** By number of halo records, from 0; {@link #NO_EVENT} where there is none. */
    public static AcceptedTimes of(long... oldestByHops) {
        return oldestByHops.length == 0 ? NONE : new AcceptedTimes(oldestByHops.clone());
    }

    /** One more than the greatest number of halo records. */
    public int size() {
        return oldest.length;
    }

    /** The oldest time of events that came through this many halo records, or {@link #NO_EVENT}. */
    public long at(int hops) {
        return oldest[hops];
    }

    /** The oldest time of all, or {@link #NO_EVENT}. */
    public long oldest() {
        long least = NO_EVENT;
        for (long time : oldest) {
            least = Math.min(least, time);
        }
        return least;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AcceptedTimes that && Arrays.equals(oldest, that.oldest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(oldest);
    }

    @Override
    public String toString() {
        return "accepted" + Arrays.toString(oldest);
    }
}
