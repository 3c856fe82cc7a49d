package io.anabranch.graph.hag.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.HagOptions.Rule;
import io.anabranch.graph.hag.HagReport;
import io.anabranch.graph.hag.TestRows;
import io.anabranch.graph.snapshot.CompressedRows;
import io.anabranch.graph.snapshot.DataSetFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Reductions of public graphs, as another implementation of the search found them. Each plan's sums are compared with the direct
 * ones. Counts are the same on every machine; the tolerance is for the order of equal pairs.
 */
final class HagDataSetTest {

    /** The greedy search as published, at one node for four targets: aggregations and transfers. */
    @ParameterizedTest
    @CsvSource({
        "imdb-binary, 1.73, 1.54",
        "collab, 3.05, 2.93",
        "ca-grqc, 1.74, 1.44",
        "ppi-toy, 1.28, 1.26",
        "amazon-photo, 1.38, 1.35",
        "facebook-pages, 1.50, 1.42",
        "soc-slashdot0902, 1.20, 1.15",
        "cora, 1.21, 1.07",
        "bzr, 1.00, 1.00"
    })
    void prefix(String set, double aggregations, double transfers) throws IOException {
        HagOptions options = HagOptions.of(Mode.OPEN).withRule(Rule.PREFIX).withCapacity(HagCapacity.QUARTER);
        HagReport report = plan(set, options);
        assertThat(report.aggregationsFactor()).isCloseTo(aggregations, within(0.01));
        assertThat(report.transfersFactor()).isCloseTo(transfers, within(0.01));
    }

    /** The same to its end. */
    @ParameterizedTest
    @CsvSource({
        "imdb-binary, 3.44, 2.00, 26440",
        "ca-grqc, 2.01, 1.44, 3077",
        "ppi-toy, 1.87, 1.48, 55238",
        "amazon-photo, 2.30, 1.76, 27243",
        "facebook-pages, 2.10, 1.61, 37969",
        "soc-slashdot0902, 1.39, 1.17, 95634",
        "cora, 1.30, 1.07, 1170",
        "bzr, 1.00, 1.00, 20"
    })
    void allMerges(String set, double aggregations, double transfers, int nodes) throws IOException {
        HagReport report = plan(set, HagOptions.of(Mode.OPEN).withRule(Rule.PREFIX));
        assertThat(report.aggregationsFactor()).isCloseTo(aggregations, within(0.01));
        assertThat(report.transfersFactor()).isCloseTo(transfers, within(0.01));
        assertThat((double) report.shared().nodes()).isCloseTo(nodes, within(0.005 * nodes));
    }

    /** Pruned to one node for four targets: the least that is to be reached. */
    @ParameterizedTest
    @CsvSource({
        "collab, OPEN, 8.0, 7.0",
        "collab, CLOSED, 25, 17",
        "imdb-binary, OPEN, 2.0, 1.7",
        "imdb-binary, CLOSED, 7.2, 4.1",
        "ca-grqc, OPEN, 1.78, 1.45",
        "ca-grqc, CLOSED, 2.15, 1.7",
        "facebook-pages, OPEN, 1.54, 1.46",
        "amazon-photo, OPEN, 1.42, 1.38",
        "ppi-toy, OPEN, 1.30, 1.27",
        "soc-slashdot0902, OPEN, 1.22, 1.16",
        "cora, OPEN, 1.23, 1.07"
    })
    void pruned(String set, Mode mode, double aggregations, double transfers) throws IOException {
        HagReport report = plan(set, HagOptions.of(mode).withLambda(-1).withCapacity(HagCapacity.QUARTER));
        assertThat(report.aggregationsFactor()).isGreaterThanOrEqualTo(aggregations);
        assertThat(report.transfersFactor()).isGreaterThanOrEqualTo(transfers);
    }

    private static HagReport plan(String set, HagOptions options) throws IOException {
        TestRows rows = open(set);
        SharedSums found = rows.search(options);
        Hag hag = found.plan(options);
        rows.requireEqualSums(hag, options.mode());
        assertThat((long) hag.nodes()).isLessThanOrEqualTo(options.capacity().limit(rows.targets()));
        HagReport report = found.report(hag);
        assertThat(report.hubRows() + report.hubSources()).isZero();
        return report;
    }

    static TestRows open(String set) throws IOException {
        Path folder = Path.of(System.getProperty("anabranch.data.sets", "../shared/data"), set);
        assumeThat(folder)
                .as(
                        "The data set %s is not there, so what its rows share is not tested; see the system property"
                                + " anabranch.data.sets.",
                        set)
                .isDirectory();
        CompressedRows rows = DataSetFolder.open(folder).inRows();
        return new TestRows(rows.rows(), rows.offsets(), rows.neighbours());
    }
}
