package io.anabranch.graph.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DataSetFolderTest {

    @TempDir
    Path folder;

    @Test
    void staticSetGrowsNodeByNodeInBothDirections() throws IOException {
        write("edges.tsv.gz", "0\t2", "0 1 2.5");
        write("features.svm.gz", "1 -1 0:1 2:3", "0 4", "2 7 1:1");
        write("splits.tsv.gz", "0 train", "1 test", "2\tval");

        DataSetFolder set = DataSetFolder.open(folder);

        assertThat(set.nodeCount()).isEqualTo(3);
        assertThat(set.dimension()).isEqualTo(3);
        assertThat(set.classNames()).containsExactly("4", "7");
        assertThat(set.undirected()).isTrue();
        List<GraphMutation> events = set.events(100).toList();
        assertThat(events).hasSize(9);
        assertThat(set.eventCount()).isEqualTo(9);
        for (int i = 0; i < 9; i++) {
            assertThat(events.get(i).time()).isEqualTo(100 + i);
        }
        assertThat(events.get(0)).isEqualTo(new GraphMutation.UpsertNode("0", "", FeatureVector.dense(0, 0, 0), 100));
        assertThat(events.get(1)).isInstanceOf(GraphMutation.SetLabel.class);
        assertThat(events.get(3))
                .isInstanceOf(GraphMutation.UpsertEdge.class)
                .hasToString(
                        "UpsertEdge[edge=0->1, weight=2.5, provenance=OBSERVED, time=103, expiry=9223372036854775807]");
        GraphSnapshot snapshot = set.snapshot();
        assertThat(snapshot.edgeCount()).isEqualTo(4);
        assertThat(labels(snapshot).size()).isEqualTo(2);
        assertThat(labels(snapshot).part(1)).isEqualTo(Part.VALIDATION);
    }

    @Test
    void descendingLineMakesASetDirected() throws IOException {
        write("edges.tsv.gz", "0 1", "2 1");
        DataSetFolder set = DataSetFolder.open(folder);

        assertThat(set.undirected()).isFalse();
        assertThat(set.snapshot().edgeCount()).isEqualTo(2);
        assertThat(set.withUndirected(true).snapshot().edgeCount()).isEqualTo(4);
        assertThat(set.withUndirected(true).eventCount()).isEqualTo(7);
    }

    @Test
    void timedEdgesKeepTheOrderOfTheFileAndItsLabels() throws IOException {
        write("edges.tsv.gz", "3 1 2.5 0 1", "0 1 1 1.5 note", "0 1 1 1.5", "2 2 -1 7 0");

        TimedEdges edges = DataSetFolder.open(folder).timedEdges();

        assertThat(edges.nodeCount()).isEqualTo(4);
        assertThat(edges.eventCount()).isEqualTo(4);
        assertThat(edges.source(0)).isEqualTo(3);
        assertThat(edges.target(0)).isEqualTo(1);
        assertThat(edges.weight(0)).isEqualTo(2.5f);
        assertThat(edges.time(2)).isEqualTo(1.5);
        assertThat(edges.label(0)).isEqualTo(1);
        assertThat(edges.label(1)).isNaN();
        assertThat(edges.label(2)).isNaN();
        assertThat(edges.label(3)).isZero();
    }

    @Test
    void edgesOfAStaticSetAreNoEvents() throws IOException {
        write("edges.tsv.gz", "0 1");

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> DataSetFolder.open(folder).timedEdges())
                .withMessageContaining("have no times");
    }

    @Test
    void temporalSetIsItsEdgesAtTheirTimes() throws IOException {
        write("edges.tsv.gz", "0 1 3 0", "0 1 -2 36.5 1");
        DataSetFolder set = DataSetFolder.open(folder);

        assertThat(set.temporal()).isTrue();
        assertThat(set.events(1000).toList()).extracting(GraphMutation::time).containsExactly(1000L, 37_500L);
        assertThat(set.eventCount()).isEqualTo(2);
        assertThat(set.snapshot().in().weight(0)).isEqualTo(-2);
    }

    @Test
    void multiLabelSetHasClassSetsEverywhere() throws IOException {
        write("edges.tsv.gz", "0 1");
        write("features.svm.gz", "0 10,2 0:1", "1 3 0:1", "2 -1 0:1");
        DataSetFolder set = DataSetFolder.open(folder);

        assertThat(set.multiLabel()).isTrue();
        assertThat(set.classNames()).containsExactly("2", "3", "10");
        TaskLabels labels = labels(set.snapshot());
        assertThat(labels.size()).isEqualTo(2);
        assertThat(labels.value(1)).isEqualTo(LabelValue.ClassSet.of(List.of("3")));
    }

    @Test
    void offsetsListNeighboursAfterTheNode() throws IOException {
        write("adj.txt.gz", "1-2", "", "1 2", "", "");
        DataSetFolder set = DataSetFolder.open(folder);

        assertThat(set.nodeCount()).isEqualTo(5);
        assertThat(set.events(0)
                        .filter(m -> m instanceof GraphMutation.UpsertEdge)
                        .map(m -> ((GraphMutation.UpsertEdge) m).edge()))
                .contains(
                        new EdgeId("0", "1", ""),
                        new EdgeId("0", "2", ""),
                        new EdgeId("2", "3", ""),
                        new EdgeId("4", "2", ""))
                .hasSize(8);
    }

    @Test
    void rowsOfInNeighboursNeedNoSnapshot() throws IOException {
        write("edges.tsv.gz", "3 0 1.5", "1 0", "3 0 2.5", "0 3");
        CompressedRows in = DataSetFolder.open(folder).inRows();

        assertThat(in.offsets()).containsExactly(0, 2, 2, 2, 3);
        assertThat(in.neighbours()).containsExactly(1, 3, 0);
        assertThat(in.weights()).containsExactly(1, 2.5f, 1);

        write("edges.tsv.gz", "0 3", "0 1 2");
        CompressedRows undirected = DataSetFolder.open(folder).inRows();
        assertThat(undirected.offsets()).containsExactly(0, 2, 3, 3, 4);
        assertThat(undirected.neighbours()).containsExactly(1, 3, 0, 0);
        assertThat(undirected.weights()).containsExactly(2, 1, 2, 1);
    }

    @Test
    void splitIsChosenByNumber() throws IOException {
        write("edges.tsv.gz", "0 1");
        write("features.svm.gz", "0 1 0:1", "1 1 0:1");
        write("splits.0.tsv.gz", "0 train");
        write("splits.1.tsv.gz", "0 test", "1 es");

        assertThat(labels(DataSetFolder.open(folder).snapshot()).size()).isOne();
        assertThat(labels(DataSetFolder.open(folder, 1).snapshot()).part(1)).isEqualTo(Part.VALIDATION);
        assertThatExceptionOfType(MalformedDataSetException.class)
                .isThrownBy(() -> DataSetFolder.open(folder, 2))
                .withMessageContaining("splits.2.tsv.gz: does not exist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "edges.tsv.gz    | 0 x           | line 2: the target (x) must be a whole number",
                "edges.tsv.gz    | 3             | line 2: the target is missing",
                "edges.tsv.gz    | -1 3          | line 2: the source (-1) must not be negative",
                "edges.tsv.gz    | 0 1 NaN       | line 2: the weight (NaN) must be finite",
                "edges.tsv.gz    | 0 1 1 7       | line 2: either every edge has a time or none",
                "features.svm.gz | 0 1 0:1       | line 2: the node (0) has a line already",
                "features.svm.gz | 1 1 2:1 2:1   | line 2: the feature index (2) must be above the one before (2)",
                "features.svm.gz | 1 1 2         | line 2: the feature (2) must be index:value",
                "features.svm.gz | 1 a 2:1       | line 2: the label (a) must be a whole number",
                "splits.tsv.gz   | 1 later       | line 2: the part (later) must be train, val, es or test",
                "splits.tsv.gz   | 99 test       | line 2: the node (99) must be below the number of nodes (2)",
            })
    void badLinesAreNamed(String file, String line, String problem) throws IOException {
        write("edges.tsv.gz", "0 1");
        write("features.svm.gz", "0 1 0:1");
        write("splits.tsv.gz", "0 train");
        write(file, file.startsWith("edges") ? "0 1" : file.startsWith("feat") ? "0 1 0:1" : "0 train", line);

        assertThatExceptionOfType(MalformedDataSetException.class)
                .isThrownBy(() -> DataSetFolder.open(folder))
                .withMessage("%s, %s", folder.resolve(file), problem);
    }

    @Test
    void folderWithoutEdgesAndFileThatIsNotGzipAreNamed() throws IOException {
        assertThatExceptionOfType(MalformedDataSetException.class)
                .isThrownBy(() -> DataSetFolder.open(folder.resolve("none")))
                .withMessageContaining("is not a folder");
        assertThatExceptionOfType(MalformedDataSetException.class)
                .isThrownBy(() -> DataSetFolder.open(folder))
                .withMessageContaining("has none of edges.tsv.gz");
        Files.writeString(folder.resolve("edges.tsv.gz"), "0 1\n");
        assertThatExceptionOfType(MalformedDataSetException.class)
                .isThrownBy(() -> DataSetFolder.open(folder))
                .withMessageContaining("edges.tsv.gz, line 0: is not gzip text");
    }

    /** Counts from the folders' own descriptions. */
    @ParameterizedTest
    @CsvSource({
        "cora,             2708,   5278, 1433,   7, true,  false",
        "wine,              178,   1231,   13,   3, true,  false",
        "amazon-photo,     7650, 119081,  745,   8, true,  false",
        "ppi-toy,         14755, 222109,   50, 121, true,  false",
        "ca-grqc,          5242,  14484,    0,   0, true,  false",
        "bitcoin-alpha,    3783,  24186,    0,   0, false, true",
        "jodie-wikipedia,  9227, 157474,    0,   0, false, true",
        "soc-slashdot0902,82168, 870161,    0,   0, false, false",
    })
    void realSetsHaveTheCountsOfTheirDescriptions(
            String name, int nodes, int edges, int dimension, int classes, boolean undirected, boolean temporal)
            throws IOException {
        DataSetFolder set = DataSetFolder.open(dataSet(name));

        assertThat(set.name()).isEqualTo(name);
        assertThat(set.nodeCount()).isEqualTo(nodes);
        assertThat(set.edgeCount()).isEqualTo(edges);
        assertThat(set.dimension()).isEqualTo(dimension);
        assertThat(set.classNames()).hasSize(classes);
        assertThat(set.undirected()).isEqualTo(undirected);
        assertThat(set.temporal()).isEqualTo(temporal);
        assertThat(set.events(0).count()).isEqualTo(set.eventCount());
    }

    @Test
    void coraHasItsStandardSplit() throws IOException {
        GraphSnapshot cora = DataSetFolder.open(dataSet("cora")).snapshot();
        TaskLabels labels = labels(cora);

        assertThat(cora.edgeCount()).isEqualTo(2 * 5278);
        assertThat(labels.nodes(Part.TRAIN)).hasSize(140);
        assertThat(labels.nodes(Part.VALIDATION)).hasSize(500);
        assertThat(labels.nodes(Part.TEST)).hasSize(1000);
        assertThat(cora.features()).isInstanceOf(FeatureMatrix.Sparse.class);
        assertThat(labels.value(0)).isEqualTo(new LabelValue.OneClass("3"));
    }

    private static TaskLabels labels(GraphSnapshot snapshot) {
        return Objects.requireNonNull(snapshot.labels(DataSetFolder.TASK));
    }

    private static Path dataSet(String name) {
        String root = System.getProperty("anabranch.data.sets", "");
        Path path = Path.of(root, name);
        assumeTrue(
                !root.isEmpty() && Files.isDirectory(path),
                "The data set (%s) is not there; set -Danabranch.data.sets to the folder that holds it."
                        .formatted(name));
        return path;
    }

    private void write(String file, String... lines) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(file)))) {
            out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
