package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PredictionsTest {

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 2, Duration.ofSeconds(1), () -> true);
    private final EmbeddingView view = new EmbeddingView();
    private final List<String> pending = new ArrayList<>();
    private final Predictions predictions = new Predictions(registry, view, () -> pending);

    PredictionsTest() {
        log.feed(registry);
    }

    private long serve(ModelSnapshot snapshot) {
        long version = publisher.publish(snapshot).version();
        registry.cover(version, 0, 1);
        publisher.promote(snapshot.getSpec().getName(), version);
        return version;
    }

    private void put(long version, String id, long eventTime, float... values) {
        view.put(version, id, new NodeVector(values, new NodeFreshness(eventTime, eventTime + 5, 0, eventTime)));
    }

    private static Problem problemOf(ThrowingCallable call) {
        Problem[] caught = new Problem[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> caught[0] = e.problem());
        return caught[0];
    }

    @Test
    void multiClassIsASoftmaxOverTheProjectedEmbedding() {
        long version = serve(TestModels.model(
                        "m", "trained", TestModels.head("class", HeadKind.HEAD_KIND_MULTI_CLASS, "x", "y", "z"))
                .addTensors(TestModels.tensor("head.class.weight", List.of(2, 3), 1, 2, 3, -1, 0, 1))
                .addTensors(TestModels.tensor("head.class.bias", List.of(3), 0, 0, -2))
                .build());
        put(version, "n", 10, 1, 2);
        var answer = predictions.classify(ModelChoice.ANY, "", List.of("n"));
        assertThat(answer.modelVersion()).isEqualTo(version);
        assertThat(answer.task()).isEqualTo("class");
        NodeClasses node = answer.nodes().getFirst();
        // Logits by hand: 1·1 + 2·(-1) = -1; 1·2 + 2·0 = 2; 1·3 + 2·1 - 2 = 3. softmax = e^-4 : e^-1 : 1.
        double sum = Math.exp(-4) + Math.exp(-1) + 1;
        assertThat(node.scores().get(0).probability()).isCloseTo((float) (Math.exp(-4) / sum), within(1e-6f));
        assertThat(node.scores().get(1).probability()).isCloseTo((float) (Math.exp(-1) / sum), within(1e-6f));
        assertThat(node.scores().get(2).probability()).isCloseTo((float) (1 / sum), within(1e-6f));
        assertThat(node.chosen()).containsExactly("z");
        assertThat(node.value()).isNull();
        assertThat(node.freshness().eventTimeMs()).isEqualTo(10);
    }

    @Test
    void withoutHeadTensorsTheEmbeddingIsTheLogits() {
        long version = serve(TestModels.trained("m"));
        put(version, "n", 1, 3, 1);
        NodeClasses node = predictions
                .classify(ModelChoice.ANY, "class", List.of("n"))
                .nodes()
                .getFirst();
        assertThat(node.chosen()).containsExactly("a");
        assertThat(node.scores().get(0).probability()).isCloseTo((float) (1 / (1 + Math.exp(-2))), within(1e-6f));
    }

    @Test
    void multiLabelIsASigmoidPerClass() {
        long version = serve(
                TestModels.model("m", "trained", TestModels.head("tags", HeadKind.HEAD_KIND_MULTI_LABEL, "p", "q"))
                        .build());
        put(version, "n", 1, 2, -1);
        put(version, "both", 1, 0, 7);
        var nodes =
                predictions.classify(ModelChoice.ANY, "", List.of("n", "both")).nodes();
        assertThat(nodes.get(0).chosen()).containsExactly("p");
        assertThat(nodes.get(0).scores().get(1).probability())
                .isCloseTo((float) (1 / (1 + Math.exp(1))), within(1e-6f));
        assertThat(nodes.get(1).chosen()).containsExactly("p", "q");
    }

    @Test
    void regressionIsTheOneLogit() {
        long version = serve(TestModels.model("m", "trained", TestModels.head("price", HeadKind.HEAD_KIND_REGRESSION))
                .addTensors(TestModels.tensor("head.price.weight", List.of(2, 1), 2, 3))
                .addTensors(TestModels.tensor("head.price.bias", List.of(1), 10))
                .build());
        put(version, "n", 1, 4, -1);
        NodeClasses node =
                predictions.classify(ModelChoice.ANY, "", List.of("n")).nodes().getFirst();
        assertThat(node.value()).isEqualTo(15f);
        assertThat(node.chosen()).isEmpty();
        assertThat(node.scores()).isEmpty();
    }

    @Test
    void linksAreASigmoidOfTheDotProductOfProjectedEnds() {
        long version = serve(TestModels.model("m", "trained", TestModels.head("link", HeadKind.HEAD_KIND_LINK))
                .addTensors(TestModels.tensor("head.link.weight", List.of(2, 2), 1, 0, 0, 2))
                .addTensors(TestModels.tensor("head.link.bias", List.of(2), 0, 1))
                .build());
        put(version, "a", 20, 1, 0);
        put(version, "b", 10, -1, 1);
        var answer = predictions.scoreLinks(ModelChoice.ANY, "", List.of(new Pair("a", "b")));
        // (1, 1) · (-1, 3) = 2.
        assertThat(answer.links().getFirst().probability()).isCloseTo((float) (1 / (1 + Math.exp(-2))), within(1e-6f));
        assertThat(answer.links().getFirst().freshness().eventTimeMs())
                .as("the staler end")
                .isEqualTo(10);
    }

    @Test
    void embeddingsComeInTheOrderOfTheRequest() {
        long version = serve(TestModels.trained("m"));
        put(version, "a", 1, 1, 2);
        put(version, "b", 2, 3, 4);
        var answer = predictions.embeddings(ModelChoice.ANY, List.of("b", "a", "b"));
        assertThat(answer.nodes()).extracting(Prediction.NodeEmbedding::nodeId).containsExactly("b", "a", "b");
        assertThat(answer.nodes().get(1).vector().value(1)).isEqualTo(2f);
    }

    @Test
    void vectorsOfTwoVersionsAreNeverMixed() {
        long first = serve(TestModels.trained("m"));
        put(first, "a", 1, 1, 1);
        put(first, "b", 1, 1, 1);
        long second = serve(TestModels.trained("m"));
        put(second, "a", 1, 2, 2);
        assertThat(predictions.embeddings(ModelChoice.ANY, List.of("a")).modelVersion())
                .isEqualTo(second);
        assertThat(problemOf(() -> predictions.embeddings(ModelChoice.ANY, List.of("a", "b"))))
                .isInstanceOfSatisfying(
                        Problem.Missing.class, p -> assertThat(p.names()).containsExactly("b"));
        assertThat(predictions
                        .embeddings(new ModelChoice("m", first), List.of("a", "b"))
                        .modelVersion())
                .isEqualTo(first);
    }

    @Test
    void unknownNodesAreAllNamedOnce() {
        long version = serve(TestModels.trained("m"));
        put(version, "a", 1, 1, 1);
        Problem problem = problemOf(() -> predictions.classify(ModelChoice.ANY, "", List.of("x", "a", "y", "x")));
        assertThat(problem).isInstanceOfSatisfying(Problem.Missing.class, p -> {
            assertThat(p.kind()).isEqualTo(Problem.ResourceKind.NODE);
            assertThat(p.names()).containsExactly("x", "y");
        });
    }

    @Test
    void batchAndIdsAreChecked() {
        serve(TestModels.trained("m"));
        assertThat(problemOf(() -> predictions.embeddings(ModelChoice.ANY, List.of()))
                        .message())
                .isEqualTo("node_ids: Must have 1 to 1000 entries, but has 0.");
        assertThat(problemOf(() -> predictions.embeddings(ModelChoice.ANY, Collections.nCopies(1001, "a")))
                        .message())
                .contains("1001");
        assertThat(problemOf(() -> predictions.embeddings(ModelChoice.ANY, List.of("a", "")))
                        .message())
                .startsWith("node_ids[1]: ");
        assertThat(problemOf(() -> predictions.scoreLinks(ModelChoice.ANY, "", List.of(new Pair("a", "ä".repeat(129)))))
                        .message())
                .isEqualTo("pairs[0].target: Must have 1 to 256 bytes, but has 258.");
    }

    @Test
    void theModelMustBeThereActiveAndUnambiguous() {
        assertThat(problemOf(() -> predictions.embeddings(ModelChoice.ANY, List.of("a")))
                        .reason())
                .isEqualTo("MODEL_NOT_FOUND");
        long version = publisher.publish(TestModels.trained("m")).version();
        assertThat(problemOf(() -> predictions.embeddings(ModelChoice.ANY, List.of("a")))
                        .reason())
                .isEqualTo("NO_ACTIVE_VERSION");
        assertThat(problemOf(() -> predictions.embeddings(new ModelChoice("m", 0), List.of("a")))
                        .reason())
                .isEqualTo("NO_ACTIVE_VERSION");
        assertThat(problemOf(() -> predictions.embeddings(new ModelChoice("m", version), List.of("a")))
                        .reason())
                .isEqualTo("VERSION_NOT_COVERED");
        assertThat(problemOf(() -> predictions.embeddings(new ModelChoice("m", 99), List.of("a")))
                        .reason())
                .isEqualTo("VERSION_NOT_FOUND");
        assertThat(problemOf(() -> predictions.embeddings(new ModelChoice("n", 0), List.of("a")))
                        .reason())
                .isEqualTo("MODEL_NOT_FOUND");
        serve(TestModels.trained("m"));
        serve(TestModels.trained("n"));
        Problem ambiguous = problemOf(() -> predictions.classify(ModelChoice.ANY, "class", List.of("a")));
        assertThat(ambiguous.reason()).isEqualTo("INVALID_REQUEST");
        assertThat(ambiguous.message()).contains("model.name").contains("[m, n]");
    }

    @Test
    void theTaskMustBeThereAndUnambiguous() {
        serve(TestModels.model(
                        "m",
                        "trained",
                        TestModels.head("one", HeadKind.HEAD_KIND_MULTI_CLASS, "a", "b"),
                        TestModels.head("two", HeadKind.HEAD_KIND_MULTI_LABEL, "a", "b"))
                .build());
        assertThat(problemOf(() -> predictions.classify(ModelChoice.ANY, "", List.of("n")))
                        .message())
                .startsWith("task: Must be one of [one, two]");
        assertThat(problemOf(() -> predictions.classify(new ModelChoice("m", 0), "three", List.of("n")))
                        .reason())
                .isEqualTo("TASK_NOT_FOUND");
        assertThat(problemOf(() -> predictions.scoreLinks(ModelChoice.ANY, "", List.of(new Pair("a", "b"))))
                        .reason())
                .isEqualTo("TASK_NOT_FOUND");
    }

    @Test
    void nothingIsAnsweredBeforeTheFeedsHaveCaughtUp() {
        long version = serve(TestModels.trained("m"));
        put(version, "a", 1, 1, 1);
        pending.add("topic t is still to be read");
        assertThat(problemOf(() -> predictions.embeddings(ModelChoice.ANY, List.of("a"))))
                .isInstanceOfSatisfying(Problem.Unready.class, p -> {
                    assertThat(p.message()).contains("topic t");
                    assertThat(p.retryAfter()).isEqualTo(Duration.ofSeconds(1));
                });
    }

    @Test
    void aHeadThatDoesNotFitIsNamed() {
        assertThatThrownBy(() -> FrozenHead.of(
                        TestModels.model("m", "trained")
                                .addTensors(TestModels.tensor("head.t.weight", List.of(3, 1), 1, 2, 3))
                                .build(),
                        TestModels.head("t", HeadKind.HEAD_KIND_REGRESSION)))
                .hasMessageContaining("head (t)");
    }
}
