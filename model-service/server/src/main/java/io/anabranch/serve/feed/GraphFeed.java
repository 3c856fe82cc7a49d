package io.anabranch.serve.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.SparseFeatures;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.hag.choice.GraphPlans;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.graph.hag.choice.PlanSettings;
import io.anabranch.graph.hag.live.KeptHags;
import io.anabranch.graph.hag.maintenance.MaintenanceReport;
import io.anabranch.graph.snapshot.EdgeDirection;
import io.anabranch.graph.snapshot.GraphReplica;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.graph.snapshot.InNeighbourhood;
import io.anabranch.graph.snapshot.ReplicaEdge;
import io.anabranch.graph.snapshot.ReplicaNode;
import io.anabranch.graph.v1.EdgeKey;
import io.anabranch.graph.v1.FactKey;
import io.anabranch.graph.v1.FactRecord;
import io.anabranch.graph.v1.LabelKey;
import io.anabranch.serve.train.LiveGraph;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The graph topic into a replica that trainings take snapshots of, with the computation graphs that they sum along, which every edge patches.
 * Searches run on an executor, never on the thread that reads the topic.
 */
public final class GraphFeed implements RecordTarget, LiveGraph {

    // All guarded by this: what is kept is of the replica as it is, and that of the records below the offsets.
    private final GraphReplica replica;
    private final KeptHags kept;
    private long[] offsets = new long[0];

    /** @param searches runs the searches for shared sums */
    public GraphFeed(int featureDimension, Executor searches) {
        this.kept = new KeptHags(searches);
        this.replica = new GraphReplica(featureDimension, kept);
    }

    @Override
    public synchronized void begin(int partitions) {
        offsets = new long[partitions];
    }

    @Override
    public synchronized void accept(ConsumerRecord<byte[], byte[]> record, boolean live)
            throws InvalidProtocolBufferException {
        offsets[record.partition()] = record.offset() + 1;
        accept(record.key(), record.value());
    }

    synchronized void accept(byte @Nullable [] keyBytes, byte @Nullable [] value)
            throws InvalidProtocolBufferException {
        if (keyBytes == null) {
            throw new InvalidProtocolBufferException("A fact must have a key.");
        }
        FactKey key = FactKey.parseFrom(keyBytes);
        try {
            if (value == null) {
                forget(key);
            } else {
                take(key, FactRecord.parseFrom(value));
            }
        } catch (IllegalArgumentException e) {
            // The graph's own rules, such as the length of a feature row.
            throw new InvalidProtocolBufferException(e);
        }
    }

    private void forget(FactKey key) throws InvalidProtocolBufferException {
        switch (key.getFactCase()) {
            case NODE_ID -> replica.removeNode(key.getNodeId());
            case EDGE -> replica.removeEdge(edgeId(key.getEdge()));
            case LABEL ->
                replica.removeLabel(key.getLabel().getNodeId(), key.getLabel().getTask());
            case FACT_NOT_SET -> throw new InvalidProtocolBufferException("A fact key must say what it is of.");
        }
    }

    private void take(FactKey key, FactRecord record) throws InvalidProtocolBufferException {
        switch (key.getFactCase()) {
            case NODE_ID ->
                replica.putNode(
                        key.getNodeId(),
                        record.getNode().getType(),
                        features(record.getNode().getFeatures()),
                        record.getEventTimeMs());
            case EDGE ->
                replica.putEdge(
                        edgeId(key.getEdge()),
                        record.getEdge().getWeight(),
                        record.getEdge().getProvenance() == io.anabranch.event.v1.Provenance.PROVENANCE_LEARNED
                                ? Provenance.LEARNED
                                : Provenance.OBSERVED,
                        record.getEventTimeMs(),
                        record.getEdge().hasExpiryMs() ? record.getEdge().getExpiryMs() : GraphMutation.NEVER_EXPIRES);
            case LABEL -> replica.putLabel(key.getLabel().getNodeId(), label(key.getLabel(), record.getLabel()));
            case FACT_NOT_SET -> throw new InvalidProtocolBufferException("A fact key must say what it is of.");
        }
    }

    private static EdgeId edgeId(EdgeKey key) {
        return new EdgeId(key.getSource(), key.getTarget(), key.getType());
    }

    private static @Nullable FeatureVector features(Features features) {
        return switch (features.getRowCase()) {
            case DENSE -> {
                float[] values = new float[features.getDense().getValuesCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = features.getDense().getValues(i);
                }
                yield FeatureVector.dense(values);
            }
            case SPARSE -> sparse(features.getSparse());
            case ROW_NOT_SET -> null;
        };
    }

    private static FeatureVector sparse(SparseFeatures row) {
        int[] indices = new int[row.getIndicesCount()];
        float[] values = new float[row.getValuesCount()];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = row.getIndices(i);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = row.getValues(i);
        }
        return FeatureVector.sparse(row.getDimension(), indices, values);
    }

    private static Label label(LabelKey key, io.anabranch.event.v1.Label label) throws InvalidProtocolBufferException {
        LabelValue value = switch (label.getValueCase()) {
            case CLASS_NAME -> new LabelValue.OneClass(label.getClassName());
            case CLASS_SET -> LabelValue.ClassSet.of(label.getClassSet().getClassNamesList());
            case TARGET -> new LabelValue.Target(label.getTarget());
            case VALUE_NOT_SET ->
                throw new InvalidProtocolBufferException(
                        "The label of node %s has no value.".formatted(key.getNodeId()));
        };
        Part part = switch (label.getPart()) {
            case PART_TRAIN -> Part.TRAIN;
            case PART_VALIDATION -> Part.VALIDATION;
            case PART_TEST -> Part.TEST;
            case PART_UNSPECIFIED, UNRECOGNIZED -> Part.byHash(key.getNodeId(), key.getTask());
        };
        return new Label(key.getTask(), value, part);
    }

    @Override
    public synchronized Moment moment() {
        return new Moment(replica.snapshot(), offsets(), KnownHags.NONE);
    }

    @Override
    public synchronized Moment moment(HagOptions.Mode rows, PlanSettings settings) {
        GraphSnapshot graph = replica.snapshot();
        KnownHags hags = settings.policy() == PlanPolicy.DIRECT
                ? KnownHags.NONE
                : kept.of(graph, replica::isPut, rows, GraphPlans.searches(graph.edgeCount(), settings));
        return new Moment(graph, offsets(), hags);
    }

    private List<Long> offsets() {
        List<Long> seen = new ArrayList<>(offsets.length);
        for (long offset : offsets) {
            seen.add(offset);
        }
        return seen;
    }

    @Override
    public List<Sharing> sharing() {
        List<Sharing> sharing = new ArrayList<>();
        for (HagOptions.Mode rows : HagOptions.Mode.values()) {
            MaintenanceReport report = kept.report(rows);
            if (report != null) {
                sharing.add(new Sharing(rows, report, kept.counts(rows)));
            }
        }
        return sharing;
    }

    /** The graphs that are kept, for their figures. */
    KeptHags kept() {
        return kept;
    }

    @Override
    public @Nullable InNeighbourhood inNeighbourhood(Collection<String> ids, int hops, int most) {
        return replica.inNeighbourhood(ids, hops, most);
    }

    @Override
    public @Nullable ReplicaNode node(String id) {
        return replica.node(id);
    }

    @Override
    public @Nullable List<ReplicaEdge> edges(String id, EdgeDirection direction, @Nullable EdgeId after, int limit) {
        return replica.edges(id, direction, after, limit);
    }

    @Override
    public @Nullable String nodeType(String nodeId) {
        return replica.nodeType(nodeId);
    }

    @Override
    public boolean linked(String source, String target) {
        return replica.linked(source, target);
    }

    @Override
    public long vertices() {
        return replica.nodeCount();
    }

    @Override
    public long edges() {
        return replica.edgeCount();
    }

    @Override
    public long learnedEdges() {
        return replica.learnedEdgeCount();
    }

    @Override
    public long labels() {
        return replica.labelCount();
    }
}
