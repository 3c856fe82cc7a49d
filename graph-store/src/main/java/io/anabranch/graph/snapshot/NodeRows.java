package io.anabranch.graph.snapshot;

import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.LabelValue;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** The lines of a features file: features and label by node. */
final class NodeRows {

    /** One line; a row of the final dimension is made when it is asked for, as the dimension is known at the end only. */
    private static final class Row {

        private final int[] indices;
        private final float[] values;
        private final @Nullable String label;

        Row(int[] indices, float[] values, @Nullable String label) {
            this.indices = indices;
            this.values = values;
            this.label = label;
        }
    }

    private final List<@Nullable Row> rows = new ArrayList<>();
    private int dimension;
    private boolean multiLabel;

    /** Lines "node label index:value …"; label -1 or none at all: not labelled; several labels: "1,5,9". */
    static NodeRows read(Path file) throws IOException {
        NodeRows rows = new NodeRows();
        LineReader.read(file, rows::line);
        return rows;
    }

    /** No rows at all, for a set without features. */
    static NodeRows none() {
        return new NodeRows();
    }

    int nodes() {
        return rows.size();
    }

    int dimension() {
        return dimension;
    }

    boolean multiLabel() {
        return multiLabel;
    }

    @Nullable
    FeatureVector features(int node) {
        Row row = node < rows.size() ? rows.get(node) : null;
        if (row == null || dimension == 0) {
            return null;
        }
        FeatureVector sparse = FeatureVector.sparse(dimension, row.indices, row.values);
        return 2 * sparse.storedCount() > dimension ? FeatureVector.dense(sparse.toArray()) : sparse;
    }

    @Nullable
    LabelValue label(int node) {
        Row row = node < rows.size() ? rows.get(node) : null;
        if (row == null || row.label == null) {
            return null;
        }
        return multiLabel
                ? LabelValue.ClassSet.of(List.of(row.label.split(",", -1)))
                : new LabelValue.OneClass(row.label);
    }

    /** Every class that occurs, ascending by number. */
    List<String> classNames() {
        Set<String> names = new HashSet<>();
        for (Row row : rows) {
            if (row != null && row.label != null) {
                names.addAll(List.of(row.label.split(",", -1)));
            }
        }
        return names.stream()
                .sorted((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)))
                .toList();
    }

    private void line(StringTokenizer words, LineReader at) throws IOException {
        if (!words.hasMoreTokens()) {
            return;
        }
        int node = at.node(words, "node");
        while (rows.size() <= node) {
            rows.add(null);
        }
        if (rows.get(node) != null) {
            throw at.malformed("the node (%d) has a line already".formatted(node));
        }
        String label = null;
        IntArrayList indices = new IntArrayList();
        FloatArrayList values = new FloatArrayList();
        boolean first = true;
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            int colon = word.indexOf(':');
            if (first && colon < 0) {
                label = label(word, at);
            } else {
                feature(word, colon, indices, values, at);
            }
            first = false;
        }
        rows.set(node, new Row(indices.toIntArray(), values.toFloatArray(), label));
    }

    private @Nullable String label(String word, LineReader at) throws IOException {
        if (word.equals("-1")) {
            return null;
        }
        String[] classes = word.split(",", -1);
        for (String name : classes) {
            at.number(name, "label");
        }
        multiLabel |= classes.length > 1;
        return word;
    }

    private void feature(String word, int colon, IntArrayList indices, FloatArrayList values, LineReader at)
            throws IOException {
        if (colon < 0) {
            throw at.malformed("the feature (%s) must be index:value".formatted(word));
        }
        int index = at.number(word.substring(0, colon), "feature index");
        if (!indices.isEmpty() && index <= indices.getInt(indices.size() - 1)) {
            throw at.malformed("the feature index (%d) must be above the one before (%d)"
                    .formatted(index, indices.getInt(indices.size() - 1)));
        }
        indices.add(index);
        values.add(at.real(word.substring(colon + 1), "feature"));
        dimension = Math.max(dimension, index + 1);
    }
}
