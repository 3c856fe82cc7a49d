package io.anabranch.graph.snapshot;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A graph in a folder of gzip text files, as docs/data-sets.md describes them, and the stream of mutations that builds it.
 *
 * <p>A static set grows node by node: each node with its label, then its edges to the nodes before it, one millisecond apart. A
 * temporal set is its edges at their times; nodes with features come before the first. Node ids are the file's numbers as text,
 * edges have the empty type, labels belong to the task {@value #TASK}.
 *
 * <p>Immutable; all files are read when it is opened. Memory: about 20 bytes an edge and 8 a feature.
 */
public final class DataSetFolder {

    /** The prediction task of the folder's labels. */
    public static final String TASK = "class";

    private final Path folder;
    private final EdgeList edges;
    private final NodeRows rows;
    /** By node; null without a splits file. */
    private final @Nullable List<@Nullable Part> parts;

    private final int nodeCount;
    private final boolean undirected;
    /** Index of the first event of each node of a static set, and the number of events at the end. */
    private final long[] firstEvent;
    /** For a static set: the edges by their greater end. */
    private final int[] edgesOfNode;

    private final int[] edgeOffsets;

    private DataSetFolder(
            Path folder,
            EdgeList edges,
            NodeRows rows,
            @Nullable List<@Nullable Part> parts,
            int nodeCount,
            boolean undirected) {
        this.folder = folder;
        this.edges = edges;
        this.rows = rows;
        this.parts = parts;
        this.nodeCount = nodeCount;
        this.undirected = undirected;
        this.edgeOffsets = new int[nodeCount + 1];
        this.edgesOfNode = new int[edges.size()];
        this.firstEvent = new long[nodeCount + 1];
        groupEdges();
    }

    /**
     * Reads the folder with its first split.
     *
     * @throws MalformedDataSetException naming file and line
     */
    public static DataSetFolder open(Path folder) throws IOException {
        return open(folder, 0);
    }

    /**
     * Reads the folder.
     *
     * @param split which of splits.0, splits.1, …; 0 also means splits.tsv.gz, or no splits at all
     * @throws MalformedDataSetException naming file and line
     */
    public static DataSetFolder open(Path folder, int split) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new MalformedDataSetException(folder, "is not a folder");
        }
        EdgeList edges = readEdges(folder);
        Path featureFile = folder.resolve("features.svm.gz");
        NodeRows rows = Files.exists(featureFile) ? NodeRows.read(featureFile) : NodeRows.none();
        int nodes = Math.max(edges.nodes, rows.nodes());
        nodes = Math.max(nodes, nodesNamed(folder.resolve("nodes.tsv.gz")));
        if (nodes == 0) {
            throw new MalformedDataSetException(folder, "has no nodes");
        }
        return new DataSetFolder(
                folder, edges, rows, readParts(folder, split, nodes), nodes, !edges.temporal() && edges.ascending);
    }

    /** The same folder, its edges taken as undirected or not, whatever {@link #undirected()} found. */
    public DataSetFolder withUndirected(boolean asUndirected) {
        return new DataSetFolder(folder, edges, rows, parts, nodeCount, asUndirected);
    }

    /** The folder's name. */
    public String name() {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return name == null ? folder.toString() : name.toString();
    }

    public int nodeCount() {
        return nodeCount;
    }

    /** Lines of the edge list; an undirected edge counts once. */
    public int edgeCount() {
        return edges.size();
    }

    /** Length of a feature row, 0 for a set without features. */
    public int dimension() {
        return rows.dimension();
    }

    /** Every class that occurs, ascending by number; empty for a set without labels. */
    public List<String> classNames() {
        return rows.classNames();
    }

    /** Whether a node may have several classes. */
    public boolean multiLabel() {
        return rows.multiLabel();
    }

    /** Whether the edges have times. */
    public boolean temporal() {
        return edges.temporal();
    }

    /**
     * Whether each edge stands for both directions: by default a static set in which every line names the smaller id first,
     * which is how the format writes an undirected edge.
     */
    public boolean undirected() {
        return undirected;
    }

    /** How many mutations {@link #events} yields. */
    public long eventCount() {
        if (!temporal()) {
            return firstEvent[nodeCount];
        }
        long nodes = 0;
        for (int v = 0; v < nodeCount; v++) {
            nodes += rows.features(v) == null && rows.label(v) == null
                    ? 0
                    : nodeEvents(v, 0).size();
        }
        return nodes + (long) edges.size() * (undirected ? 2 : 1);
    }

    /** The mutations that build the graph, lazily, by ascending time from this one (milliseconds since 1970). */
    public Stream<GraphMutation> events(long startTime) {
        if (!temporal()) {
            return IntStream.range(0, nodeCount).boxed().flatMap(v -> growth(v, startTime + firstEvent[v]).stream());
        }
        Stream<GraphMutation> nodes = IntStream.range(0, nodeCount)
                .filter(v -> rows.features(v) != null || rows.label(v) != null)
                .boxed()
                .flatMap(v -> nodeEvents(v, startTime).stream());
        Stream<GraphMutation> timed = IntStream.range(0, edges.size())
                .boxed()
                .flatMap(e -> edgeEvents(e, startTime + Math.round(edges.times.getDouble(e) * 1000)).stream());
        return Stream.concat(nodes, timed);
    }

    /**
     * The in-neighbours of each node after all events, by the file's numbers and ascending. Needs none of the objects of a
     * {@link #snapshot}: 8 bytes an edge.
     */
    public CompressedRows inRows() {
        return EdgeRows.in(edges, nodeCount, undirected);
    }

    /**
     * The edges of a temporal set as events, in the order of the file.
     *
     * @throws IllegalStateException for a static set
     */
    public TimedEdges timedEdges() {
        if (!temporal()) {
            throw new IllegalStateException("The edges of the data set %s have no times.".formatted(name()));
        }
        return new TimedEdges(
                nodeCount,
                edges.sources.toIntArray(),
                edges.targets.toIntArray(),
                edges.times.toDoubleArray(),
                edges.weights.toFloatArray(),
                edges.labels.toFloatArray());
    }

    /** The graph after all events. */
    public GraphSnapshot snapshot() {
        GraphReplica replica = new GraphReplica(dimension());
        events(0).forEach(mutation -> {
            switch (mutation) {
                case GraphMutation.UpsertNode m -> replica.putNode(m.id(), m.type(), m.features());
                case GraphMutation.PatchNode m ->
                    throw new IllegalStateException("A folder has whole rows, no patch (%s).".formatted(m));
                case GraphMutation.UpsertEdge m -> replica.putEdge(m.edge(), m.weight(), m.provenance());
                case GraphMutation.SetLabel m -> replica.putLabel(m.nodeId(), m.label());
                case GraphMutation.RemoveNode m -> replica.removeNode(m.id());
                case GraphMutation.RemoveEdge m -> replica.removeEdge(m.edge());
                case GraphMutation.EraseEdge m -> replica.removeEdge(m.edge());
                case GraphMutation.RemoveLabel m -> replica.removeLabel(m.nodeId(), m.task());
            }
        });
        return replica.snapshot();
    }

    private List<GraphMutation> growth(int node, long firstTime) {
        List<GraphMutation> events = nodeEvents(node, firstTime);
        for (int i = edgeOffsets[node]; i < edgeOffsets[node + 1]; i++) {
            events.addAll(edgeEvents(edgesOfNode[i], firstTime + events.size()));
        }
        return events;
    }

    private List<GraphMutation> nodeEvents(int node, long time) {
        String id = Integer.toString(node);
        List<GraphMutation> events = new ArrayList<>();
        events.add(new GraphMutation.UpsertNode(id, "", rows.features(node), time));
        LabelValue value = rows.label(node);
        Part part = parts == null ? Part.byHash(id, TASK) : parts.get(node);
        if (value != null && part != null) {
            events.add(new GraphMutation.SetLabel(id, new Label(TASK, value, part), temporal() ? time : time + 1));
        }
        return events;
    }

    private List<GraphMutation> edgeEvents(int edge, long time) {
        String source = Integer.toString(edges.sources.getInt(edge));
        String target = Integer.toString(edges.targets.getInt(edge));
        float weight = edges.weights.getFloat(edge);
        GraphMutation there =
                new GraphMutation.UpsertEdge(new EdgeId(source, target, ""), weight, Provenance.OBSERVED, time);
        if (!undirected) {
            return List.of(there);
        }
        long backTime = temporal() ? time : time + 1;
        return List.of(
                there,
                new GraphMutation.UpsertEdge(new EdgeId(target, source, ""), weight, Provenance.OBSERVED, backTime));
    }

    private void groupEdges() {
        if (temporal()) {
            return;
        }
        for (int e = 0; e < edges.size(); e++) {
            edgeOffsets[greaterEnd(e) + 1]++;
        }
        for (int v = 0; v < nodeCount; v++) {
            firstEvent[v + 1] =
                    firstEvent[v] + nodeEvents(v, 0).size() + (long) edgeOffsets[v + 1] * (undirected ? 2 : 1);
            edgeOffsets[v + 1] += edgeOffsets[v];
        }
        int[] next = edgeOffsets.clone();
        for (int e = 0; e < edges.size(); e++) {
            edgesOfNode[next[greaterEnd(e)]++] = e;
        }
    }

    private int greaterEnd(int edge) {
        return Math.max(edges.sources.getInt(edge), edges.targets.getInt(edge));
    }

    private static EdgeList readEdges(Path folder) throws IOException {
        for (String name : List.of("edges.tsv.gz", "knn.tsv.gz")) {
            if (Files.exists(folder.resolve(name))) {
                return EdgeList.read(folder.resolve(name));
            }
        }
        Path offsets = folder.resolve("adj.txt.gz");
        if (Files.exists(offsets)) {
            return EdgeList.readOffsets(offsets);
        }
        throw new MalformedDataSetException(folder, "has none of edges.tsv.gz, knn.tsv.gz, adj.txt.gz");
    }

    private static int nodesNamed(Path file) throws IOException {
        int[] nodes = {0};
        if (Files.exists(file)) {
            LineReader.read(file, (words, at) -> {
                if (words.hasMoreTokens()) {
                    nodes[0] = Math.max(nodes[0], at.node(words, "node") + 1);
                }
            });
        }
        return nodes[0];
    }

    private static @Nullable List<@Nullable Part> readParts(Path folder, int split, int nodes) throws IOException {
        Path file = folder.resolve("splits." + split + ".tsv.gz");
        if (!Files.exists(file)) {
            if (split != 0) {
                throw new MalformedDataSetException(file, "does not exist");
            }
            file = folder.resolve("splits.tsv.gz");
            if (!Files.exists(file)) {
                return null;
            }
        }
        List<@Nullable Part> parts = new ArrayList<>();
        for (int v = 0; v < nodes; v++) {
            parts.add(null);
        }
        LineReader.read(file, (words, at) -> {
            if (words.hasMoreTokens()) {
                int node = at.node(words, "node");
                if (node >= nodes) {
                    throw at.malformed("the node (%d) must be below the number of nodes (%d)".formatted(node, nodes));
                }
                parts.set(node, part(at.word(words, "part"), at));
            }
        });
        return parts;
    }

    private static Part part(String word, LineReader at) throws IOException {
        return switch (word) {
            case "train" -> Part.TRAIN;
            // "es" is a second validation part, for early stopping.
            case "val", "es" -> Part.VALIDATION;
            case "test" -> Part.TEST;
            default -> throw at.malformed("the part (%s) must be train, val, es or test".formatted(word));
        };
    }
}
