package io.anabranch.stream.snapshot;

import io.anabranch.graph.ColumnTimes;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.LabelFact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.snapshot.v1.Manifest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/** Makes snapshots of graphs that come from elsewhere, for a first load. */
public final class SnapshotSource {

    private static final int MOST_COLUMNS = 5;

    private SnapshotSource() {}

    /**
     * Writes mutations as registers, each alone.
     *
     * @param source what the manifest says of where they come from
     * @throws SnapshotRefusedException if something lies in the folder
     */
    public static Manifest ofMutations(
            Iterator<GraphMutation> mutations, String source, Path folder, Instant now, LongConsumer progress)
            throws IOException {
        try (SnapshotWriter writer = SnapshotWriter.create(folder)) {
            long count = 0;
            while (mutations.hasNext()) {
                writer.add(register(mutations.next()));
                progress.accept(++count);
            }
            return writer.finish(source, now);
        }
    }

    private static Fact register(GraphMutation mutation) {
        return switch (mutation) {
            case GraphMutation.UpsertNode node ->
                new NodeFact(
                        node.id(),
                        node.time(),
                        true,
                        node.type(),
                        node.features(),
                        PartitionGraph.NEVER,
                        ColumnTimes.NONE);
            case GraphMutation.RemoveNode node ->
                new NodeFact(node.id(), node.time(), false, "", null, node.time(), ColumnTimes.NONE);
            case GraphMutation.UpsertEdge edge ->
                new EdgeFact(edge.edge(), edge.time(), true, edge.weight(), edge.provenance(), edge.expiry());
            case GraphMutation.RemoveEdge edge -> new EdgeFact(edge.edge(), edge.time(), false, 0, Provenance.OBSERVED);
            case GraphMutation.EraseEdge edge ->
                throw new IllegalArgumentException(
                        "An erasure (of %s) is no register: it is for a graph that is there.".formatted(edge.edge()));
            case GraphMutation.SetLabel label ->
                new LabelFact(label.nodeId(), label.label().task(), label.time(), label.label());
            case GraphMutation.RemoveLabel label -> new LabelFact(label.nodeId(), label.task(), label.time(), null);
            case GraphMutation.PatchNode node ->
                throw new IllegalArgumentException(
                        "A patch (of %s) is no register: it leaves other columns as they are.".formatted(node.id()));
        };
    }

    /**
     * Reads a list of edges, one a line: {@code source,target[,weight[,type[,time]]]}, separated by commas or tabs; the weight is 1, the type
     * empty and the time {@code time} where they are left out. The time is in milliseconds since 1970. A first line that begins with
     * {@code source} is a heading. A name that ends with {@code .gz} is gzip.
     *
     * @param undirected whether each line stands for both directions
     * @throws SnapshotRefusedException at the first line that is none, with its number
     */
    public static Manifest ofEdges(
            Path edges, boolean undirected, Instant time, Path folder, Instant now, LongConsumer progress)
            throws IOException {
        try (BufferedReader lines = reader(edges);
                SnapshotWriter writer = SnapshotWriter.create(folder)) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank() || number == 1 && line.startsWith("source")) {
                    continue;
                }
                EdgeFact edge = edge(edges, number, line, time.toEpochMilli());
                writer.add(edge);
                if (undirected) {
                    EdgeId id = edge.edge();
                    writer.add(new EdgeFact(
                            new EdgeId(id.target(), id.source(), id.type()),
                            edge.time(),
                            true,
                            edge.weight(),
                            edge.provenance()));
                }
                progress.accept(number);
            }
            return writer.finish(edges.getFileName().toString(), now);
        }
    }

    private static BufferedReader reader(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        boolean packed = file.getFileName().toString().endsWith(".gz");
        return new BufferedReader(
                new InputStreamReader(packed ? new GZIPInputStream(in, 1 << 16) : in, StandardCharsets.UTF_8), 1 << 16);
    }

    private static EdgeFact edge(Path file, long number, String line, long defaultTime) {
        String[] words = line.split(line.indexOf('\t') >= 0 ? "\t" : ",", -1);
        try {
            if (words.length < 2 || words.length > MOST_COLUMNS) {
                throw new IllegalArgumentException(
                        "It has %d columns, not source,target[,weight[,type[,time]]].".formatted(words.length));
            }
            if (line.indexOf('"') >= 0) {
                throw new IllegalArgumentException("Quotation marks are not understood.");
            }
            float weight = words.length < 3 || words[2].isBlank() ? 1 : Float.parseFloat(words[2].strip());
            if (!Float.isFinite(weight)) {
                throw new IllegalArgumentException("The weight (%s) must be finite.".formatted(words[2]));
            }
            return new EdgeFact(
                    new EdgeId(words[0].strip(), words[1].strip(), words.length < 4 ? "" : words[3].strip()),
                    words.length < 5 || words[4].isBlank() ? defaultTime : Long.parseLong(words[4].strip()),
                    true,
                    weight,
                    Provenance.OBSERVED);
        } catch (IllegalArgumentException e) {
            throw new SnapshotRefusedException(
                    "%s, line %d (%s) cannot be read: %s".formatted(file.getFileName(), number, line, e.getMessage()),
                    e);
        }
    }
}
