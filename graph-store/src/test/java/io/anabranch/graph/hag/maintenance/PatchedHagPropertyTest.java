package io.anabranch.graph.hag.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCost;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.testkit.Randomized;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PatchedHagPropertyTest {

    private static final int EDITS = 100_000;
    /** Sharing wears down: without a fresh search now and then there would be no node left to give way. */
    private static final int EDITS_PER_SEARCH = 100;

    @ParameterizedTest
    @CsvSource({
        "HUBS, OPEN", "HUBS, CLOSED", "CLIQUES, OPEN", "CLIQUES, CLOSED",
        "BIPARTITE, OPEN", "BIPARTITE, CLOSED", "DENSE, OPEN", "DENSE, CLOSED"
    })
    void everyRowIsCoveredAfterEveryOfAHundredThousandEdits(EditStream.Shape shape, Mode mode) {
        EditStream stream = new EditStream(shape, mode, new SplittableRandom(shape.ordinal() + 1));
        EditedGraph graph = stream.graph();
        HagOptions options = HagOptions.of(mode).withLambda(-1);
        PatchedHag patched = graph.patched(options);
        long unfoldings = 0;
        for (int edit = 1; edit <= EDITS; edit++) {
            stream.next(patched);
            graph.requireWhole(patched);
            if (edit % 50 == 0) {
                requireExecutable(graph, patched);
            }
            if (edit % EDITS_PER_SEARCH == 0) {
                unfoldings += patched.unfoldings();
                patched = graph.patched(options);
            }
        }
        assertThat(unfoldings).isGreaterThan(EDITS / 50);
    }

    private static void requireExecutable(EditedGraph graph, PatchedHag patched) {
        Hag hag = patched.toHag();
        graph.requireSums(hag);
        assertThat(HagCost.of(hag)).isEqualTo(patched.cost());
        assertThat(patched.toHag()).isSameAs(hag);
    }

    /** Until nothing is left, so that every node is freed. */
    @Randomized(runs = 60)
    void nothingIsLeftOfAGraphWithoutEdges(RandomGenerator random) {
        EditStream.Shape shape = EditStream.Shape.values()[random.nextInt(4)];
        Mode mode = random.nextBoolean() ? Mode.OPEN : Mode.CLOSED;
        EditedGraph graph = new EditStream(shape, mode, random).graph();
        PatchedHag patched = graph.patched(HagOptions.of(mode).withLambda(random.nextInt(-1, 5)));
        for (int v = 0; v < graph.rows.size(); v++) {
            while (!graph.rows.get(v).isEmpty()) {
                int source = graph.rows
                        .get(v)
                        .removeInt(random.nextInt(graph.rows.get(v).size()));
                patched.remove(source, v);
                graph.requireRow(patched, v);
            }
        }
        graph.requireWhole(patched);
        long own = mode == Mode.CLOSED ? graph.rows.size() : 0;
        assertThat(patched.cost().transfers()).isEqualTo(own);
        assertThat(patched.cost().nodes()).isZero();
        graph.requireSums(patched.toHag());
    }

    /** A thousand vertices: the rows that an edit touches after each edit, all of them now and then. */
    @ParameterizedTest
    @CsvSource({"OPEN", "CLOSED"})
    void largeGraphsToo(Mode mode) {
        SplittableRandom random = new SplittableRandom(9);
        EditedGraph graph = new EditedGraph(mode, 1_000, 1_000);
        for (int v = 0; v < 1_000; v++) {
            for (int i = 0; i < 1 + 60 / (1 + v / 40); i++) {
                graph.add(neighbour(random, v), v);
            }
        }
        PatchedHag patched = graph.patched(HagOptions.of(mode));
        assertThat(patched.cost().nodes()).isGreaterThan(50);
        for (int edit = 1; edit <= 20_000; edit++) {
            int target = (int) (1_000 * Math.pow(random.nextDouble(), 3));
            int degree = graph.rows.get(target).size();
            if (degree > 0 && random.nextBoolean()) {
                patched.remove(graph.rows.get(target).removeInt(random.nextInt(degree)), target);
            } else {
                int source = neighbour(random, target);
                graph.add(source, target);
                patched.add(source, target);
            }
            graph.requireRow(patched, target);
            if (edit % 1_000 == 0) {
                graph.requireWhole(patched);
                requireExecutable(graph, patched);
            }
        }
    }

    private static int neighbour(RandomGenerator random, int v) {
        return v / 50 * 50 + (int) (50 * Math.pow(random.nextDouble(), 2));
    }
}
