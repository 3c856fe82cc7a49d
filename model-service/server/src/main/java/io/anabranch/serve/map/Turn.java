package io.anabranch.serve.map;

/** Two by two matrices that bring pairs of axes in line. */
final class Turn {

    private Turn() {}

    /**
     * The rotation or reflection that brings one orthonormal pair nearest to another in the plane of the first (orthogonal Procrustes problem,
     * Schoenemann 1966): {@code Columns.combination(from, turn, j)} is nearest to {@code to[j]}. Where the planes have nothing in common, none.
     */
    static double[][] bringing(double[][] from, double[][] to) {
        double a = Columns.dot(from[0], to[0]);
        double b = Columns.dot(from[0], to[1]);
        double c = Columns.dot(from[1], to[0]);
        double d = Columns.dot(from[1], to[1]);
        boolean rotation = a * d - b * c >= 0;
        double along = rotation ? a + d : a - d;
        double across = rotation ? b - c : b + c;
        double length = Math.hypot(along, across);
        if (length == 0) {
            return new double[][] {{1, 0}, {0, 1}};
        }
        along /= length;
        across /= length;
        return rotation
                ? new double[][] {{along, across}, {-across, along}}
                : new double[][] {{along, across}, {across, -along}};
    }

    /** The orthonormal pair nearest to this independent one, neither of the two before the other: pair (pairᵀ pair)^-½. */
    static double[][] orthonormal(double[][] pair) {
        double a = Columns.dot(pair[0], pair[0]);
        double b = Columns.dot(pair[0], pair[1]);
        double d = Columns.dot(pair[1], pair[1]);
        double root = Math.sqrt(a * d - b * b);
        double scale = Math.sqrt(a + d + 2 * root) / ((a + root) * (d + root) - b * b);
        double[][] turn = {{scale * (d + root), -scale * b}, {-scale * b, scale * (a + root)}};
        return new double[][] {Columns.combination(pair, turn, 0), Columns.combination(pair, turn, 1)};
    }
}
