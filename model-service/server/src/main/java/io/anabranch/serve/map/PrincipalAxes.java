package io.anabranch.serve.map;

import io.anabranch.serve.predict.NodeVector;

/**
 * Two axes on which the embeddings of a version are shown, and the point that is their origin: at first the first two principal components and
 * the mean; later on their way there, slowly. Components that change places or sign, or turn within their plane, move nothing. Immutable.
 */
final class PrincipalAxes {

    /** Of the first variance; below it the second direction is chance. */
    private static final double FLAT = 1e-12;

    private final long revision;
    private final boolean plane;
    private final double[] origin;
    private final double[][] axes;
    private final double[] offsets;
    private final double[][] block;
    private final double explained;

    private PrincipalAxes(
            long revision, boolean plane, double[] origin, double[][] axes, double[][] block, Moments moments) {
        this.revision = revision;
        this.plane = plane;
        this.origin = origin;
        this.axes = axes;
        this.offsets = new double[] {Columns.dot(axes[0], origin), Columns.dot(axes[1], origin)};
        this.block = block;
        this.explained = moments.total() == 0
                ? 0
                : Math.min(1, (moments.along(axes[0]) + moments.along(axes[1])) / moments.total());
    }

    /** The first two principal components; the greatest coefficient of each is positive. The same moments give the same axes, to the bit. */
    static PrincipalAxes of(Moments moments, long revision) {
        double[][] block = LeadingSubspace.of(moments, LeadingSubspace.start(moments.width()));
        double[] first = upright(block[0]);
        if (block.length == 1) {
            return new PrincipalAxes(
                    revision, false, moments.mean(), new double[][] {first, new double[1]}, block, moments);
        }
        boolean plane = moments.along(block[1]) > FLAT * moments.along(first);
        return new PrincipalAxes(
                revision, plane, moments.mean(), new double[][] {first, upright(block[1])}, block, moments);
    }

    private static double[] upright(double[] column) {
        int greatest = 0;
        for (int k = 1; k < column.length; k++) {
            if (Math.abs(column[k]) > Math.abs(column[greatest])) {
                greatest = k;
            }
        }
        double sign = Math.signum(column[greatest]);
        double[] upright = new double[column.length];
        for (int k = 0; k < column.length; k++) {
            upright[k] = sign * column[k];
        }
        return upright;
    }

    /**
     * A part of the way to the components and the mean of these moments. Where there was no plane yet, all of it, and once there is one, under
     * the next revision.
     *
     * @param share of the way, from 0 to 1
     * @param next revision of axes that are chosen anew
     */
    PrincipalAxes towards(Moments moments, double share, long next) {
        if (!plane) {
            PrincipalAxes chosen = of(moments, next);
            return chosen.plane ? chosen : of(moments, revision);
        }
        double[][] moved = LeadingSubspace.of(moments, block);
        double[][] leading = {moved[0], moved[1]};
        double[][] turn = Turn.bringing(leading, axes);
        double[][] mixed = new double[2][];
        for (int j = 0; j < 2; j++) {
            mixed[j] = between(axes[j], Columns.combination(leading, turn, j), share);
        }
        return new PrincipalAxes(
                revision, true, between(origin, moments.mean(), share), Turn.orthonormal(mixed), moved, moments);
    }

    private static double[] between(double[] from, double[] to, double share) {
        double[] mixed = new double[from.length];
        for (int k = 0; k < mixed.length; k++) {
            mixed[k] = from[k] + share * (to[k] - from[k]);
        }
        return mixed;
    }

    /** Where the vector lies along an axis, 0 or 1. */
    float coordinate(NodeVector vector, int axis) {
        double[] along = axes[axis];
        double sum = 0;
        for (int k = 0; k < along.length; k++) {
            sum += along[k] * vector.value(k);
        }
        return (float) (sum - offsets[axis]);
    }

    /** Another one is another orientation. */
    long revision() {
        return revision;
    }

    /** Share of the total variance along the two axes, from 0 to 1; 0 where nothing varies. */
    double explained() {
        return explained;
    }

    /** Unit vectors, orthogonal; the second is zero where embeddings have one column. Not to be changed. */
    double[][] axes() {
        return axes;
    }
}
