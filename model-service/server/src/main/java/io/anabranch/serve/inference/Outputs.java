package io.anabranch.serve.inference;

import com.google.protobuf.ByteString;
import io.anabranch.embedding.v1.Freshness;
import io.anabranch.inference.InferTensorContents;
import io.anabranch.inference.ModelInferResponse.InferOutputTensor;
import io.anabranch.v1.ClassScore;
import io.anabranch.v1.Classification;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.LinkScore;
import io.anabranch.v1.NodeEmbedding;
import io.anabranch.v1.ScoreLinksResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One answer as tensors with typed contents, in the order of the request's rows.
 *
 * @param rows number of vertices or pairs
 */
record Outputs(int rows, List<EventPosition> reflected, List<InferOutputTensor> tensors) {

    /** @param wanted names that the question has, in the order that the tensors are to have */
    static Outputs of(GetEmbeddingsResponse answer, List<String> wanted) {
        List<NodeEmbedding> rows = answer.getEmbeddingsList();
        List<InferOutputTensor> tensors = new ArrayList<>();
        for (String name : wanted) {
            if (name.equals(Question.VECTOR)) {
                InferTensorContents.Builder contents = InferTensorContents.newBuilder();
                rows.forEach(row -> contents.addAllFp32Contents(row.getVectorList()));
                tensors.add(tensor(
                        name,
                        Datatype.FP32,
                        contents,
                        rows.size(),
                        rows.getFirst().getVectorCount()));
            } else {
                tensors.add(times(
                        name, rows.stream().map(NodeEmbedding::getFreshness).toList()));
            }
        }
        return new Outputs(rows.size(), answer.getReflectedList(), tensors);
    }

    /** The same for classes, labels and values. */
    static Outputs of(ClassifyResponse answer, List<String> wanted) {
        List<Classification> rows = answer.getClassificationsList();
        List<ClassScore> classes = rows.getFirst().getScoresList();
        List<InferOutputTensor> tensors = new ArrayList<>();
        for (String name : wanted) {
            InferTensorContents.Builder contents = InferTensorContents.newBuilder();
            switch (name) {
                case Question.PROBABILITIES -> {
                    rows.forEach(row ->
                            row.getScoresList().forEach(score -> contents.addFp32Contents(score.getProbability())));
                    tensors.add(tensor(name, Datatype.FP32, contents, rows.size(), classes.size()));
                }
                case Question.CLASS_NAMES -> {
                    classes.forEach(score -> contents.addBytesContents(bytes(score.getClassName())));
                    tensors.add(tensor(name, Datatype.BYTES, contents, classes.size()));
                }
                case Question.PREDICTED_CLASS -> {
                    rows.forEach(row -> contents.addBytesContents(bytes(row.getClassNames(0))));
                    tensors.add(tensor(name, Datatype.BYTES, contents, rows.size()));
                }
                case Question.PREDICTED -> {
                    for (Classification row : rows) {
                        Set<String> chosen = new HashSet<>(row.getClassNamesList());
                        row.getScoresList()
                                .forEach(score -> contents.addBoolContents(chosen.contains(score.getClassName())));
                    }
                    tensors.add(tensor(name, Datatype.BOOL, contents, rows.size(), classes.size()));
                }
                case Question.PREDICTED_VALUE -> {
                    rows.forEach(row -> contents.addFp32Contents(row.getValue()));
                    tensors.add(tensor(name, Datatype.FP32, contents, rows.size()));
                }
                default ->
                    tensors.add(times(
                            name,
                            rows.stream().map(Classification::getFreshness).toList()));
            }
        }
        return new Outputs(rows.size(), answer.getReflectedList(), tensors);
    }

    /** The same for pairs. */
    static Outputs of(ScoreLinksResponse answer, List<String> wanted) {
        List<LinkScore> rows = answer.getScoresList();
        List<InferOutputTensor> tensors = new ArrayList<>();
        for (String name : wanted) {
            if (name.equals(Question.SCORE)) {
                InferTensorContents.Builder contents = InferTensorContents.newBuilder();
                rows.forEach(row -> contents.addFp32Contents(row.getProbability()));
                tensors.add(tensor(name, Datatype.FP32, contents, rows.size()));
            } else {
                tensors.add(
                        times(name, rows.stream().map(LinkScore::getFreshness).toList()));
            }
        }
        return new Outputs(rows.size(), answer.getReflectedList(), tensors);
    }

    private static InferOutputTensor times(String name, List<Freshness> rows) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (Freshness row : rows) {
            contents.addInt64Contents(
                    switch (name) {
                        case Question.EVENT_TIME -> row.getEventTimeMs();
                        case Question.ACCEPTED_TIME -> row.getAcceptedTimeMs();
                        default -> throw new IllegalStateException("There is no output (%s).".formatted(name));
                    });
        }
        return tensor(name, Datatype.INT64, contents, rows.size());
    }

    private static InferOutputTensor tensor(
            String name, Datatype datatype, InferTensorContents.Builder contents, long... shape) {
        InferOutputTensor.Builder tensor = InferOutputTensor.newBuilder()
                .setName(name)
                .setDatatype(datatype.name())
                .setContents(contents);
        for (long size : shape) {
            tensor.addShape(size);
        }
        return tensor.build();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
