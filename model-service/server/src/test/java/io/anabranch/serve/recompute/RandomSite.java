package io.anabranch.serve.recompute;

import static java.util.Objects.requireNonNull;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.snapshot.GraphReplica;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.serve.TestModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A small asymmetric graph with hubs, self-loops, parallel edges, edges of weight 0 and vertices without features, and random models for it. */
public final class RandomSite {

    public static final int FEATURES = 3;
    static final int VERTICES = 30;
    static final int CLASSES = 3;

    private final Random random;
    /** All edges and their weights, multiples of 1/16. */
    final TreeMap<String, EdgeId> edges = new TreeMap<>();

    public final GraphReplica replica = new GraphReplica(FEATURES);

    /** What a layer may be. */
    enum Kind {
        GCN(Convolution.CONVOLUTION_GCN),
        MEAN(Convolution.CONVOLUTION_SAGE_MEAN),
        SUM(Convolution.CONVOLUTION_SAGE_SUM),
        MAX(Convolution.CONVOLUTION_SAGE_MAX),
        MIN(Convolution.CONVOLUTION_SAGE_MIN),
        MEAN_BY_RELATION(Convolution.CONVOLUTION_SAGE_MEAN, "pays", ""),
        SUM_OF_ONE_RELATION(Convolution.CONVOLUTION_SAGE_SUM, "pays"),
        MAX_BY_RELATION(Convolution.CONVOLUTION_SAGE_MAX, "pays", "owns"),
        MIN_BY_RELATION(Convolution.CONVOLUTION_SAGE_MIN, "owns", ""),
        GAT(Convolution.CONVOLUTION_GAT),
        GAT_AVERAGED(Convolution.CONVOLUTION_GAT);

        final Convolution convolution;
        final List<String> relations;

        Kind(Convolution convolution, String... relations) {
            this.convolution = convolution;
            this.relations = List.of(relations);
        }
    }

    public RandomSite(long seed) {
        random = new Random(seed);
        for (int i = 0; i < VERTICES; i++) {
            if (i % 7 != 3) {
                replica.putNode("n" + i, "", row(), 1_000 + i);
            }
        }
        String[] types = {"pays", "owns", ""};
        for (int i = 0; i < 110; i++) {
            // Few targets have many in-edges.
            String target = "n" + random.nextInt(1 + random.nextInt(VERTICES));
            EdgeId edge = new EdgeId("n" + random.nextInt(VERTICES), target, types[random.nextInt(3)]);
            put(edge, i % 20 == 5 ? 0 : (1 + random.nextInt(32)) / 16f, i);
        }
        for (int i = 0; i < 12; i++) {
            EdgeId edge = new EdgeId("n" + (5 + i), SUBJECTS.get(i % 4), types[i % 3]);
            put(edge, (1 + random.nextInt(32)) / 16f, i);
        }
    }

    /** These have in-edges of every type. */
    public static final List<String> SUBJECTS = List.of("n0", "n1", "n3", "n17");

    private void put(EdgeId edge, float weight, int at) {
        edges.put(edge.toString(), edge);
        replica.putEdge(edge, weight, at % 4 == 0 ? Provenance.LEARNED : Provenance.OBSERVED, 2_000 + at);
    }

    private @Nullable FeatureVector row() {
        return FeatureVector.dense(
                random.nextInt(64) / 32f - 1, random.nextInt(64) / 32f - 0.5f, random.nextInt(64) / 32f - 1.5f);
    }

    StoredGraph around(List<String> ids, int layers) {
        return new StoredGraph(requireNonNull(replica.inNeighbourhood(ids, layers, 100_000)));
    }

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() * 2 - 0.9f;
        }
        return values;
    }

    /** A mean by relation below, a GCN above. */
    public ModelSnapshot twoLayers(FeatureEncoding encoding) {
        return model(encoding, List.of(Kind.MEAN_BY_RELATION, Kind.GCN));
    }

    /** Widths grow from layer to layer; ReLU behind all but the last, with a head of three classes, a number, and one for pairs. */
    ModelSnapshot model(FeatureEncoding encoding, List<Kind> kinds) {
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName("m")
                .setFeatureDimension(FEATURES)
                .setFeatureEncoding(encoding)
                .addHeads(TestModels.head("class", HeadKind.HEAD_KIND_MULTI_CLASS, "x", "y", "z"))
                .addHeads(TestModels.head("tags", HeadKind.HEAD_KIND_MULTI_LABEL, "x", "y", "z"))
                .addHeads(TestModels.head("number", HeadKind.HEAD_KIND_REGRESSION))
                .addHeads(TestModels.head("link", HeadKind.HEAD_KIND_LINK));
        ModelSnapshot.Builder model = ModelSnapshot.newBuilder()
                .addTensors(TestModels.tensor("features.mean", List.of(FEATURES), values(FEATURES)))
                .addTensors(TestModels.tensor("features.scale", List.of(FEATURES), values(FEATURES)));
        int in = FEATURES;
        for (int l = 1; l <= kinds.size(); l++) {
            Kind kind = kinds.get(l - 1);
            int out = 2 + 2 * l;
            boolean attention = kind.convolution == Convolution.CONVOLUTION_GAT;
            Layer.Builder layer = Layer.newBuilder()
                    .setConvolution(kind.convolution)
                    .setInputWidth(in)
                    .setOutputWidth(out)
                    .addAllRelations(kind.relations)
                    .setActivation(l < kinds.size() ? Activation.ACTIVATION_RELU : Activation.ACTIVATION_IDENTITY);
            if (attention) {
                layer.setHeads(2)
                        .setHeadCombination(
                                kind == Kind.GAT_AVERAGED
                                        ? HeadCombination.HEAD_COMBINATION_AVERAGED
                                        : HeadCombination.HEAD_COMBINATION_CONCATENATED);
            }
            int width = kind == Kind.GAT_AVERAGED ? 2 * out : out;
            spec.addLayers(layer);
            List<String> names = new ArrayList<>(List.of("self", "neighbor"));
            kind.relations.stream().filter(name -> !name.isEmpty()).forEach(name -> names.add("neighbor." + name));
            for (String name : names) {
                model.addTensors(TestModels.tensor("layer." + l + "." + name, List.of(in, width), values(in * width)));
            }
            if (attention) {
                for (String name : List.of("attention_source", "attention_target")) {
                    model.addTensors(
                            TestModels.tensor("layer." + l + "." + name, List.of(2, width / 2), values(width)));
                }
            }
            model.addTensors(TestModels.tensor("layer." + l + ".bias", List.of(out), values(out)));
            in = out;
        }
        for (Head head : spec.getHeadsList()) {
            int outputs = head.getKind() == HeadKind.HEAD_KIND_REGRESSION ? 1 : CLASSES;
            model.addTensors(TestModels.tensor(
                    "head." + head.getTask() + ".weight", List.of(in, outputs), values(in * outputs)));
            model.addTensors(TestModels.tensor("head." + head.getTask() + ".bias", List.of(outputs), values(outputs)));
        }
        return model.setSpec(spec).build();
    }
}
