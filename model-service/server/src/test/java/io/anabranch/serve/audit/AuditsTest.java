package io.anabranch.serve.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.audit.AuditReport.Audited;
import io.anabranch.serve.audit.AuditReport.Verdict;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.EventPosition;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.ServedVectors;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuditsTest {

    /** One over the square root of two and of three: the shares of in-degrees one and two. */
    private static final double SECOND = 1 / Math.sqrt(2);

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 2, Duration.ofSeconds(1), () -> true);
    private final EmbeddingView view = new EmbeddingView();
    private GraphSnapshot graph = graph(1, 2, 3);
    private IntConsumer atBarrier = round -> {};
    private Runnable atRepair = () -> {};
    private final List<String> asked = new ArrayList<>();
    private int barriers;
    private final Audits audits = new Audits(
            new ServedVectors(registry, view),
            new Audits.Views() {
                @Override
                public List<EventPosition> barrier(Duration patience) {
                    atBarrier.accept(barriers++);
                    return List.of(new EventPosition(0, 8));
                }

                @Override
                public GraphSnapshot graph() {
                    return graph;
                }
            },
            (ids, patience) -> {
                asked.addAll(ids);
                atRepair.run();
            });
    private final long version;

    AuditsTest() {
        log.feed(registry);
        ModelSnapshot model = TestModels.trained("m");
        version = publisher.publish(model).version();
        registry.cover(version, 0, 1);
        publisher.promote("m", version);
        put("a", 4, 5);
        // b: in-degree 1, so c_b² (1, 1) of its own and c_a c_b (4, 5) with c_a = 1.
        put("b", (float) (0.5 * 1 + SECOND * 4), (float) (0.5 * 1 + SECOND * 5));
    }

    /** a -> b; the model maps (x, y, z) to (x + z, y + z). */
    private static GraphSnapshot graph(float x, float y, float z) {
        return GraphSnapshot.builder(TestModels.FEATURES)
                .node("a", "", FeatureVector.dense(x, y, z))
                .node("b", "", FeatureVector.dense(0, 0, 1))
                .edge(new EdgeId("a", "b", ""), 1)
                .build();
    }

    private void put(String id, float... values) {
        view.put(version, id, new NodeVector(values, new NodeFreshness(1, 1, 0, 1)));
    }

    private static AuditOrder order(String... ids) {
        return new AuditOrder(ModelChoice.ANY, List.of(ids), 100, 7, 1e-5, 1000, false, Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        audits.close();
    }

    @Test
    void whatIsServedEqualsTheCalculationOnPaper() {
        AuditReport report = audits.audit(order()).join();
        assertThat(report.audited()).isEqualTo(2);
        assertThat(report.wrong()).isZero();
        assertThat(report.unsettled()).isZero();
        assertThat(report.largestError()).isLessThan(1e-6);
        assertThat(report.reflected()).containsExactly(new EventPosition(0, 8));
        assertThat(report.worst()).extracting(Audited::verdict).containsOnly(Verdict.RIGHT);
        assertThat(barriers).isOne();
    }

    @Test
    void aWrongEmbeddingIsFoundWithBothValues() {
        put("b", 9, 9);
        AuditReport report = audits.audit(order()).join();
        assertThat(report.wrong()).isOne();
        Audited worst = report.worst().getFirst();
        assertThat(worst.vertexId()).isEqualTo("b");
        assertThat(worst.verdict()).isEqualTo(Verdict.WRONG);
        assertThat(worst.stored()).containsExactly(9f, 9f);
        assertThat(worst.recomputed().get(1)).isCloseTo(0.5 + SECOND * 5, org.assertj.core.api.Assertions.within(1e-9));
        assertThat(report.largestError()).isGreaterThan(0.5);
        assertThat(barriers).as("compared twice").isEqualTo(2);
    }

    private static AuditOrder repairing(String... ids) {
        return new AuditOrder(ModelChoice.ANY, List.of(ids), 100, 7, 1e-5, 1000, true, Duration.ofSeconds(10));
    }

    @Test
    void aRepairReportsBeforeAndAfter() {
        put("b", 9, 9);
        put("ghost", 1, 2);
        atRepair = () -> {
            put("b", (float) (0.5 + SECOND * 4), (float) (0.5 + SECOND * 5));
            view.remove(version, "ghost");
        };
        AuditReport report = audits.audit(repairing()).join();
        assertThat(report.audited()).isEqualTo(3);
        assertThat(report.wrong()).isEqualTo(2);
        assertThat(asked).as("one layer: nobody else's values are behind it").containsExactly("b", "ghost");
        AuditReport.Repair repair = Objects.requireNonNull(report.repair());
        assertThat(repair.recomputed()).isEqualTo(2);
        assertThat(repair.after().audited()).isEqualTo(2);
        assertThat(repair.after().wrong() + repair.after().unsettled()).isZero();
        assertThat(barriers).as("two before, one after").isEqualTo(3);
    }

    @Test
    void whatARepairDoesNotHealIsSaidToBeWrongStill() {
        put("b", 9, 9);
        AuditReport report = audits.audit(repairing("b")).join();
        AuditReport.Repair repair = Objects.requireNonNull(report.repair());
        assertThat(repair.after().wrong()).isOne();
        assertThat(repair.after().worst().getFirst().vertexId()).isEqualTo("b");
    }

    @Test
    void whatIsRightIsNotRepaired() {
        AuditReport report = audits.audit(repairing()).join();
        assertThat(report.repair()).isNull();
        assertThat(asked).isEmpty();
    }

    @Test
    void suspectsAreThoseWhoseValuesAreBehindTheEmbedding() {
        GraphSnapshot path = GraphSnapshot.builder(TestModels.FEATURES)
                .edge(new EdgeId("a", "b", ""), 1)
                .edge(new EdgeId("b", "c", ""), 1)
                .edge(new EdgeId("c", "d", ""), 1)
                .edge(new EdgeId("d", "e", ""), 1)
                .build();
        assertThat(Suspects.of(List.of("d", "ghost"), path, 1)).containsExactly("d", "ghost");
        assertThat(Suspects.of(List.of("d", "ghost"), path, 3)).containsExactly("d", "ghost", "c", "b");
    }

    @Test
    void missingAndPhantomEmbeddingsAreWrong() {
        view.remove(version, "a");
        put("ghost", 1, 2);
        AuditReport report = audits.audit(order()).join();
        assertThat(report.wrong()).isEqualTo(2);
        assertThat(report.worst().stream().limit(2))
                .extracting(Audited::vertexId)
                .containsExactlyInAnyOrder("a", "ghost");
        assertThat(report.largestError()).isInfinite();
    }

    @Test
    void whatCatchesUpWasNotWrong() {
        put("b", 9, 9);
        atBarrier = round -> {
            if (round == 1) {
                put("b", (float) (0.5 + SECOND * 4), (float) (0.5 + SECOND * 5));
            }
        };
        AuditReport report = audits.audit(order("b")).join();
        assertThat(report.wrong()).isZero();
        assertThat(report.unsettled()).isZero();
    }

    @Test
    void whatDiffersWhileTheGraphMovesIsUnsettled() {
        put("b", 9, 9);
        atBarrier = round -> graph = graph(round, 2, 3);
        AuditReport report = audits.audit(order("b")).join();
        assertThat(report.wrong()).isZero();
        assertThat(report.unsettled()).isOne();
        assertThat(report.worst().getFirst().verdict()).isEqualTo(Verdict.UNSETTLED);
        assertThat(report.largestError())
                .as("says nothing of what is unsettled")
                .isZero();
        assertThat(barriers).isEqualTo(Audits.ROUNDS);
    }

    @Test
    void aSampleIsTheSameForTheSameSeed() {
        AuditOrder one = new AuditOrder(ModelChoice.ANY, List.of(), 1, 3, 1e-5, 1000, false, Duration.ofSeconds(10));
        String first = audits.audit(one).join().worst().getFirst().vertexId();
        assertThat(audits.audit(one).join().worst().getFirst().vertexId()).isEqualTo(first);
    }

    private static Problem problemOf(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return ((ProblemException) Objects.requireNonNull(cause)).problem();
    }

    @Test
    void aNeighbourhoodBeyondTheBoundIsSaidToBe() {
        AuditOrder tight =
                new AuditOrder(ModelChoice.ANY, List.of("b"), 100, 7, 1e-5, 2, false, Duration.ofSeconds(10));
        assertThatThrownBy(() -> audits.audit(tight).join())
                .satisfies(failure -> assertThat(problemOf(failure).reason()).isEqualTo("NEIGHBOURHOOD_TOO_LARGE"));
    }

    @Test
    void auditsGoOneAtATime() {
        CountDownLatch go = new CountDownLatch(1);
        atBarrier = round -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        var first = audits.audit(order());
        assertThatThrownBy(() -> audits.audit(order()))
                .satisfies(failure -> assertThat(problemOf(failure)).isInstanceOf(Problem.Exhausted.class));
        go.countDown();
        assertThat(first.join().wrong()).isZero();
    }

    @Test
    void aWrongOrderIsRefused() {
        assertThatThrownBy(() -> audits.audit(
                        new AuditOrder(ModelChoice.ANY, List.of(), 1001, 7, 1e-5, 10, false, Duration.ofSeconds(1))))
                .hasMessageContaining("sample");
        assertThatThrownBy(() -> audits.audit(
                        new AuditOrder(ModelChoice.ANY, List.of(), 1, 7, -1, 10, false, Duration.ofSeconds(1))))
                .hasMessageContaining("tolerance");
    }
}
