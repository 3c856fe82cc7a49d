package io.anabranch.serve.wire;

import io.anabranch.graph.hag.maintenance.MaintenanceReport;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.serve.train.LiveGraph;
import io.anabranch.v1.AggregatedRows;
import io.anabranch.v1.FreshnessSummary;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.Model;
import io.anabranch.v1.PartitionProgress;
import io.anabranch.v1.SharedAggregation;
import io.anabranch.v1.StageSummary;
import io.anabranch.v1.TopicStatus;
import java.util.function.Supplier;

/** StatusService without a transport. Never blocks. */
public final class StatusCalls {

    private final Supplier<ServerStatus> source;
    private final ModelRegistry registry;
    private final EmbeddingView view;

    /** @param source must answer at once, from what it has */
    public StatusCalls(Supplier<ServerStatus> source, ModelRegistry registry, EmbeddingView view) {
        this.source = source;
        this.registry = registry;
        this.view = view;
    }

    public GetStatusResponse get(GetStatusRequest request) {
        ServerStatus status = source.get();
        GetStatusResponse.Builder response = GetStatusResponse.newBuilder()
                .setReady(status.pending().isEmpty())
                .addAllPending(status.pending())
                .setFeatureDimension(status.featureDimension())
                .setPartitions(status.partitions())
                .setVertices(status.graph().vertices())
                .setEdges(status.graph().edges())
                // The two were counted one after the other.
                .setObservedEdges(
                        Math.max(0, status.graph().edges() - status.graph().learnedEdges()))
                .setLearnedEdges(status.graph().learnedEdges())
                .setLabels(status.graph().labels())
                .setDeadLetters(status.deadLetters())
                .setEvents(status.events())
                .setFreshness(FreshnessSummary.newBuilder()
                        .setCount(status.freshness().count())
                        .setP50Ms(status.freshness().p50Ms())
                        .setP99Ms(status.freshness().p99Ms())
                        .setMaxMs(status.freshness().maxMs()))
                .addAllProcessors(status.processors());
        for (ModelVersion version : registry.catalog().versions()) {
            Model.Builder model = Mapping.model(registry, version, view.size(version.version())).toBuilder();
            // The status is asked for again and again, and a version's curve never changes.
            model.getProvenanceBuilder().clearCurve();
            response.addModels(model);
        }
        status.sharing().forEach(sharing -> response.addSharedAggregations(shared(sharing)));
        status.topics()
                .forEach(topic -> response.addTopics(TopicStatus.newBuilder()
                        .setTopic(topic.topic())
                        .setPartitions(topic.partitions())
                        .setRecords(topic.records())
                        .setLag(topic.lag())));
        status.stages()
                .forEach((stage, figures) -> response.addStages(StageSummary.newBuilder()
                        .setStage(stage)
                        .setCount(figures.count())
                        .setP50Ms(figures.p50Ms())
                        .setP99Ms(figures.p99Ms())
                        .setMaxMs(figures.maxMs())));
        for (int partition = 0; partition < status.progress().size(); partition++) {
            PartitionProgress.Builder progress = PartitionProgress.newBuilder().setPartition(partition);
            for (long position : status.progress().get(partition)) {
                progress.addPositions(position);
            }
            response.addProgress(progress);
        }
        return response.build();
    }

    private static SharedAggregation shared(LiveGraph.Sharing sharing) {
        MaintenanceReport report = sharing.report();
        return SharedAggregation.newBuilder()
                .setRows(
                        switch (sharing.rows()) {
                            case OPEN -> AggregatedRows.AGGREGATED_ROWS_OPEN;
                            case CLOSED -> AggregatedRows.AGGREGATED_ROWS_CLOSED;
                        })
                .setDirectAggregations(report.direct().aggregations())
                .setSharedAggregations(report.shared().aggregations())
                .setDirectTransfers(report.direct().transfers())
                .setSharedTransfers(report.shared().transfers())
                .setEdits(sharing.counts().edits())
                .setRebuilds(sharing.counts().rebuilds())
                .setFailedRebuilds(sharing.counts().failedRebuilds())
                .setRebuilding(report.rebuilding())
                .build();
    }
}
