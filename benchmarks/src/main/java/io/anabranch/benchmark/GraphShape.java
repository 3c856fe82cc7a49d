package io.anabranch.benchmark;

import java.util.random.RandomGenerator;

/** Which vertices the edges of a random graph join. */
enum GraphShape {
    /** Half of all ends lie on a tenth of the vertices. */
    SKEWED(20_000, 100_000, new int[] {16, 32, 16}) {
        @Override
        int source(RandomGenerator random, int vertices) {
            return random.nextBoolean() ? random.nextInt(vertices) : random.nextInt(Math.max(1, vertices / 10));
        }

        @Override
        int target(RandomGenerator random, int vertices) {
            return source(random, vertices);
        }
    },
    /**
     * The size of ogbn-arxiv and a like law of in-degrees: the k-th most cited vertex gets a share of k^(-2/3), so the
     * greatest in-degree is about 20,000.
     */
    ARXIV(169_343, 1_166_243, new int[] {128, 64, 40}) {
        @Override
        int source(RandomGenerator random, int vertices) {
            return random.nextInt(vertices);
        }

        @Override
        int target(RandomGenerator random, int vertices) {
            double draw = random.nextDouble();
            return (int) (vertices * draw * draw * draw);
        }
    };

    private final int vertices;
    private final int edges;
    private final int[] widths;

    GraphShape(int vertices, int edges, int[] widths) {
        this.vertices = vertices;
        this.edges = edges;
        this.widths = widths;
    }

    int vertices() {
        return vertices;
    }

    int edges() {
        return edges;
    }

    /** Features, hidden layer, embedding. */
    int width(int layer) {
        return widths[layer];
    }

    abstract int source(RandomGenerator random, int vertices);

    abstract int target(RandomGenerator random, int vertices);
}
