package io.anabranch.serve.predict;

/**
 * What a shadow said beside the active version, in this process, since it became the shadow of that version.
 *
 * @param requests copies that the shadow has answered or failed to answer
 * @param errors copies that it could not answer
 * @param dropped requests that were not copied because too many waited
 * @param compared nodes and pairs that both answered
 * @param flips of these, those with other classes, or on the other side of one half
 * @param meanDifference over all compared, see {@link Difference}
 * @param rankings rankings of links and searches for nearest neighbours that both answered
 * @param meanOverlap over all rankings, see {@link Overlap}
 */
public record ShadowReport(
        long activeVersion,
        long requests,
        long errors,
        long dropped,
        long compared,
        long flips,
        double meanDifference,
        double maxDifference,
        long rankings,
        double meanOverlap) {}
