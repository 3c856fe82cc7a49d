package io.anabranch.graph.hag.maintenance;

import io.anabranch.graph.hag.HagOptions;
import java.util.random.RandomGenerator;

/**
 * Random edits of a graph of some shape: as many edges go as come, a few twice; vertices lose all their edges and come back; new ones
 * appear. Each edit goes to the plain graph first, then to whoever follows.
 */
final class EditStream {

    /** Which edges there may be. */
    enum Shape {
        /** Ends by a power law, so that a few vertices have most edges. */
        HUBS(40, 260),
        /** Four communities with hardly an edge between them. */
        CLIQUES(36, 260),
        /** Edges between two halves alone. */
        BIPARTITE(24, 150),
        /** Nearly all edges there can be. */
        DENSE(7, 36);

        final int vertices;
        final int edges;

        Shape(int vertices, int edges) {
            this.vertices = vertices;
            this.edges = edges;
        }

        int source(RandomGenerator random, int target, int vertices) {
            return switch (this) {
                case HUBS -> power(random, vertices);
                case CLIQUES ->
                    random.nextInt(20) == 0 ? random.nextInt(vertices) : sameRest(random, target, 4, vertices);
                case BIPARTITE -> sameRest(random, target + 1, 2, vertices);
                case DENSE -> random.nextInt(vertices);
            };
        }

        int target(RandomGenerator random, int vertices) {
            return this == HUBS ? power(random, vertices) : random.nextInt(vertices);
        }

        private static int power(RandomGenerator random, int vertices) {
            return (int) (vertices * Math.pow(random.nextDouble(), 2.5));
        }

        private static int sameRest(RandomGenerator random, int like, int classes, int vertices) {
            int rest = like % classes;
            return rest + classes * random.nextInt((vertices - rest + classes - 1) / classes);
        }
    }

    private final Shape shape;
    private final EditedGraph graph;
    private final RandomGenerator random;
    private final int mostVertices;
    private int edges;
    /** The row that the last edit changed; −1 for none. */
    int touched;

    EditStream(Shape shape, HagOptions.Mode mode, RandomGenerator random) {
        this.shape = shape;
        this.random = random;
        this.mostVertices = shape.vertices + 6;
        this.graph = new EditedGraph(mode, shape.vertices, shape.vertices);
        for (int i = 0; i < shape.edges; i++) {
            int target = shape.target(random, shape.vertices);
            addOnce(shape.source(random, target, shape.vertices), target);
        }
        edges = (int) graph.edges();
    }

    private void addOnce(int source, int target) {
        if (!graph.rows.get(target).contains(source)) {
            graph.add(source, target);
        }
    }

    EditedGraph graph() {
        return graph;
    }

    /** One edit. */
    void next(GraphEdits follower) {
        int kind = random.nextInt(1000);
        touched = -1;
        if (kind < 2 && graph.sources < mostVertices) {
            graph.grow(graph.sources + 1, graph.sources + 1);
            follower.grow(graph.sources, graph.rows.size());
        } else if (kind < 6) {
            touched = random.nextInt(graph.rows.size());
            edges -= graph.rows.get(touched).size();
            graph.rows.get(touched).clear();
            follower.clear(touched);
        } else if (kind < 20 && graph.mode == HagOptions.Mode.CLOSED) {
            touched = random.nextInt(graph.rows.size());
            graph.own.flip(touched);
            if (graph.own.get(touched)) {
                follower.addOwn(touched);
            } else {
                follower.removeOwn(touched);
            }
        } else if (edges > 0 && random.nextInt(2 * shape.edges) < edges) {
            remove(follower);
        } else {
            add(follower);
        }
    }

    private void add(GraphEdits follower) {
        touched = shape.target(random, graph.rows.size());
        int source = shape.source(random, touched, graph.sources);
        for (int attempt = 0; attempt < 8 && graph.rows.get(touched).contains(source); attempt++) {
            touched = shape.target(random, graph.rows.size());
            source = shape.source(random, touched, graph.sources);
        }
        graph.add(source, touched);
        follower.add(source, touched);
        edges++;
    }

    private void remove(GraphEdits follower) {
        int at = random.nextInt(edges);
        int target = 0;
        while (at >= graph.rows.get(target).size()) {
            at -= graph.rows.get(target++).size();
        }
        touched = target;
        int source = graph.rows.get(target).removeInt(at);
        follower.remove(source, target);
        edges--;
    }
}
