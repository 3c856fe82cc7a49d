package io.anabranch.serve;

import com.google.protobuf.ByteString;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Small models made by hand: three features, embeddings of width two. */
public final class TestModels {

    public static final int FEATURES = 3;

    private TestModels() {}

    public static Head head(String task, HeadKind kind, String... classes) {
        return Head.newBuilder()
                .setTask(task)
                .setKind(kind)
                .addAllClassNames(List.of(classes))
                .build();
    }

    public static ModelSnapshot.Builder model(String name, String origin, Head... heads) {
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName(name)
                .setFeatureDimension(FEATURES)
                .addLayers(Layer.newBuilder()
                        .setConvolution(Convolution.CONVOLUTION_GCN)
                        .setInputWidth(FEATURES)
                        .setOutputWidth(2))
                .addAllHeads(List.of(heads));
        return ModelSnapshot.newBuilder()
                .setSpec(spec)
                .setProvenance(ModelProvenance.newBuilder().setOrigin(origin))
                .addTensors(tensor("layer.1.neighbor", List.of(FEATURES, 2), 1, 0, 0, 1, 1, 1))
                .addTensors(tensor("layer.1.bias", List.of(2), 0, 0));
    }

    public static ModelSnapshot trained(String name) {
        return model(name, "trained", head("class", HeadKind.HEAD_KIND_MULTI_CLASS, "a", "b"))
                .build();
    }

    public static ModelSnapshot imported(String name) {
        return model(name, "imported", head("class", HeadKind.HEAD_KIND_MULTI_CLASS, "a", "b"))
                .build();
    }

    /** One head of each kind; the embedding itself is the logits, and the value its first column. */
    public static ModelSnapshot everyTask(String name) {
        return model(
                        name,
                        "imported",
                        head("class", HeadKind.HEAD_KIND_MULTI_CLASS, "a", "b"),
                        head("tags", HeadKind.HEAD_KIND_MULTI_LABEL, "x", "y"),
                        head("amount", HeadKind.HEAD_KIND_REGRESSION),
                        head("link", HeadKind.HEAD_KIND_LINK))
                .build();
    }

    public static Tensor tensor(String name, List<Integer> shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return Tensor.newBuilder()
                .setName(name)
                .addAllShape(shape)
                .setData(ByteString.copyFrom(bytes.array()))
                .build();
    }
}
