package io.anabranch.graph.snapshot;

import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The binary form of a {@link GraphSnapshot}, big-endian.
 *
 * <pre>
 * int32   magic 0x41424753 ("ABGS")
 * int32   version, 1
 * int32   n, number of nodes
 *         n × { text id; text type }                              ids ascending by UTF-16 code units
 * int32   t, number of edge types
 *         t × text name                                           ascending
 * int32   m, number of edges
 *         (n + 1) × int32 offsets of the in-rows                  first 0, ascending, last m
 *         m × int32 source                                        number of a node
 *         m × int32 type                                          number of a type
 *         m × float32 weight
 * int32   d, length of a feature row
 * int8    0 dense:  n × d × float32 value, row by row
 *         1 sparse: int32 z; (n + 1) × int32 row offsets; z × int32 column; z × float32 value
 * int32   number of tasks, each
 *         text name; int32 c, number of labels
 *         c × { int32 node (ascending); int8 part (0 train, 1 validation, 2 test); value }
 *         value: int8 0, text class | int8 1, int32 k, k × text class (ascending) | int8 2, float64 target
 * int64   CRC-32 of every byte before it
 *
 * text:   int32 length in bytes, UTF-8
 * </pre>
 *
 * A later version is refused; an earlier one is read for ever. Every count and number is checked against its range before it is used.
 */
final class SnapshotCodec {

    static final int MAGIC = 0x41424753;
    static final int VERSION = 1;

    /** So that a damaged count fails by the end of the stream, not by memory. */
    private static final int CHUNK = 1 << 16;

    private SnapshotCodec() {}

    static void write(GraphSnapshot snapshot, OutputStream output) throws IOException {
        CRC32 crc = new CRC32();
        // Above the checksum's stream, so that it sees whole buffers.
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new CheckedOutputStream(output, crc), CHUNK));
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        writeGraph(snapshot, out);
        writeFeatures(snapshot.features(), out);
        out.writeInt(snapshot.labels().size());
        for (TaskLabels labels : snapshot.labels().values()) {
            writeLabels(labels, out);
        }
        out.flush();
        out.writeLong(crc.getValue());
        out.flush();
    }

    private static void writeGraph(GraphSnapshot snapshot, DataOutputStream out) throws IOException {
        out.writeInt(snapshot.nodeCount());
        for (int v = 0; v < snapshot.nodeCount(); v++) {
            writeText(snapshot.nodeId(v), out);
            writeText(snapshot.nodeType(v), out);
        }
        out.writeInt(snapshot.edgeTypeNames().length);
        for (String name : snapshot.edgeTypeNames()) {
            writeText(name, out);
        }
        out.writeInt(snapshot.edgeCount());
        writeInts(snapshot.in().offsets(), out);
        writeInts(snapshot.in().neighbours(), out);
        writeInts(snapshot.edgeTypeArray(), out);
        writeFloats(snapshot.in().weights(), out);
    }

    private static void writeFeatures(FeatureMatrix features, DataOutputStream out) throws IOException {
        out.writeInt(features.dimension());
        switch (features) {
            case FeatureMatrix.Dense dense -> {
                out.writeByte(0);
                writeFloats(dense.values(), out);
            }
            case FeatureMatrix.Sparse sparse -> {
                out.writeByte(1);
                out.writeInt(sparse.columns().length);
                writeInts(sparse.offsets(), out);
                writeInts(sparse.columns(), out);
                writeFloats(sparse.values(), out);
            }
        }
    }

    private static void writeLabels(TaskLabels labels, DataOutputStream out) throws IOException {
        writeText(labels.task(), out);
        out.writeInt(labels.size());
        for (int i = 0; i < labels.size(); i++) {
            out.writeInt(labels.node(i));
            out.writeByte(
                    switch (labels.part(i)) {
                        case TRAIN -> 0;
                        case VALIDATION -> 1;
                        case TEST -> 2;
                    });
            switch (labels.value(i)) {
                case LabelValue.OneClass one -> {
                    out.writeByte(0);
                    writeText(one.name(), out);
                }
                case LabelValue.ClassSet set -> {
                    out.writeByte(1);
                    out.writeInt(set.names().size());
                    for (String name : set.names()) {
                        writeText(name, out);
                    }
                }
                case LabelValue.Target target -> {
                    out.writeByte(2);
                    out.writeDouble(target.value());
                }
            }
        }
    }

    static GraphSnapshot read(InputStream input) throws IOException {
        CRC32 crc = new CRC32();
        DataInputStream in = new DataInputStream(new CheckedInputStream(new BufferedInputStream(input, CHUNK), crc));
        try {
            GraphSnapshot snapshot = readChecked(in);
            long expected = crc.getValue();
            long found = in.readLong();
            if (found != expected) {
                throw new IOException(
                        "The snapshot is damaged: its checksum is %x, its bytes have %x.".formatted(found, expected));
            }
            return snapshot;
        } catch (EOFException e) {
            throw new IOException("The snapshot ends too early.", e);
        } catch (IllegalArgumentException e) {
            throw new IOException("The snapshot is damaged: " + e.getMessage(), e);
        }
    }

    private static GraphSnapshot readChecked(DataInputStream in) throws IOException {
        int magic = in.readInt();
        if (magic != MAGIC) {
            throw new IOException("These bytes (%08x…) are no graph snapshot.".formatted(magic));
        }
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("The snapshot has version %d, this reader knows %d.".formatted(version, VERSION)
                    + "\nMaybe a newer release wrote it.");
        }
        int n = count("nodes", in);
        List<String> ids = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (int v = 0; v < n; v++) {
            ids.add(readText(in));
            types.add(readText(in));
            if (v > 0 && ids.get(v - 1).compareTo(ids.get(v)) >= 0) {
                throw new IOException("The node (%s) is out of order.".formatted(ids.get(v)));
            }
        }
        int t = count("edge types", in);
        List<String> typeNames = new ArrayList<>();
        for (int i = 0; i < t; i++) {
            typeNames.add(readText(in));
        }
        int m = count("edges", in);
        int[] offsets = readOffsets(n, m, in);
        int[] sources = readInts("source", m, n, in);
        int[] edgeTypes = readInts("edge type", m, t, in);
        CompressedRows rows = new CompressedRows(offsets, sources, readFloats(m, in));
        FeatureMatrix features = readFeatures(n, in);
        SortedMap<String, TaskLabels> labels = new TreeMap<>();
        int tasks = count("tasks", in);
        for (int i = 0; i < tasks; i++) {
            TaskLabels ofTask = readLabels(n, in);
            labels.put(ofTask.task(), ofTask);
        }
        return new GraphSnapshot(
                ids.toArray(String[]::new),
                types.toArray(String[]::new),
                rows,
                typeNames.toArray(String[]::new),
                edgeTypes,
                features,
                Collections.unmodifiableSortedMap(labels));
    }

    private static FeatureMatrix readFeatures(int n, DataInputStream in) throws IOException {
        int d = count("features", in);
        int form = in.readByte();
        if (form == 0) {
            if ((long) n * d > Integer.MAX_VALUE - 8) {
                throw new IOException(
                        "The features of %d nodes of %d are too many for a dense matrix.".formatted(n, d));
            }
            return new FeatureMatrix.Dense(n, d, readFloats(n * d, in));
        }
        if (form != 1) {
            throw new IOException("The form of the features (%d) must be 0 or 1.".formatted(form));
        }
        int z = count("non-zeros", in);
        int[] offsets = readOffsets(n, z, in);
        int[] columns = readInts("feature index", z, d, in);
        return new FeatureMatrix.Sparse(d, offsets, columns, readFloats(z, in));
    }

    private static TaskLabels readLabels(int n, DataInputStream in) throws IOException {
        String task = readText(in);
        int c = count("labels", in);
        List<Integer> nodes = new ArrayList<>();
        List<Label> labels = new ArrayList<>();
        int last = -1;
        for (int i = 0; i < c; i++) {
            int node = in.readInt();
            if (node <= last || node >= n) {
                throw new IOException("The labelled node (%d) must be above %d and below %d.".formatted(node, last, n));
            }
            last = node;
            nodes.add(node);
            int part = in.readByte();
            if (part < 0 || part > 2) {
                throw new IOException("The part (%d) of a label must be 0 to 2.".formatted(part));
            }
            labels.add(
                    new Label(task, readValue(in), part == 0 ? Part.TRAIN : part == 1 ? Part.VALIDATION : Part.TEST));
        }
        return new TaskLabels(task, nodes.stream().mapToInt(Integer::intValue).toArray(), labels);
    }

    private static LabelValue readValue(DataInputStream in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case 0 -> new LabelValue.OneClass(readText(in));
            case 1 -> {
                int k = count("classes", in);
                List<String> names = new ArrayList<>();
                for (int i = 0; i < k; i++) {
                    names.add(readText(in));
                }
                yield LabelValue.ClassSet.of(names);
            }
            case 2 -> new LabelValue.Target(in.readDouble());
            default -> throw new IOException("The kind of a label's value (%d) must be 0 to 2.".formatted(kind));
        };
    }

    private static int count(String of, DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0) {
            throw new IOException("The number of %s (%d) must not be negative.".formatted(of, count));
        }
        return count;
    }

    private static void writeText(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        int length = count("bytes of a text", in);
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void writeInts(int[] values, DataOutputStream out) throws IOException {
        for (int value : values) {
            out.writeInt(value);
        }
    }

    private static void writeFloats(float[] values, DataOutputStream out) throws IOException {
        for (float value : values) {
            out.writeFloat(value);
        }
    }

    private static int[] readOffsets(int rows, int entries, DataInputStream in) throws IOException {
        int[] offsets = readInts("row offset", rows + 1, entries + 1, in);
        for (int r = 0; r < rows; r++) {
            if (offsets[r] > offsets[r + 1]) {
                throw new IOException("The row offset (%d) must not be below the one before (%d)."
                        .formatted(offsets[r + 1], offsets[r]));
            }
        }
        if (offsets[0] != 0 || offsets[rows] != entries) {
            throw new IOException(
                    "The row offsets (%d to %d) must run from 0 to %d.".formatted(offsets[0], offsets[rows], entries));
        }
        return offsets;
    }

    private static int[] readInts(String what, int count, int below, DataInputStream in) throws IOException {
        int[] values = new int[Math.min(count, CHUNK)];
        for (int i = 0; i < count; i++) {
            if (i == values.length) {
                values = Arrays.copyOf(values, (int) Math.min(count, 2L * i));
            }
            values[i] = in.readInt();
            if (values[i] < 0 || values[i] >= below) {
                throw new IOException("The %s (%d) must be from 0 to %d.".formatted(what, values[i], below - 1));
            }
        }
        return values;
    }

    private static float[] readFloats(int count, DataInputStream in) throws IOException {
        float[] values = new float[Math.min(count, CHUNK)];
        for (int i = 0; i < count; i++) {
            if (i == values.length) {
                values = Arrays.copyOf(values, (int) Math.min(count, 2L * i));
            }
            values[i] = in.readFloat();
        }
        return values;
    }
}
