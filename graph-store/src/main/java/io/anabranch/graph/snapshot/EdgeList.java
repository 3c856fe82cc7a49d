package io.anabranch.graph.snapshot;

import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.StringTokenizer;

/** The edges of a data-set folder, in the order of the file. */
final class EdgeList {

    final IntArrayList sources = new IntArrayList();
    final IntArrayList targets = new IntArrayList();
    final FloatArrayList weights = new FloatArrayList();
    /** Seconds from the first event; empty for a static set. */
    final DoubleArrayList times = new DoubleArrayList();
    /** Of the events; NaN where a line has none. Empty for a static set. */
    final FloatArrayList labels = new FloatArrayList();

    int nodes;
    /** Every line has its source before its target, as an undirected set does. */
    boolean ascending = true;

    /** Lines "source target [weight]" (static) or "source target weight time [label]" (temporal). */
    static EdgeList read(Path file) throws IOException {
        EdgeList edges = new EdgeList();
        LineReader.read(file, edges::line);
        return edges;
    }

    /** One line per node: its neighbours with larger ids as offsets, "k" or "a-b". */
    static EdgeList readOffsets(Path file) throws IOException {
        EdgeList edges = new EdgeList();
        int[] node = {0};
        LineReader.read(file, (words, at) -> {
            while (words.hasMoreTokens()) {
                String word = words.nextToken();
                int dash = word.indexOf('-');
                int from = at.number(dash < 0 ? word : word.substring(0, dash), "offset");
                int to = dash < 0 ? from : at.number(word.substring(dash + 1), "offset");
                if (from < 1 || to < from) {
                    throw at.malformed("the offsets (%s) must ascend from 1".formatted(word));
                }
                for (int offset = from; offset <= to; offset++) {
                    edges.add(node[0], node[0] + offset, 1);
                }
            }
            node[0]++;
        });
        edges.nodes = Math.max(edges.nodes, node[0]);
        return edges;
    }

    int size() {
        return sources.size();
    }

    boolean temporal() {
        return !times.isEmpty();
    }

    private void line(StringTokenizer words, LineReader at) throws IOException {
        if (!words.hasMoreTokens()) {
            return;
        }
        int columns = words.countTokens();
        int source = at.node(words, "source");
        int target = at.node(words, "target");
        add(source, target, columns > 2 ? at.real(words.nextToken(), "weight") : 1);
        boolean timed = columns > 3;
        if (timed) {
            double time = time(words.nextToken(), at);
            times.add(time);
            labels.add(label(words));
        }
        if (timed ? times.size() != size() : temporal()) {
            throw at.malformed("either every edge has a time or none");
        }
    }

    /** A fifth word need not be a number: sets write all sorts of things there. */
    private static float label(StringTokenizer words) {
        if (!words.hasMoreTokens()) {
            return Float.NaN;
        }
        try {
            return Float.parseFloat(words.nextToken());
        } catch (NumberFormatException e) {
            return Float.NaN;
        }
    }

    private double time(String word, LineReader at) throws IOException {
        double time;
        try {
            time = Double.parseDouble(word);
        } catch (NumberFormatException e) {
            throw (IOException) at.malformed("the time (%s) must be a number".formatted(word))
                    .initCause(e);
        }
        double last = times.isEmpty() ? 0 : times.getDouble(times.size() - 1);
        if (!(time >= last && time < Long.MAX_VALUE / 1e6)) {
            throw at.malformed("the time (%s) must not be before the one above (%s)".formatted(word, last));
        }
        return time;
    }

    private void add(int source, int target, float weight) {
        sources.add(source);
        targets.add(target);
        weights.add(weight);
        nodes = Math.max(nodes, Math.max(source, target) + 1);
        ascending &= source < target;
    }
}
