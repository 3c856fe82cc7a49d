package io.anabranch.graph.hag.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.testkit.Randomized;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class MaintainedHagTest {

    /** Searches wait here until the test runs them. */
    private final Queue<Runnable> searches = new ArrayDeque<>();

    /** 30 vertices, each with an edge from all others: hardly anything left to sum. */
    private static EditedGraph complete(Mode mode) {
        EditedGraph graph = new EditedGraph(mode, 30, 30);
        for (int v = 0; v < 30; v++) {
            for (int u = 0; u < 30; u++) {
                if (u != v) {
                    graph.add(u, v);
                }
            }
        }
        return graph;
    }

    private static MaintainedHag maintained(EditedGraph graph, Executor executor) {
        HagOptions options = HagOptions.of(graph.mode).withLambda(-1);
        return new MaintainedHag(graph.search(options), RebuildRule.of(options), executor);
    }

    private static void remove(EditedGraph graph, MaintainedHag hag, int source, int target) {
        graph.remove(source, target);
        hag.remove(source, target);
    }

    private static void add(EditedGraph graph, MaintainedHag hag, int source, int target) {
        graph.add(source, target);
        hag.add(source, target);
    }

    /** Removes edges u → u + 1 … until a search is asked for. */
    private void wearDown(EditedGraph graph, MaintainedHag hag) {
        for (int u = 0; !hag.report().rebuilding(); u++) {
            remove(graph, hag, u, (u + 7) % 30);
        }
    }

    @Test
    void isSearchedAnewOnceItCostsAFifthMore() {
        EditedGraph graph = complete(Mode.CLOSED);
        MaintainedHag hag = maintained(graph, searches::add);
        // A node of thirty sources, and thirty targets of one child: 60 edges less a node.
        assertThat(hag.report().shared().transfers() - hag.report().shared().nodes())
                .isEqualTo(59);

        // 28 children more than before.
        remove(graph, hag, 0, 1);
        assertThat(hag.report().shared().transfers()).isEqualTo(60 + 28);
        assertThat(searches).hasSize(1);
        assertThat(hag.report().rebuilding()).isTrue();
        assertThat(hag.takeRebuilt()).isFalse();

        searches.remove().run();
        assertThat(hag.takeRebuilt()).isTrue();
        assertThat(hag.report().rebuilds()).isEqualTo(1);
        assertThat(hag.report().rebuilding()).isFalse();
        // Target 1 has the node {1 … 29}, the others that of it and 0: 29 + 2 + 30.
        assertThat(hag.report().shared().transfers()).isEqualTo(61);
        graph.requireSums(hag.toHag());
    }

    @Test
    void editsDuringASearchAreDoneAgain() {
        EditedGraph graph = complete(Mode.OPEN);
        MaintainedHag hag = maintained(graph, searches::add);
        wearDown(graph, hag);
        for (int v = 0; v < 20; v++) {
            remove(graph, hag, (v + 3) % 30, v);
            add(graph, hag, v, v);
        }
        graph.grow(31, 31);
        hag.grow(31, 31);
        add(graph, hag, 30, 2);
        add(graph, hag, 5, 30);
        graph.rows.get(4).clear();
        hag.clear(4);
        assertThat(hag.report().waitingEdits()).isEqualTo(44);
        assertThat(searches).hasSize(1);
        graph.requireSums(hag.toHag());

        searches.remove().run();
        assertThat(hag.takeRebuilt()).isTrue();
        assertThat(hag.report().waitingEdits()).isZero();
        graph.requireSums(hag.toHag());
    }

    @Test
    void everyEditDoesAFewOfThoseThatWait() {
        EditedGraph graph = complete(Mode.OPEN);
        MaintainedHag hag = maintained(graph, searches::add);
        wearDown(graph, hag);
        for (int v = 0; v < 20; v++) {
            add(graph, hag, v, v);
        }
        searches.remove().run();
        add(graph, hag, 20, 20);
        assertThat(hag.report().waitingEdits()).isEqualTo(21 - 8);
        add(graph, hag, 21, 21);
        assertThat(hag.report().waitingEdits()).isEqualTo(22 - 16);
        assertThat(hag.report().rebuilds()).isZero();
        add(graph, hag, 22, 22);
        assertThat(hag.report().rebuilds()).isEqualTo(1);
        graph.requireSums(hag.toHag());
    }

    @Test
    void aFailedSearchIsCountedAndLeavesTheGraph() {
        EditedGraph graph = complete(Mode.OPEN);
        IllegalStateException cause = new IllegalStateException("no memory");
        HagOptions options = HagOptions.of(graph.mode).withLambda(-1);
        MaintainedHag hag = new MaintainedHag(graph.search(options), RebuildRule.of(options), searches::add, rows -> {
            throw cause;
        });
        wearDown(graph, hag);
        searches.remove().run();
        assertThat(hag.report().failedRebuilds()).isZero();
        assertThat(hag.takeRebuilt()).isFalse();
        assertThat(hag.report().failedRebuilds()).isEqualTo(1);
        assertThat(hag.lastFailure()).isSameAs(cause);
        assertThat(hag.report().rebuilding()).isFalse();
        graph.requireSums(hag.toHag());

        // The next one waits until it costs a fifth more again.
        add(graph, hag, 0, 0);
        assertThat(hag.report().rebuilding()).isFalse();
        for (int v = 0; v < 30; v++) {
            remove(graph, hag, (v + 3) % 30, v);
        }
        assertThat(searches).hasSize(1);
    }

    @Test
    void aRefusedSearchIsAFailedOne() {
        EditedGraph graph = complete(Mode.OPEN);
        RejectedExecutionException cause = new RejectedExecutionException("shut down");
        MaintainedHag hag = maintained(graph, search -> {
            throw cause;
        });
        for (int u = 0; hag.lastFailure() == null; u++) {
            remove(graph, hag, u, (u + 7) % 30);
        }
        assertThat(hag.lastFailure()).isSameAs(cause);
        assertThat(hag.report().failedRebuilds()).isEqualTo(1);
        assertThat(hag.report().rebuilding()).isFalse();
        graph.requireSums(hag.toHag());
    }

    @Test
    void deletionsAloneLeadToASearch() {
        EditedGraph graph = complete(Mode.OPEN);
        MaintainedHag hag = maintained(graph, searches::add);
        for (int v = 0; v < 30 && searches.isEmpty(); v++) {
            graph.rows.get(v).clear();
            hag.clear(v);
        }
        // Whole rows never raise the cost; a graph of few rows still has the nodes of many.
        assertThat(searches).hasSize(1);
    }

    @Test
    void onlyAGrowthIsAFactor() {
        HagOptions options = HagOptions.of(Mode.OPEN);
        for (double factor : new double[] {1, 0.5, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RebuildRule(options, factor))
                    .withMessage("The factor (%s) must be finite and above 1.", factor);
        }
    }

    /** Searches end after any number of edits. Afterwards the graph costs what the rule allows at most. */
    @Randomized(runs = 40)
    void followsItsGraphThroughRebuilds(RandomGenerator random) {
        Mode mode = random.nextBoolean() ? Mode.OPEN : Mode.CLOSED;
        EditStream stream = new EditStream(EditStream.Shape.values()[random.nextInt(4)], mode, random);
        EditedGraph graph = stream.graph();
        MaintainedHag hag = maintained(graph, searches::add);
        for (int edit = 0; edit < 3_000; edit++) {
            stream.next(hag);
            if (!searches.isEmpty() && random.nextInt(60) == 0) {
                searches.remove().run();
                if (random.nextBoolean()) {
                    hag.takeRebuilt();
                }
            }
            graph.requireSums(hag.toHag());
        }
        assertThat(hag.report().rebuilds()).isGreaterThan(2);
        assertThat(hag.report().failedRebuilds()).isZero();
        assertThat(hag.report().edits()).isEqualTo(3_000);
    }

    /** A search reads the rows as they were, while these are edited. */
    @Randomized(runs = 20)
    void frozenRowsStay(RandomGenerator random) {
        Mode mode = random.nextBoolean() ? Mode.OPEN : Mode.CLOSED;
        EditStream stream = new EditStream(EditStream.Shape.values()[random.nextInt(4)], mode, random);
        HagOptions options = HagOptions.of(mode).withLambda(-1);
        PatchedHag patched = stream.graph().patched(options);
        for (int edit = 0; edit < 30; edit++) {
            stream.next(patched);
        }
        FrozenRows frozen = patched.freeze();
        PatchedHag before = frozen.search(options);
        stream.graph().requireWhole(before);
        for (int edit = 0; edit < 300; edit++) {
            stream.next(patched);
        }
        stream.graph().requireWhole(patched);
        PatchedHag after = frozen.search(options);
        assertThat(after.cost()).isEqualTo(before.cost());
        assertThat(after.toHag().targetChildren()).isEqualTo(before.toHag().targetChildren());
    }
}
