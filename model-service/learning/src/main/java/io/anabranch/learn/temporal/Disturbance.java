package io.anabranch.learn.temporal;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How a log of events differs from what happened: events are missing, written twice or stamped late, and the numbers that a cell reads of them are off. A
 * function of the seed and of each event's number, so whether an event is lost does not depend on which others are.
 *
 * <p>Times only ever grow: an event that is stamped before it happened would be known to its own prediction.
 *
 * @param dropped how likely an event is missing, from 0 to less than 1
 * @param doubled how likely an event that is not missing stands there twice, 0 to 1; the second has a delay of its own
 * @param delay in seconds, 0 or more: times are late by a uniform share of it
 * @param noise standard deviation of what is added to each number of a step's input, 0 or more
 */
public record Disturbance(double dropped, double doubled, double delay, double noise, long seed) {

    /** An event: which it was, and when it is said to have been. */
    private record Stamped(int event, double time) {}

    public Disturbance {
        require("share of events that are dropped", dropped, dropped >= 0 && dropped < 1, "from 0 to less than 1");
        require("share of events that are doubled", doubled, doubled >= 0 && doubled <= 1, "from 0 to 1");
        require("delay", delay, delay >= 0 && delay < Double.POSITIVE_INFINITY, "0 or more, and finite");
        require("noise", noise, noise >= 0 && noise < Double.POSITIVE_INFINITY, "0 or more, and finite");
    }

    /** Nothing differs. */
    public static Disturbance none() {
        return new Disturbance(0, 0, 0, 0, 0);
    }

    public boolean isNone() {
        return dropped == 0 && doubled == 0 && delay == 0 && noise == 0;
    }

    /** With some of the events missing. */
    public Disturbance withDropped(double share) {
        return new Disturbance(share, doubled, delay, noise, seed);
    }

    /** With some of the events doubled. */
    public Disturbance withDoubled(double share) {
        return new Disturbance(dropped, share, delay, noise, seed);
    }

    /** With times that are late. */
    public Disturbance withDelay(double seconds) {
        return new Disturbance(dropped, doubled, seconds, noise, seed);
    }

    /** With noise on what the cell reads. */
    public Disturbance withNoise(double deviation) {
        return new Disturbance(dropped, doubled, delay, deviation, seed);
    }

    /** With other draws. */
    public Disturbance withSeed(long value) {
        return new Disturbance(dropped, doubled, delay, noise, value);
    }

    /**
     * The log: the events that are left, by ascending time as it is written there; those of one time keep the order in which they happened.
     *
     * @throws IllegalArgumentException if no event is left
     */
    public EventHistory log(EventHistory history) {
        Stamped[] log = IntStream.range(0, history.events())
                .boxed()
                .flatMap(event -> Arrays.stream(stamped(event, history.time(event))))
                .sorted(Comparator.comparingDouble(Stamped::time))
                .toArray(Stamped[]::new);
        if (log.length == 0) {
            throw new IllegalArgumentException(
                    "None of the events (%d) is left where (%s) of them are dropped.\nMaybe another seed."
                            .formatted(history.events(), dropped));
        }
        int[] sources = new int[log.length];
        int[] targets = new int[log.length];
        double[] times = new double[log.length];
        float[] features = new float[log.length * history.featureWidth()];
        float[] labels = new float[log.length];
        for (int i = 0; i < log.length; i++) {
            int event = log[i].event();
            sources[i] = history.source(event);
            targets[i] = history.target(event);
            times[i] = log[i].time();
            labels[i] = history.label(event);
            for (int column = 0; column < history.featureWidth(); column++) {
                features[i * history.featureWidth() + column] = history.feature(event, column);
            }
        }
        return EventHistory.of(history.vertices(), sources, targets, times, history.featureWidth(), features, labels);
    }

    /** The times at which an event stands in the log. */
    private Stamped[] stamped(int event, double time) {
        SplittableRandom random = new SplittableRandom(new Draws(seed).bits(event, 0));
        // All numbers are drawn whether they are asked for or not: more of one disturbance changes nothing of another.
        boolean missing = random.nextDouble() < dropped;
        boolean twice = random.nextDouble() < doubled;
        double first = time + delay * random.nextDouble();
        double second = time + delay * random.nextDouble();
        if (missing) {
            return new Stamped[0];
        }
        return twice
                ? new Stamped[] {new Stamped(event, first), new Stamped(event, second)}
                : new Stamped[] {new Stamped(event, first)};
    }

    /** Adds noise to the input of a step, the same whenever it is asked for. */
    void addNoise(int step, float[] target, int offset, int width) {
        if (noise == 0) {
            return;
        }
        SplittableRandom random = new SplittableRandom(new Draws(seed).bits(step, 1));
        for (int i = 0; i < width; i++) {
            target[offset + i] += (float) (noise * random.nextGaussian());
        }
    }

    private static void require(String name, double value, boolean holds, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException("The %s (%s) must be %s.".formatted(name, value, allowed));
        }
    }
}
