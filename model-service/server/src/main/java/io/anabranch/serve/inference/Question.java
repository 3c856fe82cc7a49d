package io.anabranch.serve.inference;

import static io.anabranch.serve.inference.TensorSpec.ANY;

import io.anabranch.model.v1.Head;
import java.util.List;

/** What is asked of a model: its embeddings, or one of its tasks by the kind of the task's head. */
enum Question {
    EMBEDDING,
    CLASS,
    LABELS,
    VALUE,
    LINK;

    static final String NODE_ID = "node_id";
    static final String SOURCE = "source";
    static final String TARGET = "target";

    static final String VECTOR = "embedding";
    static final String PROBABILITIES = "probabilities";
    static final String CLASS_NAMES = "class_names";
    static final String PREDICTED_CLASS = "predicted_class";
    static final String PREDICTED = "predicted";
    static final String PREDICTED_VALUE = "value";
    static final String SCORE = "score";
    static final String EVENT_TIME = "event_time_ms";
    static final String ACCEPTED_TIME = "accepted_time_ms";

    private static final TensorSpec EVENT_TIMES = TensorSpec.of(EVENT_TIME, Datatype.INT64, ANY);
    private static final TensorSpec ACCEPTED_TIMES = TensorSpec.of(ACCEPTED_TIME, Datatype.INT64, ANY);

    static Question of(Head head) {
        return switch (head.getKind()) {
            case HEAD_KIND_MULTI_CLASS -> CLASS;
            case HEAD_KIND_MULTI_LABEL -> LABELS;
            case HEAD_KIND_REGRESSION -> VALUE;
            case HEAD_KIND_LINK -> LINK;
            case HEAD_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("The head of task (%s) has no kind.".formatted(head.getTask()));
        };
    }

    /** All of them are needed. */
    List<TensorSpec> inputs() {
        return switch (this) {
            case EMBEDDING, CLASS, LABELS, VALUE -> List.of(TensorSpec.of(NODE_ID, Datatype.BYTES, ANY));
            case LINK ->
                List.of(TensorSpec.of(SOURCE, Datatype.BYTES, ANY), TensorSpec.of(TARGET, Datatype.BYTES, ANY));
        };
    }

    /** @param width columns of the embedding, or number of classes; {@link TensorSpec#ANY} where the spec does not tell */
    List<TensorSpec> outputs(long width) {
        return switch (this) {
            case EMBEDDING -> List.of(TensorSpec.of(VECTOR, Datatype.FP32, ANY, width), EVENT_TIMES, ACCEPTED_TIMES);
            case CLASS ->
                List.of(
                        TensorSpec.of(PREDICTED_CLASS, Datatype.BYTES, ANY),
                        TensorSpec.of(PROBABILITIES, Datatype.FP32, ANY, width),
                        TensorSpec.of(CLASS_NAMES, Datatype.BYTES, width),
                        EVENT_TIMES,
                        ACCEPTED_TIMES);
            case LABELS ->
                List.of(
                        TensorSpec.of(PREDICTED, Datatype.BOOL, ANY, width),
                        TensorSpec.of(PROBABILITIES, Datatype.FP32, ANY, width),
                        TensorSpec.of(CLASS_NAMES, Datatype.BYTES, width),
                        EVENT_TIMES,
                        ACCEPTED_TIMES);
            case VALUE -> List.of(TensorSpec.of(PREDICTED_VALUE, Datatype.FP32, ANY), EVENT_TIMES, ACCEPTED_TIMES);
            case LINK -> List.of(TensorSpec.of(SCORE, Datatype.FP32, ANY), EVENT_TIMES, ACCEPTED_TIMES);
        };
    }
}
