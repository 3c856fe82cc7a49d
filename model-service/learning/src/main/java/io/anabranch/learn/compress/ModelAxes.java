package io.anabranch.learn.compress;

import io.anabranch.learn.model.AttentionHeads;
import io.anabranch.learn.model.Levels;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which tensors of a model share channels, and who writes these. A stage has one axis: its rows, the cells' states and, where they are added
 * to the rows or read by a shared cell, its layers' outputs. Free are the output of a layer with a cell of its own, what GIN and SAGE-pool
 * have inside, the levels of a plain model, and the readout of all hops where a head reads it. Heads of attention whose outputs stand side by
 * side are units.
 */
final class ModelAxes {

    private static final String FEATURES = "features";
    private static final String EMBEDDING = "embedding";

    private final ModelSpec spec;
    private final Levels levels;
    private final ModelTensors tensors;
    private final Map<String, Axis> axes = new LinkedHashMap<>();
    /** By tensor: what each dimension runs over; "" for what is never cut. */
    private final Map<String, List<AxisUse>> uses = new LinkedHashMap<>();

    private final List<Writer> writers = new ArrayList<>();

    private ModelAxes(ModelSpec spec, ModelTensors tensors) {
        this.spec = spec;
        this.levels = Levels.of(spec);
        this.tensors = tensors;
        addAxes();
        for (int i = 1; i <= levels.layers(); i++) {
            addLayer(i, spec.getLayers(i - 1));
        }
        for (int k = 1; k <= levels.stages(); k++) {
            addStage(k);
        }
        addReadout();
    }

    /** Of a model whose tensors fit its spec. */
    static ModelAxes of(ModelSpec spec, ModelTensors tensors) {
        Compressible.require(spec);
        return new ModelAxes(spec, tensors);
    }

    Map<String, Axis> axes() {
        return axes;
    }

    List<Writer> writers() {
        return writers;
    }

    Axis axis(String name) {
        Axis axis = axes.get(name);
        if (axis == null) {
            throw new IllegalStateException("There is no axis (%s), only %s.".formatted(name, axes.keySet()));
        }
        return axis;
    }

    /** By dimension; empty of a tensor that no axis runs through. */
    List<AxisUse> uses(String tensor) {
        return uses.getOrDefault(tensor, List.of());
    }

    /** What layer i reads. */
    String input(int layer) {
        return level(layer - 1);
    }

    /** What layer i gives. */
    String output(int layer) {
        if (levels.stages() == 0) {
            return level(layer);
        }
        int stage = levels.stageOf(layer);
        return levels.gates() == 0 || levels.stage(stage).getSharedCell()
                ? stage(stage)
                : "layer.%d.output".formatted(layer);
    }

    static String inner(int layer) {
        return "layer.%d.inner".formatted(layer);
    }

    static String stage(int stage) {
        return "stage.%d".formatted(stage);
    }

    static String embedding() {
        return EMBEDDING;
    }

    private String level(int level) {
        if (levels.stages() > 0) {
            return stage(levels.stageOf(Math.min(level + 1, levels.layers())));
        }
        return level == 0 ? FEATURES : "level.%d".formatted(level);
    }

    private void addAxes() {
        boolean headsRead = spec.getHeadsCount() > 0
                && spec.getHeadsList().stream()
                        .allMatch(head -> tensors.find(TensorNames.headWeight(head.getTask())) != null);
        boolean lastIsRead = headsRead || Levels.allHops(spec);
        add(new Axis(FEATURES, spec.getFeatureDimension(), 1, false));
        for (int k = 1; k <= levels.stages(); k++) {
            boolean last = k == levels.stages();
            add(new Axis(stage(k), levels.stage(k).getWidth(), unitOfStage(k), !last || lastIsRead));
        }
        for (int i = 1; i <= levels.layers(); i++) {
            Layer layer = spec.getLayers(i - 1);
            boolean last = i == levels.layers();
            if (!axes.containsKey(output(i))) {
                boolean plainLast = last && levels.stages() == 0;
                add(new Axis(output(i), layer.getOutputWidth(), unit(layer), !plainLast || lastIsRead));
            }
            if (layer.getInnerWidth() > 0) {
                add(new Axis(inner(i), layer.getInnerWidth(), 1, true));
            }
        }
        if (Levels.allHops(spec)) {
            add(new Axis(EMBEDDING, spec.getReadoutWidth(), 1, headsRead));
        }
    }

    private void add(Axis axis) {
        axes.put(axis.name(), axis);
    }

    private int unitOfStage(int stage) {
        int unit = 1;
        for (int i = levels.firstLayer(stage); i <= levels.lastLayer(stage); i++) {
            if (output(i).equals(stage(stage))) {
                int next = unit(spec.getLayers(i - 1));
                unit = unit / greatestCommonDivisor(unit, next) * next;
            }
        }
        return unit;
    }

    private static int unit(Layer layer) {
        return concatenated(layer) ? layer.getOutputWidth() / AttentionHeads.count(layer) : 1;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    static boolean concatenated(Layer layer) {
        return layer.getConvolution() == Convolution.CONVOLUTION_GAT && !AttentionHeads.averaged(layer);
    }

    private void addLayer(int i, Layer layer) {
        AxisUse in = AxisUse.of(input(i));
        AxisUse out = AxisUse.of(output(i));
        AxisUse inner = AxisUse.of(inner(i));
        switch (layer.getConvolution()) {
            case CONVOLUTION_GCN -> {
                use(TensorNames.neighbor(i), in, out);
                use(TensorNames.bias(i), out);
                write(output(i), TensorNames.bias(i), TensorNames.neighbor(i));
            }
            case CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_SUM, CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN -> {
                List<String> matrices = new ArrayList<>(List.of(TensorNames.self(i)));
                for (String relation : layer.getRelationsCount() == 0 ? List.of("") : layer.getRelationsList()) {
                    matrices.add(TensorNames.neighbor(i, relation));
                }
                matrices.forEach(matrix -> use(matrix, in, out));
                use(TensorNames.bias(i), out);
                write(output(i), TensorNames.bias(i), matrices.toArray(String[]::new));
            }
            case CONVOLUTION_GAT -> addAttention(i, layer);
            case CONVOLUTION_GIN -> {
                use(TensorNames.neighbor(i), in, inner);
                use(TensorNames.bias(i), inner);
                use(TensorNames.outer(i), inner, out);
                use(TensorNames.outerBias(i), out);
                write(inner(i), TensorNames.bias(i), TensorNames.neighbor(i));
                write(output(i), TensorNames.outerBias(i), TensorNames.outer(i));
            }
            case CONVOLUTION_SAGE_POOL -> {
                use(TensorNames.self(i), in, out);
                use(TensorNames.pool(i), in, inner);
                use(TensorNames.poolBias(i), inner);
                use(TensorNames.neighbor(i), inner, out);
                use(TensorNames.bias(i), out);
                write(inner(i), TensorNames.poolBias(i), TensorNames.pool(i));
                write(output(i), TensorNames.bias(i), TensorNames.self(i), TensorNames.neighbor(i));
            }
            case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "The convolution (%s) of layer (%d) is unknown.".formatted(layer.getConvolution(), i));
        }
    }

    private void addAttention(int i, Layer layer) {
        boolean concatenated = concatenated(layer);
        int blocks = concatenated ? 1 : AttentionHeads.count(layer);
        String out = output(i);
        use(TensorNames.neighbor(i), AxisUse.of(input(i)), AxisUse.blocks(out, blocks));
        use(TensorNames.bias(i), AxisUse.of(out));
        for (String attention : List.of(TensorNames.attentionSource(i), TensorNames.attentionTarget(i))) {
            if (concatenated) {
                use(attention, new AxisUse(out, 1, unit(layer)), AxisUse.of(""));
            } else {
                use(attention, AxisUse.of(""), AxisUse.of(out));
            }
        }
        writers.add(new Writer(out, List.of(TensorNames.neighbor(i)), TensorNames.bias(i), range(blocks)));
    }

    private void addStage(int k) {
        Stage stage = levels.stage(k);
        String axis = stage(k);
        AxisUse width = AxisUse.of(axis);
        use(TensorNames.entry(k), AxisUse.of(k == 1 ? FEATURES : stage(k - 1)), width);
        use(TensorNames.entryBias(k), width);
        write(axis, TensorNames.entryBias(k), TensorNames.entry(k));
        if (stage.getHiddenStart() == HiddenStart.HIDDEN_START_LEARNED) {
            use(TensorNames.hiddenStart(k), width, width);
            use(TensorNames.hiddenStartBias(k), width);
            write(axis, TensorNames.hiddenStartBias(k), TensorNames.hiddenStart(k));
        }
        if (levels.gates() == 0) {
            return;
        }
        addCell(TensorNames.stageCell(k), axis, axis);
        for (int i = levels.firstLayer(k); i <= levels.lastLayer(k); i++) {
            addCell(TensorNames.layerCell(i), output(i), axis);
        }
    }

    /** A cell, where the model has it. Its candidate, n or g, is what it writes. */
    private void addCell(String cell, String in, String axis) {
        if (tensors.find(TensorNames.cellInput(cell)) == null) {
            return;
        }
        AxisUse columns = AxisUse.blocks(axis, levels.gates());
        use(TensorNames.cellInput(cell), AxisUse.of(in), columns);
        use(TensorNames.cellRecurrent(cell), AxisUse.of(axis), columns);
        use(TensorNames.cellBias(cell), columns);
        writers.add(new Writer(
                axis,
                List.of(TensorNames.cellInput(cell), TensorNames.cellRecurrent(cell)),
                TensorNames.cellBias(cell),
                List.of(2)));
    }

    private void addReadout() {
        String last = level(levels.layers());
        if (Levels.allHops(spec)) {
            last = EMBEDDING;
            List<String> matrices = new ArrayList<>();
            for (int l = 0; l <= levels.layers(); l++) {
                use(TensorNames.readout(l), AxisUse.of(level(l)), AxisUse.of(EMBEDDING));
                matrices.add(TensorNames.readout(l));
            }
            use(TensorNames.READOUT_BIAS, AxisUse.of(EMBEDDING));
            write(EMBEDDING, TensorNames.READOUT_BIAS, matrices.toArray(String[]::new));
        }
        for (Head head : spec.getHeadsList()) {
            if (tensors.find(TensorNames.headWeight(head.getTask())) != null) {
                use(TensorNames.headWeight(head.getTask()), AxisUse.of(last), AxisUse.of(""));
            }
        }
    }

    private void use(String tensor, AxisUse... dimensions) {
        uses.put(tensor, List.of(dimensions));
    }

    private void write(String axis, String bias, String... matrices) {
        writers.add(new Writer(axis, List.of(matrices), bias, List.of(0)));
    }

    private static List<Integer> range(int end) {
        return IntStream.range(0, end).boxed().toList();
    }
}
