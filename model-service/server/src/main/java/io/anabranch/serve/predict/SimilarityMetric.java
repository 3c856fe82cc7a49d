package io.anabranch.serve.predict;

/** What "similar" means. A score is computed in double precision from the vectors as they are served. */
public enum SimilarityMetric {
    /** a·b / (|a||b|), from -1 to 1; 0 where one of them is zero. */
    COSINE {
        @Override
        double score(float[] query, double queryNorm, float[] vector) {
            double norms = queryNorm * Math.sqrt(Scores.dot(vector, vector));
            return norms == 0 ? 0 : Scores.dot(query, vector) / norms;
        }

        @Override
        double rank(double score) {
            return score;
        }
    },
    /** a·b. */
    DOT {
        @Override
        double score(float[] query, double queryNorm, float[] vector) {
            return Scores.dot(query, vector);
        }

        @Override
        double rank(double score) {
            return score;
        }
    },
    /** |a-b|: the smaller, the nearer. */
    EUCLIDEAN {
        @Override
        double score(float[] query, double queryNorm, float[] vector) {
            return Math.sqrt(Scores.squaredDistance(query, vector));
        }

        @Override
        double rank(double score) {
            return -score;
        }
    };

    /** @param queryNorm |query| */
    abstract double score(float[] query, double queryNorm, float[] vector);

    /** The greater, the nearer. */
    abstract double rank(double score);

    static double norm(float[] vector) {
        return Math.sqrt(Scores.dot(vector, vector));
    }
}
