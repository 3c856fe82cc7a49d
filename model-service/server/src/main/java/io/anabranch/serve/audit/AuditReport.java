package io.anabranch.serve.audit;

import io.anabranch.serve.predict.EventPosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an audit found.
 *
 * @param audited vertices compared
 * @param wrong how many are wrong for certain
 * @param unsettled how many differed in every comparison while the graph around them went on moving
 * @param largestError of all vertices that are not unsettled
 * @param worst the wrong ones, worst first, then the unsettled ones, then the largest errors among the right ones; at most {@link
 *     Audits#MOST_REPORTED}
 * @param reflected the last events that the last comparison was made behind
 * @param repair null: none was asked for, or there was nothing to repair
 */
public record AuditReport(
        long modelVersion,
        int audited,
        int wrong,
        int unsettled,
        double largestError,
        List<Audited> worst,
        List<EventPosition> reflected,
        @Nullable Repair repair) {

    /**
     * What came of a repair.
     *
     * @param recomputed how many vertices were computed from scratch
     * @param after what a second audit found of those that were wrong
     */
    public record Repair(int recomputed, AuditReport after) {}

    AuditReport repaired(Repair done) {
        return new AuditReport(modelVersion, audited, wrong, unsettled, largestError, worst, reflected, done);
    }

    /** How one vertex was judged. */
    public enum Verdict {
        RIGHT,
        WRONG,
        UNSETTLED
    }

    /**
     * One vertex.
     *
     * @param stored as served, empty: not there
     * @param recomputed empty: the vertex does not exist
     */
    public record Audited(String vertexId, Verdict verdict, double error, List<Float> stored, List<Double> recomputed) {

        static Audited of(Finding finding, Verdict verdict) {
            return new Audited(
                    finding.vertexId(),
                    verdict,
                    finding.error(),
                    floats(finding.stored()),
                    doubles(finding.recomputed()));
        }

        private static List<Float> floats(float @Nullable [] values) {
            List<Float> list = new java.util.ArrayList<>();
            for (int i = 0; values != null && i < values.length; i++) {
                list.add(values[i]);
            }
            return list;
        }

        private static List<Double> doubles(double @Nullable [] values) {
            List<Double> list = new java.util.ArrayList<>();
            for (int i = 0; values != null && i < values.length; i++) {
                list.add(values[i]);
            }
            return list;
        }
    }
}
