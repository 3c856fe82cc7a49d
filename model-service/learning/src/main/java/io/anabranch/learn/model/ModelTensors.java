package io.anabranch.learn.model;

import com.google.protobuf.ByteString;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tensors of one model by name, in the order in which they are written. Immutable. */
public final class ModelTensors {

    private final Map<String, WeightTensor> byName;

    private ModelTensors(Map<String, WeightTensor> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /** Throws {@link InvalidModelException} for two tensors of one name. */
    public static ModelTensors of(List<WeightTensor> tensors) {
        Map<String, WeightTensor> byName = new LinkedHashMap<>();
        for (WeightTensor tensor : tensors) {
            if (byName.put(tensor.name(), tensor) != null) {
                throw new InvalidModelException("There are two tensors (%s).".formatted(tensor.name()));
            }
        }
        return new ModelTensors(byName);
    }

    /** Decodes the tensors of a snapshot; throws {@link InvalidModelException} where data and shape differ. */
    public static ModelTensors of(ModelSnapshot model) {
        return of(model.getTensorsList().stream().map(ModelTensors::decoded).toList());
    }

    public Set<String> names() {
        return byName.keySet();
    }

    public List<WeightTensor> list() {
        return List.copyOf(byName.values());
    }

    public @Nullable WeightTensor find(String name) {
        return byName.get(name);
    }

    public WeightTensor get(String name) {
        WeightTensor tensor = byName.get(name);
        if (tensor == null) {
            throw new InvalidModelException("The model has no tensor (%s), only %s.".formatted(name, byName.keySet()));
        }
        return tensor;
    }

    static Tensor encoded(WeightTensor tensor) {
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(tensor.size(), Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        Tensor.Builder message = Tensor.newBuilder().setName(tensor.name());
        for (int axis = 0; axis < tensor.rank(); axis++) {
            message.addShape(tensor.extent(axis));
        }
        for (int i = 0; i < tensor.size(); i++) {
            data.putFloat(tensor.value(i));
        }
        return message.setData(ByteString.copyFrom(data.flip())).build();
    }

    private static WeightTensor decoded(Tensor message) {
        int[] shape = new int[message.getShapeCount()];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = message.getShape(axis);
        }
        long bytes = (long) WeightTensor.elements(message.getName(), shape) * Float.BYTES;
        if (message.getData().size() != bytes) {
            throw new InvalidModelException("The tensor (%s) has (%d) bytes of data, its shape needs (%d)."
                    .formatted(message.getName(), message.getData().size(), bytes));
        }
        float[] values = new float[(int) (bytes / Float.BYTES)];
        message.getData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return WeightTensor.owning(message.getName(), shape, values);
    }
}
