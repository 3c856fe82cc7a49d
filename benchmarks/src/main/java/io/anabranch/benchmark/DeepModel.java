package io.anabranch.benchmark;

import com.google.protobuf.ByteString;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Stage;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** Models of equally wide GCN layers with tanh and any connection along depth, with Gaussian weights of variance 1 / fan-in. */
final class DeepModel {
    private final ModelSnapshot.Builder snapshot = ModelSnapshot.newBuilder().setVersion(1);
    private final SplittableRandom random;
    private final int width;

    private DeepModel(SplittableRandom random, int width) {
        this.random = random;
        this.width = width;
    }

    /** @param width of features and of all layers */
    static ModelSnapshot of(DepthConnection connection, int layers, int width, SplittableRandom random) {
        return new DeepModel(random, width).build(connection, layers);
    }

    private ModelSnapshot build(DepthConnection connection, int layers) {
        var spec = ModelSpec.newBuilder()
                .setName("deep")
                .setFeatureDimension(width)
                .setDepthConnection(connection);
        for (int l = 1; l <= layers; l++) {
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(Convolution.CONVOLUTION_GCN)
                    .setInputWidth(width)
                    .setOutputWidth(width)
                    .setActivation(Activation.ACTIVATION_TANH));
            add("layer." + l + ".neighbor", width, width, width);
            add("layer." + l + ".bias", width, width);
        }
        if (connection != DepthConnection.DEPTH_CONNECTION_PLAIN) {
            spec.addStages(stage(connection, layers));
        }
        return snapshot.setSpec(spec).build();
    }

    private Stage stage(DepthConnection connection, int layers) {
        var stage = Stage.newBuilder().setLayers(layers).setWidth(width);
        add("stage.1.entry", width, width, width);
        add("stage.1.entry_bias", width, width);
        switch (connection) {
            case DEPTH_CONNECTION_MOMENTUM -> stage.setMomentum(0.9f);
            case DEPTH_CONNECTION_GRU -> addCell(stage, 3);
            case DEPTH_CONNECTION_LSTM -> addCell(stage, 4);
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> addCell(stage.setMaxForget(0.875f), 3);
            default -> {}
        }
        return stage.build();
    }

    private void addCell(Stage.Builder stage, int gates) {
        stage.setSharedCell(true);
        add("stage.1.cell.input", width, width, gates * width);
        add("stage.1.cell.recurrent", width, width, gates * width);
        add("stage.1.cell.bias", width, gates * width);
    }

    private void add(String name, int fanIn, int... shape) {
        var tensor = Tensor.newBuilder().setName(name);
        int numbers = 1;
        for (int size : shape) {
            numbers *= size;
            tensor.addShape(size);
        }
        var data = ByteBuffer.allocate(Float.BYTES * numbers).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < numbers; i++) {
            data.putFloat((float) (random.nextGaussian() / Math.sqrt(fanIn)));
        }
        snapshot.addTensors(tensor.setData(ByteString.copyFrom(data.array())));
    }
}
