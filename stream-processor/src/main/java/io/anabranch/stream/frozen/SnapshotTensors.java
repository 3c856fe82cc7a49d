package io.anabranch.stream.frozen;

import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The tensors of a snapshot by name, checked as they are taken out; and how its faults are told. */
final class SnapshotTensors {
    private final ModelSnapshot snapshot;
    private final Map<String, Tensor> tensors = new HashMap<>();

    SnapshotTensors(ModelSnapshot snapshot) throws InvalidModelException {
        this.snapshot = snapshot;
        for (var tensor : snapshot.getTensorsList()) {
            if (tensors.put(tensor.getName(), tensor) != null) {
                throw invalid("the tensor %s is there twice".formatted(tensor.getName()));
            }
        }
    }

    /** The values of a tensor, which must be there, have this shape and be finite. */
    float[] get(String name, int... shape) throws InvalidModelException {
        var tensor = tensors.get(name);
        if (tensor == null) {
            throw invalid("the tensor %s is missing".formatted(name));
        }
        int[] given = tensor.getShapeList().stream().mapToInt(Integer::intValue).toArray();
        if (!Arrays.equals(given, shape)) {
            throw invalid("the tensor %s has shape %s, but %s is needed"
                    .formatted(name, Arrays.toString(given), Arrays.toString(shape)));
        }
        long size = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
        if (tensor.getData().size() != size * Float.BYTES) {
            throw invalid("the tensor %s has %d bytes, but shape %s needs %d"
                    .formatted(name, tensor.getData().size(), Arrays.toString(shape), size * Float.BYTES));
        }
        float[] values = new float[(int) size];
        tensor.getData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw invalid("the tensor %s holds %s".formatted(name, value));
            }
        }
        return values;
    }

    /** @param of what has it, for the message */
    Activation activation(String of, io.anabranch.model.v1.Activation activation, int number)
            throws InvalidModelException {
        return switch (activation) {
            case ACTIVATION_UNSPECIFIED, ACTIVATION_IDENTITY -> Activation.IDENTITY;
            case ACTIVATION_RELU -> Activation.RELU;
            case ACTIVATION_TANH -> Activation.TANH;
            case ACTIVATION_ELU -> Activation.ELU;
            case UNRECOGNIZED -> throw unknown("activation of " + of, number);
        };
    }

    InvalidModelException unknown(String what, int number) {
        return invalid(
                "the %s (%d) is unknown\nMaybe the model was written by a newer release.".formatted(what, number));
    }

    InvalidModelException invalid(String reason) {
        return new InvalidModelException("The model (%s, version %d) can't be served: %s."
                .formatted(snapshot.getSpec().getName(), snapshot.getVersion(), reason));
    }
}
