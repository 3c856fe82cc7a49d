package io.anabranch.benchmark;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.explain.ExplainQuery;
import io.anabranch.serve.explain.Explanation;
import io.anabranch.serve.explain.Explanations;
import io.anabranch.serve.feed.GraphFeed;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.recompute.OnDemand;
import io.anabranch.serve.recompute.OnDemandLimits;
import io.anabranch.serve.recompute.Recomputation;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRecord;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.stream.wire.FactCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A data set in a replica of the graph, a random model of two layers, its embeddings, and the explanations over it, without transport and topics. */
final class ExplainBench implements AutoCloseable {

    static final String TASK = "class";
    private static final int HIDDEN = 64;
    private static final int CLASSES = 8;
    /** Where the set has none. */
    private static final int FEATURES = 16;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final SplittableRandom random = new SplittableRandom(9);
    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final EmbeddingView view = new EmbeddingView();
    private final OnDemand onDemand = new OnDemand(new OnDemandLimits(200_000, 2, 64));
    private final GraphFeed graph;
    private final Explanations explanations;
    private final List<String> ids;
    private final int features;
    private long offset;

    ExplainBench(DataSetFolder data, Convolution convolution) {
        features = data.dimension() == 0 ? FEATURES : data.dimension();
        graph = new GraphFeed(features, Runnable::run);
        graph.begin(1);
        data.events(1).forEach(this::feed);
        ModelPublisher publisher = new ModelPublisher(registry, this::append, 2, Duration.ofSeconds(5), () -> true);
        ModelSnapshot model = model(convolution);
        long version = publisher.publish(model).version();
        registry.cover(version, 0, 1);
        publisher.promote(model.getSpec().getName(), version);
        GraphSnapshot snapshot = graph.moment().graph();
        ids = snapshot.nodeIds();
        serve(version, new Recomputation(model, snapshot, Integer.MAX_VALUE));
        explanations = new Explanations(
                graph,
                List::of,
                patience -> {},
                onDemand,
                new Predictions(registry, view, List::of),
                new SimpleMeterRegistry());
    }

    /** As the stream processor would have written it. */
    private void feed(GraphMutation mutation) {
        switch (mutation) {
            case GraphMutation.UpsertNode node ->
                fact(new NodeFact(
                        node.id(),
                        node.time(),
                        true,
                        node.type(),
                        node.features() == null ? row() : node.features(),
                        PartitionGraph.NEVER));
            case GraphMutation.UpsertEdge edge ->
                fact(new EdgeFact(edge.edge(), edge.time(), true, edge.weight(), edge.provenance()));
            case GraphMutation.SetLabel _ -> {}
            default -> throw new IllegalStateException("A static set only grows (%s).".formatted(mutation));
        }
    }

    private FeatureVector row() {
        float[] values = new float[features];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return FeatureVector.dense(values);
    }

    private void fact(Fact fact) {
        try {
            graph.accept(new ConsumerRecord<>("graph", 0, offset++, FactCodec.key(fact), FactCodec.value(fact)), true);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private ModelSnapshot model(Convolution convolution) {
        ModelSnapshot plain = RandomModel.of(convolution, random, features, HIDDEN, CLASSES);
        Head.Builder head = Head.newBuilder().setTask(TASK).setKind(HeadKind.HEAD_KIND_MULTI_CLASS);
        for (int c = 0; c < CLASSES; c++) {
            head.addClassNames("class-" + c);
        }
        return plain.toBuilder()
                .setSpec(plain.getSpec().toBuilder().addHeads(head))
                .setProvenance(ModelProvenance.newBuilder().setOrigin("trained"))
                .build();
    }

    private void append(List<ModelRecord> records) {
        for (ModelRecord record : records) {
            try {
                registry.apply(
                        record.key(),
                        record.value() == null ? null : record.value().toByteArray());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void serve(long version, Recomputation pass) {
        for (String id : ids) {
            double[] embedding = Objects.requireNonNull(pass.embedding(id));
            float[] values = new float[embedding.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) embedding[i];
            }
            view.put(version, id, new NodeVector(values, new NodeFreshness(1, 1, 0, 1)));
        }
    }

    int size() {
        return ids.size();
    }

    String id(int node) {
        return ids.get(node);
    }

    Explanation explain(ExplainQuery query) {
        return explanations.explain(query, false, PATIENCE).join();
    }

    @Override
    public void close() {
        onDemand.close();
    }
}
