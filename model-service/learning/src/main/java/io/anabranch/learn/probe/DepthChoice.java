package io.anabranch.learn.probe;

import java.util.Locale;

/**
 * How deep a network should be, and why.
 *
 * <p>The rule. The span of a deeper stack holds that of a shallower one, so by the alignment alone deeper is never worse, and with as many
 * features as training rows it is 1 at every depth. What depth can bring is labels that are predicted better where they were not seen: the
 * held-out alignment. So the depth is the smallest whose stack of hops is not further than the tolerance below the best stack, of those
 * depths whose last hop has not collapsed. It has collapsed where the numerical rank of X S^l is smaller than what the labels need: k rows of
 * centred labels of k classes have rank k - 1, of numbers k; the rows then became too alike to be told apart (over-smoothing).
 *
 * @param depth 1 to H
 * @param reason in words, with the figures
 */
public record DepthChoice(int depth, String reason) {

    public static DepthChoice of(ProbeReport report, ProbeOptions options) {
        double best = 0;
        int bestDepth = 1;
        int collapsed = 0;
        for (int depth = 1; depth <= report.hops(); depth++) {
            if (collapsed(report, depth)) {
                collapsed = depth;
                break;
            }
            if (report.stacked().get(depth).heldOut() > best) {
                best = report.stacked().get(depth).heldOut();
                bestDepth = depth;
            }
        }
        int depth = 1;
        while (depth < bestDepth && report.stacked().get(depth).heldOut() < best - options.depthTolerance()) {
            depth++;
        }
        return new DepthChoice(depth, reason(report, options, depth, bestDepth, collapsed));
    }

    static boolean collapsed(ProbeReport report, int depth) {
        int needed = Math.max(
                1, Math.min(report.labels() - 1, report.single().getFirst().rank()));
        return report.single().get(depth).rank() < needed;
    }

    private static String reason(ProbeReport report, ProbeOptions options, int depth, int best, int collapsed) {
        return String.format(
                Locale.ROOT,
                "Depth %d: the held-out alignment of hops 0 to %d is %.3f, the best of up to %d hops is %.3f at %d, and less by up to %s is good enough.%s",
                depth,
                depth,
                report.stacked().get(depth).heldOut(),
                collapsed == 0 ? report.hops() : collapsed - 1,
                report.stacked().get(best).heldOut(),
                best,
                options.depthTolerance(),
                collapsed == 0
                        ? ""
                        : " From %d hops on rows are too alike: their rank is %d."
                                .formatted(
                                        collapsed,
                                        report.single().get(collapsed).rank()));
    }
}
