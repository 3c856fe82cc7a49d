package io.anabranch.benchmark;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.snapshot.DataSetFolder;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Vertices 0 to {@code vertices} - 1 and distinct directed edges, as arrays. */
record DirectedGraph(String name, int vertices, int[] sources, int[] targets) {

    int edges() {
        return sources.length;
    }

    /**
     * The graph of a data-set folder, without its features; an undirected edge is two.
     *
     * @throws IOException also where there is no such folder, or a file of it is malformed
     */
    static DirectedGraph read(Path folder) throws IOException {
        var data = DataSetFolder.open(folder);
        var sources = new IntArrayList();
        var targets = new IntArrayList();
        data.events(0).forEach(mutation -> {
            if (mutation instanceof GraphMutation.UpsertEdge upsert) {
                sources.add(Integer.parseInt(upsert.edge().source()));
                targets.add(Integer.parseInt(upsert.edge().target()));
            }
        });
        return new DirectedGraph(data.name(), data.nodeCount(), sources.toIntArray(), targets.toIntArray());
    }

    /** As many vertices and edges as ogbn-arxiv has, with hubs of the same order; not that graph itself. */
    static DirectedGraph ofArxivShape(SplittableRandom random) {
        return powerLaw(169_343, 1_166_243, 12_097, 371, random);
    }

    /**
     * A graph of ogbn-arxiv's shape, not the graph itself: in-degrees fall with a power of the rank from {@code greatestIn}, out-degrees are
     * log-normal up to {@code greatestOut}, both independent of each other.
     */
    private static DirectedGraph powerLaw(
            int vertices, int edges, int greatestIn, int greatestOut, SplittableRandom random) {
        int[] outStubs = spread(logNormal(vertices, greatestOut, random), edges, greatestOut, random);
        int[] inDegrees = zipf(vertices, edges, greatestIn);
        int[] order = shuffled(vertices, random);
        int[] sources = new int[edges];
        int[] targets = new int[edges];
        var seen = new LongOpenHashSet(edges);
        int count = 0;
        int next = 0;
        for (int rank = 0; rank < vertices; rank++) {
            int v = order[rank];
            for (int i = 0; i < inDegrees[rank] && next < edges; i++) {
                int u = outStubs[next];
                // A stub that would repeat an edge or make a loop changes places with one further on.
                for (int tries = 0; tries < 100 && (u == v || seen.contains((long) u << 32 | v)); tries++) {
                    int other = random.nextInt(next, edges);
                    outStubs[next] = outStubs[other];
                    outStubs[other] = u;
                    u = outStubs[next];
                }
                next++;
                if (u != v && seen.add((long) u << 32 | v)) {
                    sources[count] = u;
                    targets[count++] = v;
                }
            }
        }
        return new DirectedGraph("synthetic", vertices, Arrays.copyOf(sources, count), Arrays.copyOf(targets, count));
    }

    private static int[] zipf(int vertices, int edges, int greatest) {
        double low = 0.2;
        double high = 2;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            double sum = 0;
            for (int rank = 1; rank <= vertices; rank++) {
                sum += greatest * Math.pow(rank, -middle);
            }
            if (sum > edges) {
                low = middle;
            } else {
                high = middle;
            }
        }
        int[] degrees = new int[vertices];
        double carry = 0;
        for (int rank = 0; rank < vertices; rank++) {
            carry += greatest * Math.pow(rank + 1, -high);
            degrees[rank] = (int) carry;
            carry -= degrees[rank];
        }
        return degrees;
    }

    private static double[] logNormal(int vertices, int greatest, SplittableRandom random) {
        double[] weights = new double[vertices];
        for (int v = 0; v < vertices; v++) {
            weights[v] = Math.exp(random.nextGaussian());
        }
        return weights;
    }

    /** Ends of edges in proportion to the weights, none with more than {@code greatest}, shuffled. */
    private static int[] spread(double[] weights, int edges, int greatest, SplittableRandom random) {
        double sum = Arrays.stream(weights).sum();
        int[] stubs = new int[edges];
        int count = 0;
        double carry = 0;
        for (int v = 0; v < weights.length; v++) {
            carry += weights[v] * edges / sum;
            int degree = Math.min(greatest, (int) carry);
            carry -= (int) carry;
            for (int i = 0; i < degree && count < edges; i++) {
                stubs[count++] = v;
            }
        }
        while (count < edges) {
            stubs[count++] = random.nextInt(weights.length);
        }
        for (int i = edges - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int stub = stubs[i];
            stubs[i] = stubs[j];
            stubs[j] = stub;
        }
        return stubs;
    }

    static int[] shuffled(int n, SplittableRandom random) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
