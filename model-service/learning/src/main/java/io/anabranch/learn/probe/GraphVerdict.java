package io.anabranch.learn.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether another graph of the same vertices, features and labels may take the place of the one in use: it must not make the labels harder
 * to learn. Refused where at the depth in use, of the stack of hops, the alignment or the held-out alignment falls by more than the
 * tolerance, or where the last hop collapses that had not before; see {@link DepthChoice}.
 *
 * @param accepted whether it may
 * @param reasons what speaks against it, with the figures; empty where it is accepted
 * @param figures before, after and change by name
 */
public record GraphVerdict(boolean accepted, List<String> reasons, Map<String, Double> figures) {

    public GraphVerdict {
        reasons = List.copyOf(reasons);
        figures = Map.copyOf(figures);
    }

    /** @param depth hops of the network in use, at most those of both reports */
    public static GraphVerdict accepts(ProbeReport before, ProbeReport after, int depth, ProbeOptions options) {
        if (depth < 0 || depth > before.hops() || depth > after.hops()) {
            throw new IllegalArgumentException(
                    "The depth (%d) must be from 0 to the hops of both probes, (%d) and (%d)."
                            .formatted(depth, before.hops(), after.hops()));
        }
        if (before.rows() != after.rows() || before.labels() != after.labels()) {
            throw new IllegalArgumentException(
                    "The probes looked at (%d) rows of (%d) labels and at (%d) of (%d); they must be the same."
                            .formatted(before.rows(), before.labels(), after.rows(), after.labels()));
        }
        HopFigures was = before.stacked().get(depth);
        HopFigures is = after.stacked().get(depth);
        List<String> reasons = new ArrayList<>();
        compare("alignment", was.alignment(), is.alignment(), depth, options, reasons);
        compare("held-out alignment", was.heldOut(), is.heldOut(), depth, options, reasons);
        if (DepthChoice.collapsed(after, depth) && !DepthChoice.collapsed(before, depth)) {
            reasons.add("The rank of hop %d falls from %d to %d, too little to tell the labels apart."
                    .formatted(
                            depth,
                            before.single().get(depth).rank(),
                            after.single().get(depth).rank()));
        }
        return new GraphVerdict(
                reasons.isEmpty(),
                reasons,
                Map.of(
                        "before.alignment", was.alignment(),
                        "after.alignment", is.alignment(),
                        "before.held_out_alignment", was.heldOut(),
                        "after.held_out_alignment", is.heldOut()));
    }

    private static void compare(
            String name, double was, double is, int depth, ProbeOptions options, List<String> reasons) {
        if (is < was - options.graphTolerance()) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "The %s of hops 0 to %d falls from %.4f to %.4f, by more than %s.",
                    name,
                    depth,
                    was,
                    is,
                    options.graphTolerance()));
        }
    }
}
