package io.anabranch.learn.compress;

import io.anabranch.learn.model.Levels;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.ModelSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model costs.
 *
 * @param parameters learnt numbers, without the statistics of the features
 * @param flops of a pass over the whole graph: 2 · rows · columns for each vertex and product with a matrix, a shared cell once per use, of
 *     the features only the values that are there; and 2 · width for each edge and layer, width being what is summed over neighbours (the
 *     layer's input, SAGE-pool's inner rows, GAT's messages and two scores per head). Element-wise work is not counted
 * @param bytes of all tensors, as a snapshot holds them
 */
public record ModelCost(long parameters, double flops, long bytes) {

    public static ModelCost of(ModelSpec spec, ModelTensors tensors, GraphSize graph) {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        for (WeightTensor tensor : tensors.list()) {
            shapes.put(tensor.name(), tensor.shape());
        }
        return of(spec, shapes, graph);
    }

    static ModelCost of(ModelSpec spec, Map<String, int[]> shapes, GraphSize graph) {
        Compressible.require(spec);
        Levels levels = Levels.of(spec);
        long parameters = 0;
        long bytes = 0;
        double perVertex = 0;
        for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
            long size = 1;
            for (int extent : entry.getValue()) {
                size *= extent;
            }
            bytes += size * Float.BYTES;
            if (!List.of(TensorNames.FEATURES_MEAN, TensorNames.FEATURES_SCALE).contains(entry.getKey())) {
                parameters += size;
                if (entry.getValue().length == 2) {
                    perVertex += 2 * product(spec, levels, entry.getKey(), entry.getValue(), graph);
                }
            }
        }
        double perEdge = 0;
        for (int i = 1; i <= levels.layers(); i++) {
            perEdge += 2 * summed(spec, levels, i, shapes, graph);
        }
        return new ModelCost(parameters, perVertex * graph.vertices() + perEdge * graph.edges(), bytes);
    }

    /** 1 - this over before, of parameters and of FLOPs: the smaller of both. */
    public double removedOf(ModelCost before) {
        return Math.min(1 - (double) parameters / before.parameters, 1 - flops / before.flops);
    }

    private static double product(ModelSpec spec, Levels levels, String name, int[] shape, GraphSize graph) {
        boolean ofFeatures = levels.stages() > 0
                ? name.equals(TensorNames.entry(1))
                : name.equals(TensorNames.readout(0)) || readsLevelBefore(spec, name);
        double rows = ofFeatures ? graph.featureValues() : shape[0];
        int uses = 1;
        for (int k = 1; k <= levels.stages(); k++) {
            if (name.startsWith(TensorNames.stageCell(k) + ".")) {
                // GRU and LSTM begin with a step; layers with cells of their own do not use this one.
                boolean begins = spec.getDepthConnection() != DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE;
                uses = (begins ? 1 : 0)
                        + (levels.stage(k).getSharedCell() ? levels.stage(k).getLayers() : 0);
            }
        }
        return rows * shape[1] * uses;
    }

    /** Whether it is a matrix of the first layer that is multiplied by what the layer reads, not by what it has inside. */
    private static boolean readsLevelBefore(ModelSpec spec, String name) {
        boolean pooled = spec.getLayers(0).getConvolution() == Convolution.CONVOLUTION_SAGE_POOL;
        return name.equals(TensorNames.self(1))
                || name.equals(TensorNames.pool(1))
                || (name.startsWith(TensorNames.neighbor(1)) && !pooled);
    }

    private static double summed(ModelSpec spec, Levels levels, int layer, Map<String, int[]> shapes, GraphSize graph) {
        Convolution convolution = spec.getLayers(layer - 1).getConvolution();
        if (convolution == Convolution.CONVOLUTION_GAT) {
            int heads = shape(shapes, TensorNames.attentionSource(layer))[0];
            return shape(shapes, TensorNames.neighbor(layer))[1] + 2.0 * heads;
        }
        if (convolution == Convolution.CONVOLUTION_SAGE_POOL) {
            return shape(shapes, TensorNames.neighbor(layer))[0];
        }
        if (levels.stages() == 0 && layer == 1) {
            return graph.featureValues();
        }
        String reader = convolution == Convolution.CONVOLUTION_GCN || convolution == Convolution.CONVOLUTION_GIN
                ? TensorNames.neighbor(layer)
                : TensorNames.self(layer);
        return shape(shapes, reader)[0];
    }

    private static int[] shape(Map<String, int[]> shapes, String name) {
        int[] shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalArgumentException(
                    "The model has no tensor (%s), only %s.".formatted(name, shapes.keySet()));
        }
        return shape;
    }
}
