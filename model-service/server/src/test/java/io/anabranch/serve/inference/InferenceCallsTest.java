package io.anabranch.serve.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.anabranch.inference.InferParameter;
import io.anabranch.inference.InferTensorContents;
import io.anabranch.inference.ModelInferRequest;
import io.anabranch.inference.ModelInferRequest.InferInputTensor;
import io.anabranch.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.anabranch.inference.ModelInferResponse;
import io.anabranch.inference.ModelInferResponse.InferOutputTensor;
import io.anabranch.inference.ModelMetadataRequest;
import io.anabranch.inference.ModelMetadataResponse;
import io.anabranch.inference.ModelMetadataResponse.TensorMetadata;
import io.anabranch.inference.ModelReadyRequest;
import io.anabranch.inference.ModelRepositoryParameter;
import io.anabranch.inference.ModelStatistics;
import io.anabranch.inference.ModelStatisticsRequest;
import io.anabranch.inference.RepositoryIndexRequest;
import io.anabranch.inference.RepositoryIndexResponse.ModelIndex;
import io.anabranch.inference.RepositoryModelLoadRequest;
import io.anabranch.inference.RepositoryModelUnloadRequest;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.feed.GraphFeed;
import io.anabranch.serve.ingest.IngestRules;
import io.anabranch.serve.ingest.UnseenCheck;
import io.anabranch.serve.predict.Consistency;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.recompute.OnDemand;
import io.anabranch.serve.recompute.OnDemandLimits;
import io.anabranch.serve.recompute.UnseenVertices;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelRollout;
import io.anabranch.serve.wire.PredictionCalls;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InferenceCallsTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 2, Duration.ofSeconds(1), () -> true);
    private final EmbeddingView view = new EmbeddingView();
    private final ProgressView progress = new ProgressView(1);
    private final List<String> pending = new ArrayList<>();
    private final List<String> dead = new ArrayList<>();
    private final OpenInference protocol = OpenInference.over(
            new PredictionCalls(
                    new Predictions(registry, view, () -> pending),
                    new Consistency(
                            progress,
                            () -> CompletableFuture.completedFuture(new long[] {100}),
                            Duration.ofSeconds(10)),
                    new UnseenVertices(
                            new GraphFeed(3, Runnable::run),
                            patience -> {},
                            new OnDemand(new OnDemandLimits(1_000, 1, 1))),
                    new UnseenCheck(new IngestRules(3, 1_000_000, Duration.ofMinutes(1), true, false))),
            registry,
            publisher,
            () -> dead,
            () -> pending,
            "1.2.3",
            Clock.fixed(Instant.ofEpochMilli(4_000), ZoneOffset.UTC));
    private final InferenceCalls inference = protocol.inference();
    private final RepositoryCalls repository = protocol.repository();

    private long version;

    @BeforeEach
    void serve() {
        log.feed(registry);
        version = publisher.publish(TestModels.everyTask("m")).version();
        registry.cover(version, 0, 1);
        publisher.promote("m", version);
        put("u", 10, 2, 0);
        put("v", 20, -1, 3);
    }

    @AfterEach
    void close() {
        progress.close();
    }

    private void put(String id, long eventTime, float... values) {
        view.put(version, id, new NodeVector(values, new NodeFreshness(eventTime, eventTime + 5, 0, eventTime)));
    }

    private static InferInputTensor input(String name, String... ids) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        Stream.of(ids).forEach(id -> contents.addBytesContents(ByteString.copyFromUtf8(id)));
        return InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype("BYTES")
                .addShape(ids.length)
                .setContents(contents)
                .build();
    }

    private static ModelInferRequest.Builder nodes(String model, String... ids) {
        return ModelInferRequest.newBuilder().setModelName(model).addInputs(input("node_id", ids));
    }

    private static InferRequestedOutputTensor output(String name) {
        return InferRequestedOutputTensor.newBuilder().setName(name).build();
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private ModelInferResponse infer(ModelInferRequest.Builder request) {
        CompletableFuture<ModelInferResponse> answer = inference.infer(request.build(), LONG);
        assertThat(answer).as("answered at once").isDone();
        return answer.join();
    }

    private static InferOutputTensor named(ModelInferResponse response, String name) {
        return response.getOutputsList().stream()
                .filter(output -> output.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Problem problemOf(ThrowingCallable call) {
        Problem[] caught = new Problem[1];
        assertThatThrownBy(call).satisfies(e -> {
            Throwable cause = e instanceof CompletionException ? e.getCause() : e;
            assertThat(cause).isInstanceOfSatisfying(ProblemException.class, p -> caught[0] = p.problem());
        });
        return caught[0];
    }

    private List<Violation> violations(ModelInferRequest.Builder request) {
        Problem problem = problemOf(() -> inference.infer(request.build(), LONG).join());
        assertThat(problem).isInstanceOf(Problem.Invalid.class);
        return ((Problem.Invalid) problem).violations();
    }

    private List<String> fields(ModelInferRequest.Builder request) {
        return violations(request).stream().map(Violation::field).toList();
    }

    @Test
    void aModelByItsNameIsItsEmbeddings() {
        progress.report(0, 1, new long[] {43});
        ModelInferResponse response = infer(nodes("m", "v", "u").setId("req-7"));
        assertThat(response.getModelName()).isEqualTo("m");
        assertThat(response.getModelVersion()).isEqualTo(Long.toString(version));
        assertThat(response.getId()).isEqualTo("req-7");
        assertThat(response.getParametersMap()).containsOnlyKeys("reflected");
        assertThat(response.getParametersOrThrow("reflected").getStringParam()).isEqualTo("0:42");
        assertThat(response.getOutputsList())
                .extracting(InferOutputTensor::getName)
                .containsExactly("embedding", "event_time_ms", "accepted_time_ms");
        InferOutputTensor embedding = named(response, "embedding");
        assertThat(embedding.getDatatype()).isEqualTo("FP32");
        assertThat(embedding.getShapeList()).containsExactly(2L, 2L);
        assertThat(embedding.getContents().getFp32ContentsList()).containsExactly(-1f, 3f, 2f, 0f);
        assertThat(named(response, "event_time_ms").getContents().getInt64ContentsList())
                .containsExactly(20L, 10L);
        assertThat(named(response, "accepted_time_ms").getContents().getInt64ContentsList())
                .containsExactly(25L, 15L);
        assertThat(response.getRawOutputContentsList()).isEmpty();
    }

    @Test
    void eachTaskIsAModelOfItsOwn() {
        ModelInferResponse classes = infer(nodes("m:class", "u", "v"));
        assertThat(classes.getParametersOrThrow("task").getStringParam()).isEqualTo("class");
        assertThat(named(classes, "predicted_class").getContents().getBytesContentsList())
                .extracting(ByteString::toStringUtf8)
                .containsExactly("a", "b");
        assertThat(named(classes, "class_names").getContents().getBytesContentsList())
                .extracting(ByteString::toStringUtf8)
                .containsExactly("a", "b");
        assertThat(named(classes, "probabilities").getShapeList()).containsExactly(2L, 2L);
        // softmax(2, 0) and softmax(-1, 3)
        List<Float> probabilities =
                named(classes, "probabilities").getContents().getFp32ContentsList();
        assertThat(probabilities.get(0)).isCloseTo((float) (1 / (1 + Math.exp(-2))), within(1e-6f));
        assertThat(probabilities.get(2)).isCloseTo((float) (1 / (1 + Math.exp(4))), within(1e-6f));

        ModelInferResponse labels = infer(nodes("m:tags", "u", "v"));
        assertThat(named(labels, "predicted").getDatatype()).isEqualTo("BOOL");
        assertThat(named(labels, "predicted").getShapeList()).containsExactly(2L, 2L);
        // Sigmoids of (2, 0) and (-1, 3); those of at least one half.
        assertThat(named(labels, "predicted").getContents().getBoolContentsList())
                .containsExactly(true, true, false, true);

        ModelInferResponse values = infer(nodes("m:amount", "v"));
        assertThat(named(values, "value").getContents().getFp32ContentsList()).containsExactly(-1f);
        assertThat(named(values, "value").getShapeList()).containsExactly(1L);

        ModelInferResponse links = infer(ModelInferRequest.newBuilder()
                .setModelName("m:link")
                .addInputs(input("target", "v", "u"))
                .addInputs(input("source", "u", "u")));
        // u·v = -2, u·u = 4
        List<Float> scores = named(links, "score").getContents().getFp32ContentsList();
        assertThat(scores.get(0)).isCloseTo((float) (1 / (1 + Math.exp(2))), within(1e-6f));
        assertThat(scores.get(1)).isCloseTo((float) (1 / (1 + Math.exp(-4))), within(1e-6f));
        assertThat(named(links, "event_time_ms").getContents().getInt64ContentsList())
                .as("the staler end")
                .containsExactly(10L, 10L);
    }

    @Test
    void aCanaryAnswersRequestsThatNameNoVersion() {
        long first = version;
        canary(TestModels.everyTask("m"));

        ModelInferResponse routed = infer(nodes("m", "u"));
        assertThat(routed.getModelVersion()).isEqualTo(Long.toString(version));
        assertThat(named(routed, "embedding").getContents().getFp32ContentsList())
                .containsExactly(5f, 5f);
        assertThat(infer(nodes("m:class", "u").putParameters("routing_key", text("k")))
                        .getModelVersion())
                .isEqualTo(Long.toString(version));
        assertThat(infer(nodes("m", "u").setModelVersion(Long.toString(first))).getModelVersion())
                .isEqualTo(Long.toString(first));
        assertThat(fields(nodes("m", "u")
                        .putParameters(
                                "routing_key",
                                InferParameter.newBuilder().setInt64Param(1).build())))
                .containsExactly("parameters.routing_key");
    }

    @Test
    void aCanaryThatAsksSomethingElseUnderTheNameDoesNotAnswer() {
        long first = version;
        canary(TestModels.model("m", "imported", TestModels.head("class", HeadKind.HEAD_KIND_REGRESSION))
                .build());

        ModelInferResponse answer = infer(nodes("m:class", "u"));

        assertThat(answer.getModelVersion()).isEqualTo(Long.toString(first));
        assertThat(named(answer, "probabilities").getContents().getFp32ContentsCount())
                .isPositive();
    }

    /** Another version that gets all requests for which there is a choice. */
    private void canary(ModelSnapshot snapshot) {
        version = publisher.publish(snapshot).version();
        registry.cover(version, 0, 1);
        put("u", 10, 5, 5);
        put("v", 20, 5, 5);
        new ModelRollout(registry, publisher, Clock.systemUTC()).setCanary("m", version, 100);
    }

    @Test
    void onlyTheOutputsAskedForInTheOrderAskedFor() {
        ModelInferResponse response =
                infer(nodes("m:class", "u").addOutputs(output("event_time_ms")).addOutputs(output("predicted_class")));
        assertThat(response.getOutputsList())
                .extracting(InferOutputTensor::getName)
                .containsExactly("event_time_ms", "predicted_class");
    }

    @Test
    void rawContentsAreAnsweredWithRawContents() {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder()
                .setModelName("m")
                .addInputs(input("node_id", "u").toBuilder().clearContents())
                .addRawInputContents(ByteString.copyFrom(new byte[] {1, 0, 0, 0, 'u'}))
                .addOutputs(output("embedding"))
                .addOutputs(output("event_time_ms"));
        ModelInferResponse response = infer(request);
        assertThat(response.getOutputsList()).allMatch(output -> !output.hasContents());
        assertThat(response.getRawOutputContentsList())
                .containsExactly(
                        ByteString.copyFrom(new byte[] {0, 0, 0, 0x40, 0, 0, 0, 0}),
                        ByteString.copyFrom(new byte[] {10, 0, 0, 0, 0, 0, 0, 0}));
    }

    @Test
    void whatIsWrongIsNamed() {
        ModelInferRequest.Builder none = ModelInferRequest.newBuilder().setModelName("m");
        assertThat(fields(none)).containsExactly("inputs");
        assertThat(fields(none.clone().addInputs(input("nodes", "u")))).containsExactly("inputs[0].name", "inputs");
        assertThat(fields(nodes("m", "u").addInputs(input("node_id", "v")))).containsExactly("inputs[1].name");
        InferInputTensor right = input("node_id", "u");
        assertThat(fields(none.clone().addInputs(right.toBuilder().setDatatype("INT64"))))
                .containsExactly("inputs[0].datatype");
        assertThat(fields(none.clone().addInputs(right.toBuilder().addShape(1))))
                .containsExactly("inputs[0].shape");
        assertThat(fields(none.clone().addInputs(right.toBuilder().setShape(0, -1))))
                .containsExactly("inputs[0].shape");
        assertThat(fields(none.clone().addInputs(right.toBuilder().setShape(0, 2))))
                .containsExactly("inputs[0].contents");
        assertThat(fields(none.clone()
                        .addInputs(right.toBuilder()
                                .setContents(InferTensorContents.newBuilder().addInt64Contents(1)))))
                .containsExactly("inputs[0].contents");
        assertThat(fields(none.clone()
                        .addInputs(right.toBuilder()
                                .setContents(InferTensorContents.newBuilder()
                                        .addBytesContents(ByteString.copyFrom(new byte[] {(byte) 0xff}))))))
                .containsExactly("inputs[0].contents[0]");
        assertThat(fields(none.clone().addInputs(right.toBuilder().putParameters("p", text("x")))))
                .containsExactly("inputs[0].parameters.p");
        assertThat(fields(nodes("m", "u").addOutputs(output("probabilities")))).containsExactly("outputs[0].name");
        assertThat(fields(nodes("m", "u").addOutputs(output("embedding")).addOutputs(output("embedding"))))
                .containsExactly("outputs[1].name");
        assertThat(fields(nodes("m", "u")
                        .addOutputs(output("embedding").toBuilder().putParameters("classification", text("1")))))
                .containsExactly("outputs[0].parameters.classification");
        assertThat(fields(nodes("m", "u").putParameters("priority", text("1")))).containsExactly("parameters.priority");
        assertThat(fields(nodes("m", "u").putParameters("timeout", text("1")))).containsExactly("parameters.timeout");
        assertThat(fields(nodes("m", "u").putParameters("min_positions", text("1"))))
                .containsExactly("parameters.min_positions");
        assertThat(fields(nodes("m", "u").putParameters("min_positions", text("0:1,7:1"))))
                .containsExactly("parameters.min_positions[1].partition");
        assertThat(fields(nodes("m", "u").setModelVersion("latest"))).containsExactly("model_version");
        assertThat(fields(nodes("m"))).containsExactly("inputs[0].contents");
        assertThat(fields(nodes("m", "u", "", "v"))).containsExactly("inputs[0].contents[1]");
        assertThat(fields(ModelInferRequest.newBuilder()
                        .setModelName("m:link")
                        .addInputs(input("source", "u", "v"))
                        .addInputs(input("target", "u"))))
                .containsExactly("inputs");
        assertThat(fields(ModelInferRequest.newBuilder()
                        .setModelName("m:link")
                        .addInputs(input("source", "u", "v"))
                        .addInputs(input("target", "u", "x".repeat(300)))))
                .containsExactly("inputs[1].contents[1]");
    }

    @Test
    void rawAndTypedContentsDoNotMix() {
        assertThat(fields(nodes("m", "u").addRawInputContents(ByteString.copyFrom(new byte[] {1, 0, 0, 0, 'u'}))))
                .containsExactly("inputs[0].contents");
        ModelInferRequest.Builder raw = ModelInferRequest.newBuilder()
                .setModelName("m")
                .addInputs(input("node_id", "u").toBuilder().clearContents());
        assertThat(fields(raw.clone().addRawInputContents(ByteString.copyFrom(new byte[] {9, 0, 0, 0, 'u'}))))
                .containsExactly("raw_input_contents[0]");
        assertThat(fields(raw.clone().addRawInputContents(ByteString.EMPTY))).containsExactly("raw_input_contents[0]");
        assertThat(fields(raw.clone().addRawInputContents(ByteString.EMPTY).addRawInputContents(ByteString.EMPTY)))
                .containsExactly("raw_input_contents");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(problemOf(() -> infer(nodes("nobody", "u"))).reason()).isEqualTo("MODEL_NOT_FOUND");
        assertThat(problemOf(() -> infer(nodes("nobody:class", "u"))).reason()).isEqualTo("MODEL_NOT_FOUND");
        assertThat(problemOf(() -> infer(nodes("m:nothing", "u"))).reason()).isEqualTo("TASK_NOT_FOUND");
        assertThat(problemOf(() -> infer(nodes("m", "u").setModelVersion("99"))).reason())
                .isEqualTo("VERSION_NOT_FOUND");
        assertThat(problemOf(() -> infer(nodes("m", "u", "w"))))
                .isInstanceOfSatisfying(
                        Problem.Missing.class,
                        missing -> assertThat(missing.names()).containsExactly("w"));
    }

    @Test
    void aVersionThatIsNotCoveredCannotBeAskedYet() {
        long next = publisher.publish(TestModels.everyTask("m")).version();
        String text = Long.toString(next);
        assertThat(problemOf(() -> infer(nodes("m:class", "u").setModelVersion(text)))
                        .reason())
                .isEqualTo("VERSION_NOT_COVERED");
        assertThat(repository
                        .ready(ModelReadyRequest.newBuilder()
                                .setName("m:class")
                                .setVersion(text)
                                .build())
                        .getReady())
                .isFalse();
        assertThat(repository
                        .ready(ModelReadyRequest.newBuilder().setName("m:class").build())
                        .getReady())
                .isTrue();
        assertThat(repository.index(RepositoryIndexRequest.getDefaultInstance()).getModelsList())
                .hasSize(10)
                .filteredOn(model -> model.getVersion().equals(text))
                .allSatisfy(model -> {
                    assertThat(model.getState()).isEqualTo("UNAVAILABLE");
                    assertThat(model.getReason()).contains("0 of 1 partitions");
                });
        assertThat(repository
                        .index(RepositoryIndexRequest.newBuilder()
                                .setReady(true)
                                .build())
                        .getModelsList())
                .allMatch(model -> model.getState().equals("READY"))
                .extracting(ModelIndex::getName)
                .containsExactly("m", "m:class", "m:tags", "m:amount", "m:link");
        registry.cover(next, 0, 1);
        view.put(next, "u", new NodeVector(new float[] {0, 1}, new NodeFreshness(1, 1, 0, 1)));
        assertThat(infer(nodes("m:class", "u").setModelVersion(text)).getModelVersion())
                .isEqualTo(text);
        assertThat(infer(nodes("m:class", "u")).getModelVersion()).isEqualTo(Long.toString(version));
    }

    @Test
    void aRequestWaitsForTheEventsThatItAsksFor() throws Exception {
        progress.report(0, 1, new long[] {40});
        CompletableFuture<ModelInferResponse> later = inference.infer(
                nodes("m", "u").putParameters("min_positions", text("0:41")).build(), LONG);
        assertThat(later).isNotDone();
        put("u", 99, 7, 7);
        progress.report(0, 1, new long[] {42});
        ModelInferResponse response = later.get(5, TimeUnit.SECONDS);
        assertThat(named(response, "embedding").getContents().getFp32ContentsList())
                .containsExactly(7f, 7f);
        String reflected = response.getParametersOrThrow("reflected").getStringParam();
        assertThat(reflected).isEqualTo("0:41");
        assertThat(infer(nodes("m", "u").putParameters("min_positions", text(reflected)))
                        .getOutputsCount())
                .isEqualTo(3);

        ModelInferRequest late = nodes("m", "u")
                .putParameters("min_positions", text("0:90"))
                .putParameters(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(20_000).build())
                .build();
        assertThat(problemOf(() -> inference.infer(late, LONG).join())).isInstanceOf(Problem.Late.class);
        assertThat(problemOf(() -> inference
                        .infer(
                                nodes("m", "u")
                                        .putParameters("min_positions", text("0:5000"))
                                        .build(),
                                LONG)
                        .join()))
                .isInstanceOf(Problem.Beyond.class);
        ModelStatistics counted = statistics("m");
        assertThat(counted.getInferenceStats().getQueue().getCount()).isOne();
        assertThat(counted.getInferenceStats().getComputeInfer().getCount()).isOne();
        assertThat(counted.getInferenceStats().getFail().getCount()).isEqualTo(2);
    }

    private ModelStatistics statistics(String name) {
        List<ModelStatistics> found = repository
                .statistics(ModelStatisticsRequest.newBuilder().setName(name).build())
                .getModelStatsList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void statisticsCountWhatWasAsked() {
        infer(nodes("m:class", "u", "v"));
        infer(nodes("m:class", "u"));
        problemOf(() -> infer(nodes("m:class", "w")));
        problemOf(() -> infer(nodes("m:class")));
        problemOf(() -> infer(nodes("nobody", "w")));
        ModelStatistics counted = statistics("m:class");
        assertThat(counted.getVersion()).isEqualTo(Long.toString(version));
        assertThat(counted.getInferenceCount()).isEqualTo(3);
        assertThat(counted.getExecutionCount()).isEqualTo(2);
        assertThat(counted.getLastInference()).isEqualTo(4_000);
        var times = counted.getInferenceStats();
        assertThat(times.getSuccess().getCount()).isEqualTo(2);
        assertThat(times.getFail().getCount()).isEqualTo(2);
        assertThat(times.getFail().getNs()).isPositive();
        assertThat(times.getQueue().getCount()).isZero();
        assertThat(times.getSuccess().getNs())
                .isEqualTo(times.getComputeInput().getNs()
                        + times.getComputeInfer().getNs()
                        + times.getComputeOutput().getNs())
                .isPositive();
        assertThat(statistics("m:tags").getExecutionCount()).isZero();
        assertThat(repository
                        .statistics(ModelStatisticsRequest.getDefaultInstance())
                        .getModelStatsCount())
                .isEqualTo(5);
        assertThat(problemOf(() -> statistics("nobody")).reason()).isEqualTo("MODEL_NOT_FOUND");
    }

    @Test
    void metadataIsTheContract() {
        for (String name : List.of("m", "m:class", "m:tags", "m:amount", "m:link")) {
            ModelMetadataResponse metadata = repository.metadata(
                    ModelMetadataRequest.newBuilder().setName(name).build());
            assertThat(metadata.getName()).isEqualTo(name);
            assertThat(metadata.getVersionsList()).containsExactly(Long.toString(version));
            ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(name);
            metadata.getInputsList().forEach(input -> request.addInputs(input(input.getName(), "u", "v", "u")));
            ModelInferResponse response = infer(request);
            assertThat(response.getOutputsList())
                    .as(name)
                    .extracting(InferOutputTensor::getName)
                    .isEqualTo(metadata.getOutputsList().stream()
                            .map(TensorMetadata::getName)
                            .toList());
            for (int i = 0; i < response.getOutputsCount(); i++) {
                InferOutputTensor output = response.getOutputs(i);
                TensorMetadata promised = metadata.getOutputs(i);
                assertThat(output.getDatatype()).isEqualTo(promised.getDatatype());
                assertThat(output.getShapeList())
                        .as(output.getName())
                        .isEqualTo(promised.getShapeList().stream()
                                .map(size -> size == -1 ? Long.valueOf(3) : size)
                                .toList());
            }
        }
        assertThat(repository.metadata().getName()).isEqualTo("anabranch");
        assertThat(repository.metadata().getVersion()).isEqualTo("1.2.3");
    }

    @Test
    void aModelWhoseNameHasTheSeparatorIsItself() {
        long other = publisher.publish(TestModels.imported("m:class")).version();
        registry.cover(other, 0, 1);
        publisher.promote("m:class", other);
        view.put(other, "u", new NodeVector(new float[] {5, 6}, new NodeFreshness(1, 1, 0, 1)));
        assertThat(named(infer(nodes("m:class", "u")), "embedding")
                        .getContents()
                        .getFp32ContentsList())
                .containsExactly(5f, 6f);
        assertThat(named(infer(nodes("m:class:class", "u")), "predicted_class")
                        .getContents()
                        .getBytesContents(0)
                        .toStringUtf8())
                .isEqualTo("b");
    }

    @Test
    void loadingMakesSureThatAModelAnswers() {
        long other = publisher.publish(TestModels.everyTask("n")).version();
        RepositoryModelLoadRequest load =
                RepositoryModelLoadRequest.newBuilder().setModelName("n").build();
        assertThat(repository
                        .ready(ModelReadyRequest.newBuilder().setName("n").build())
                        .getReady())
                .isFalse();
        assertThat(problemOf(() -> repository.load(load)).reason()).isEqualTo("VERSION_NOT_COVERED");
        registry.cover(other, 0, 1);
        repository.load(load);
        assertThat(registry.catalog().alias("n").getActiveVersion()).isEqualTo(other);

        long newer = publisher.publish(TestModels.everyTask("n")).version();
        registry.cover(newer, 0, 1);
        repository.load(load);
        assertThat(registry.catalog().alias("n").getActiveVersion())
                .as("which version answers is for promotion to say")
                .isEqualTo(other);
        assertThat(problemOf(() -> repository.load(
                                load.toBuilder().setModelName("nobody").build()))
                        .reason())
                .isEqualTo("MODEL_NOT_FOUND");
        assertThat(problemOf(() -> repository.load(
                                load.toBuilder().setModelName("n:nothing").build()))
                        .reason())
                .isEqualTo("TASK_NOT_FOUND");
        assertThat(problemOf(() -> repository.load(load.toBuilder()
                        .putParameters("config", ModelRepositoryParameter.getDefaultInstance())
                        .build())))
                .isInstanceOf(Problem.Invalid.class);
        assertThat(problemOf(() -> repository.load(
                        load.toBuilder().setRepositoryName("elsewhere").build())))
                .isInstanceOf(Problem.Invalid.class);
    }

    @Test
    void nothingIsUnloaded() {
        RepositoryModelUnloadRequest unload = RepositoryModelUnloadRequest.newBuilder()
                .setModelName("m")
                .putParameters("unload_dependents", ModelRepositoryParameter.getDefaultInstance())
                .build();
        assertThat(problemOf(() -> repository.unload(unload))).isInstanceOf(Problem.Unsupported.class);
        assertThat(problemOf(() -> repository.unload(
                                unload.toBuilder().setModelName("nobody").build()))
                        .reason())
                .isEqualTo("MODEL_NOT_FOUND");
        assertThat(infer(nodes("m", "u")).getOutputsCount()).isEqualTo(3);
    }

    @Test
    void untilTheFeedsHaveCaughtUpNothingIsReady() {
        pending.add("topic t is still to be read");
        assertThat(repository.ready().getReady()).isFalse();
        assertThat(repository
                        .ready(ModelReadyRequest.newBuilder().setName("m").build())
                        .getReady())
                .isFalse();
        assertThat(problemOf(() -> infer(nodes("m", "u")))).isInstanceOf(Problem.Unready.class);
        assertThat(problemOf(() -> infer(nodes("not read yet", "u")))).isInstanceOf(Problem.Unready.class);
        assertThat(repository.index(RepositoryIndexRequest.getDefaultInstance()).getModelsList())
                .hasSize(5)
                .allMatch(model -> model.getReason().contains("topic t"));
        assertThat(repository.live().getLive()).isTrue();
        dead.add("feed f");
        assertThat(repository.live().getLive()).isFalse();
    }
}
