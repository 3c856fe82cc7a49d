package io.anabranch.learn.temporal;

/**
 * What a scorer is worth on some events.
 *
 * @param events how many there were; the others are NaN where there were none
 * @param averagePrecision of the events among as many negatives
 * @param rocAuc of the same
 * @param meanReciprocalRank of each event among its rivals
 */
public record LinkFigures(int events, double averagePrecision, double rocAuc, double meanReciprocalRank) {}
