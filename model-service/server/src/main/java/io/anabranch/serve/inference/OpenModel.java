package io.anabranch.serve.inference;

import io.anabranch.learn.model.Levels;
import io.anabranch.model.v1.Head;
import io.anabranch.serve.registry.ModelVersion;
import java.util.List;

/**
 * A model as the protocol shows it: one question to one version.
 *
 * @param name that of the model, and behind {@code :} the task where the question is one
 * @param task empty: the embeddings
 * @param width columns of the embedding, or number of classes; {@link TensorSpec#ANY} where the spec does not tell
 */
record OpenModel(String name, ModelVersion version, Question question, String task, long width) {

    static final char TASK_SEPARATOR = ':';

    static OpenModel embeddings(ModelVersion version) {
        int layers = version.spec().getLayersCount();
        long width = layers == 0 ? TensorSpec.ANY : Levels.of(version.spec()).embeddingWidth();
        return new OpenModel(version.name(), version, Question.EMBEDDING, "", width);
    }

    static OpenModel task(ModelVersion version, Head head) {
        long width = head.getClassNamesCount() == 0 ? TensorSpec.ANY : head.getClassNamesCount();
        return new OpenModel(
                version.name() + TASK_SEPARATOR + head.getTask(), version, Question.of(head), head.getTask(), width);
    }

    /** That a client names. */
    String versionText() {
        return Long.toString(version.version());
    }

    List<TensorSpec> inputs() {
        return question.inputs();
    }

    List<TensorSpec> outputs() {
        return question.outputs(width);
    }
}
