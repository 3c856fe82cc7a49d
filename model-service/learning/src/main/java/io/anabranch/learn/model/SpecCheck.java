package io.anabranch.learn.model;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Judges a spec by itself, before any tensor is looked at. */
final class SpecCheck {

    private static final List<Convolution> RELATIONAL = List.of(
            Convolution.CONVOLUTION_SAGE_SUM,
            Convolution.CONVOLUTION_SAGE_MEAN,
            Convolution.CONVOLUTION_SAGE_MAX,
            Convolution.CONVOLUTION_SAGE_MIN);

    /** Which have a width of their own between input and output. */
    private static final List<Convolution> INNER =
            List.of(Convolution.CONVOLUTION_GIN, Convolution.CONVOLUTION_SAGE_POOL);

    private SpecCheck() {}

    static void requireValid(ModelSpec spec) {
        if (spec.getName().isBlank()) {
            throw new InvalidModelException("The spec must name its model.");
        }
        if (spec.getFeatureDimension() <= 0) {
            throw new InvalidModelException("The feature dimension (%s) of model (%s) must be from 1 to %d."
                    .formatted(
                            Integer.toUnsignedString(spec.getFeatureDimension()), spec.getName(), Integer.MAX_VALUE));
        }
        if (spec.getFeatureEncoding() == FeatureEncoding.UNRECOGNIZED) {
            throw new InvalidModelException("The feature encoding (%d) of model (%s) is unknown."
                    .formatted(spec.getFeatureEncodingValue(), spec.getName()));
        }
        if (spec.getLayersCount() == 0) {
            throw new InvalidModelException("The model (%s) must have a layer.".formatted(spec.getName()));
        }
        for (int i = 0; i < spec.getLayersCount(); i++) {
            requireValid(spec.getLayers(i), i + 1);
        }
        HistoryCheck.requireValid(spec);
        DepthCheck.requireValid(spec);
        Set<String> tasks = new HashSet<>();
        for (Head head : spec.getHeadsList()) {
            requireValid(head);
            if (!tasks.add(head.getTask())) {
                throw new InvalidModelException(
                        "The model (%s) has two heads for task (%s).".formatted(spec.getName(), head.getTask()));
            }
        }
    }

    private static void requireValid(Layer layer, int number) {
        if (layer.getConvolution() == Convolution.UNRECOGNIZED
                || layer.getConvolution() == Convolution.CONVOLUTION_UNSPECIFIED) {
            throw new InvalidModelException(
                    "The convolution (%d) of layer (%d) is unknown.".formatted(layer.getConvolutionValue(), number));
        }
        if (layer.getActivation() == Activation.UNRECOGNIZED) {
            throw new InvalidModelException(
                    "The activation (%d) of layer (%d) is unknown.".formatted(layer.getActivationValue(), number));
        }
        if (layer.getOutputWidth() <= 0) {
            throw new InvalidModelException("The output width (%s) of layer (%d) must be from 1 to %d."
                    .formatted(Integer.toUnsignedString(layer.getOutputWidth()), number, Integer.MAX_VALUE));
        }
        boolean inner = INNER.contains(layer.getConvolution());
        if (inner ? layer.getInnerWidth() <= 0 : layer.getInnerWidth() != 0) {
            throw new InvalidModelException("The inner width (%s) of layer (%d), which is %s, must be %s."
                    .formatted(
                            Integer.toUnsignedString(layer.getInnerWidth()),
                            number,
                            layer.getConvolution(),
                            inner ? "from 1 to %d".formatted(Integer.MAX_VALUE) : "0"));
        }
        AttentionCheck.requireValid(layer, number);
        requireValidRelations(layer, number);
    }

    private static void requireValidRelations(Layer layer, int number) {
        if (layer.getRelationsCount() == 0) {
            return;
        }
        if (!RELATIONAL.contains(layer.getConvolution())) {
            throw new InvalidModelException(
                    "The layer (%d) is %s, which has one set of weights for all edge types, but lists relations; allowed with: %s."
                            .formatted(number, layer.getConvolution(), RELATIONAL));
        }
        Set<String> seen = new HashSet<>();
        for (String relation : layer.getRelationsList()) {
            if (!seen.add(relation)) {
                throw new InvalidModelException(
                        "The layer (%d) lists the relation (%s) twice.".formatted(number, relation));
            }
        }
    }

    private static void requireValid(Head head) {
        if (head.getTask().isBlank()) {
            throw new InvalidModelException("A head must name its task.");
        }
        if (head.getKind() == HeadKind.UNRECOGNIZED || head.getKind() == HeadKind.HEAD_KIND_UNSPECIFIED) {
            throw new InvalidModelException("The kind (%d) of the head of task (%s) is unknown."
                    .formatted(head.getKindValue(), head.getTask()));
        }
        Set<String> classes = new HashSet<>(head.getClassNamesList());
        if (classes.size() != head.getClassNamesCount()) {
            throw new InvalidModelException("The class names %s of task (%s) must be different."
                    .formatted(head.getClassNamesList(), head.getTask()));
        }
        boolean classifies =
                head.getKind() == HeadKind.HEAD_KIND_MULTI_CLASS || head.getKind() == HeadKind.HEAD_KIND_MULTI_LABEL;
        if (classifies == classes.isEmpty()) {
            throw new InvalidModelException("The head of task (%s), which is %s, cannot have (%d) class names."
                    .formatted(head.getTask(), head.getKind(), classes.size()));
        }
    }
}
