package io.anabranch.serve.inference;

import com.google.protobuf.ByteString;
import io.anabranch.inference.InferParameter;
import io.anabranch.inference.ModelInferRequest;
import io.anabranch.inference.ModelInferResponse;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Invalid;
import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.predict.Readiness;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.wire.PositionText;
import io.anabranch.serve.wire.PredictionCalls;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.NodePair;
import io.anabranch.v1.ScoreLinksRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * ModelInfer without a transport. Never blocks: what waits for events is answered later. Problems are thrown, or come with the future;
 * they speak of the fields of the request as it came.
 */
public final class InferenceCalls {

    static final String REFLECTED = "reflected";
    static final String TASK = "task";

    private static final Pattern NODE = Pattern.compile("node_ids(\\[\\d+])?");
    private static final Pattern PAIR = Pattern.compile("pairs(\\[\\d+])?(?:\\.(source|target))?");

    private final OpenModels models;
    private final PredictionCalls predictions;
    private final Readiness readiness;
    private final InferenceMeter meter;

    InferenceCalls(ModelRegistry registry, PredictionCalls predictions, Readiness readiness, InferenceMeter meter) {
        this.models = new OpenModels(registry);
        this.predictions = predictions;
        this.readiness = readiness;
        this.meter = meter;
    }

    /**
     * Answers with raw contents where the request brought raw contents, otherwise with typed ones.
     *
     * @param patience how long the caller waits; a shorter {@code timeout} of the request goes before it
     */
    public CompletableFuture<ModelInferResponse> infer(ModelInferRequest request, Duration patience) {
        long began = System.nanoTime();
        readiness.require();
        OpenModel model = models.find(request.getModelName(), request.getModelVersion());
        CompletableFuture<Answered> answer;
        long read;
        try {
            InferOrder order = InferOrder.read(request, model);
            read = System.nanoTime();
            answer = predict(request, model, order, order.patience(patience));
        } catch (ProblemException e) {
            meter.failed(model, System.nanoTime() - began);
            throw ofThisRequest(e.problem(), request).exception();
        }
        boolean waited = !answer.isDone();
        return answer.handle((answered, failure) -> {
            if (failure != null) {
                meter.failed(model, System.nanoTime() - began);
                throw failure(failure, request);
            }
            long predicted = System.nanoTime();
            ModelInferResponse response = response(request, answered.model(), answered.outputs());
            meter.succeeded(
                    answered.model(),
                    answered.outputs().rows(),
                    waited,
                    read - began,
                    predicted - read,
                    System.nanoTime() - predicted);
            return response;
        });
    }

    /** @param model of the version that answered */
    private record Answered(OpenModel model, Outputs outputs) {}

    /**
     * Without a version of the request, the version is chosen as for every other read, so that a canary gets its share. Where that one
     * puts another question under this name, or has become unknown, the version whose signature was read answers instead.
     */
    private CompletableFuture<Answered> predict(
            ModelInferRequest request, OpenModel model, InferOrder order, Duration patience) {
        ModelSelector named = ModelSelector.newBuilder()
                .setName(model.version().name())
                .setVersion(model.version().version())
                .build();
        if (!request.getModelVersion().isEmpty()) {
            return predict(named, model, order, patience)
                    .thenApply(answer -> new Answered(model, answer.outputs().get()));
        }
        ModelSelector routed = named.toBuilder()
                .clearVersion()
                .setRoutingKey(order.routingKey())
                .build();
        return predict(routed, model, order, patience).thenCompose(answer -> {
            OpenModel answering = models.of(answer.version(), model.task());
            return answering != null && answering.question() == model.question()
                    ? CompletableFuture.completedFuture(
                            new Answered(answering, answer.outputs().get()))
                    : predict(named, model, order, patience)
                            .thenApply(
                                    again -> new Answered(model, again.outputs().get()));
        });
    }

    /** @param outputs only where the version's question is the one that was meant */
    private record Prediction(long version, Supplier<Outputs> outputs) {}

    private CompletableFuture<Prediction> predict(
            ModelSelector selector, OpenModel model, InferOrder order, Duration patience) {
        List<String> wanted = order.outputs();
        return switch (model.question()) {
            case EMBEDDING ->
                predictions
                        .getEmbeddings(
                                GetEmbeddingsRequest.newBuilder()
                                        .setModel(selector)
                                        .addAllNodeIds(order.ids(Question.NODE_ID))
                                        .addAllMinPositions(order.minPositions())
                                        .build(),
                                patience)
                        .thenApply(
                                answer -> new Prediction(answer.getModelVersion(), () -> Outputs.of(answer, wanted)));
            case CLASS, LABELS, VALUE ->
                predictions
                        .classify(
                                ClassifyRequest.newBuilder()
                                        .setModel(selector)
                                        .setTask(model.task())
                                        .addAllNodeIds(order.ids(Question.NODE_ID))
                                        .addAllMinPositions(order.minPositions())
                                        .build(),
                                patience)
                        .thenApply(
                                answer -> new Prediction(answer.getModelVersion(), () -> Outputs.of(answer, wanted)));
            case LINK ->
                predictions
                        .scoreLinks(links(selector, model, order), patience)
                        .thenApply(
                                answer -> new Prediction(answer.getModelVersion(), () -> Outputs.of(answer, wanted)));
        };
    }

    private static ScoreLinksRequest links(ModelSelector selector, OpenModel model, InferOrder order) {
        ScoreLinksRequest.Builder links = ScoreLinksRequest.newBuilder()
                .setModel(selector)
                .setTask(model.task())
                .addAllMinPositions(order.minPositions());
        List<String> sources = order.ids(Question.SOURCE);
        List<String> targets = order.ids(Question.TARGET);
        for (int i = 0; i < sources.size(); i++) {
            links.addPairs(NodePair.newBuilder().setSource(sources.get(i)).setTarget(targets.get(i)));
        }
        return links.build();
    }

    private static ModelInferResponse response(ModelInferRequest request, OpenModel model, Outputs outputs) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(request.getModelName())
                .setModelVersion(model.versionText())
                .setId(request.getId())
                .putParameters(REFLECTED, text(PositionText.write(outputs.reflected())));
        if (!model.task().isEmpty()) {
            response.putParameters(TASK, text(model.task()));
        }
        boolean raw = request.getRawInputContentsCount() != 0;
        for (ModelInferResponse.InferOutputTensor tensor : outputs.tensors()) {
            if (raw) {
                ByteString contents = RawTensors.of(Datatype.valueOf(tensor.getDatatype()), tensor.getContents());
                response.addOutputs(tensor.toBuilder().clearContents()).addRawOutputContents(contents);
            } else {
                response.addOutputs(tensor);
            }
        }
        return response.build();
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static RuntimeException failure(Throwable failure, ModelInferRequest request) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof ProblemException e) {
            return ofThisRequest(e.problem(), request).exception();
        }
        return failure instanceof RuntimeException e ? e : new CompletionException(failure);
    }

    /** A problem of the use case's request as one of the request that came in. */
    private static Problem ofThisRequest(Problem problem, ModelInferRequest request) {
        if (problem instanceof Invalid invalid) {
            return new Invalid(invalid.violations().stream()
                    .map(violation -> new Violation(field(violation.field(), request), violation.description()))
                    .toList());
        }
        return problem;
    }

    private static String field(String field, ModelInferRequest request) {
        Matcher node = NODE.matcher(field);
        if (node.matches()) {
            return contents(request, Question.NODE_ID, node.group(1));
        }
        Matcher pair = PAIR.matcher(field);
        if (pair.matches()) {
            return contents(
                    request, Question.TARGET.equals(pair.group(2)) ? Question.TARGET : Question.SOURCE, pair.group(1));
        }
        return field.startsWith(InferOrder.MIN_POSITIONS) ? "parameters." + field : field;
    }

    private static String contents(ModelInferRequest request, String input, @Nullable String element) {
        int index = request.getInputsList().stream()
                .map(ModelInferRequest.InferInputTensor::getName)
                .toList()
                .indexOf(input);
        return "inputs[%d].contents%s".formatted(index, element == null ? "" : element);
    }
}
