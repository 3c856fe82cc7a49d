package io.anabranch.serve.wire;

import io.anabranch.embedding.v1.Freshness;
import io.anabranch.model.v1.ModelAlias;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Prediction.Classified;
import io.anabranch.serve.predict.Prediction.Embedded;
import io.anabranch.serve.predict.Prediction.LinkProbability;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.Prediction.NodeEmbedding;
import io.anabranch.serve.predict.Prediction.ScoredLinks;
import io.anabranch.serve.predict.ShadowReport;
import io.anabranch.serve.predict.Traffic;
import io.anabranch.serve.registry.Catalog;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.serve.train.JobState;
import io.anabranch.serve.train.JobStatus;
import io.anabranch.v1.ClassScore;
import io.anabranch.v1.Classification;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.LinkScore;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.ModelState;
import io.anabranch.v1.ScoreLinksResponse;
import io.anabranch.v1.ServedRequests;
import io.anabranch.v1.ShadowComparison;
import io.anabranch.v1.TrainingJob;
import io.anabranch.v1.TrainingState;
import java.util.List;
import java.util.function.Consumer;

/** Service messages from what the use cases answer. */
final class Mapping {

    private Mapping() {}

    static ModelChoice choice(ModelSelector selector) {
        return new ModelChoice(
                selector.getName(), selector.getVersion(), selector.getAlias(), selector.getRoutingKey());
    }

    static ClassifyResponse.Builder response(Classified answer, ReadMask mask) {
        ClassifyResponse.Builder response = ClassifyResponse.newBuilder()
                .setModelVersion(answer.modelVersion())
                .setTask(answer.task());
        for (NodeClasses node : answer.nodes()) {
            response.addClassifications(mask.trim(classification(node, mask.wants("scores"))));
        }
        return response;
    }

    static Classification classification(NodeClasses node) {
        return classification(node, true);
    }

    private static Classification classification(NodeClasses node, boolean withScores) {
        Classification.Builder each =
                Classification.newBuilder().setNodeId(node.nodeId()).addAllClassNames(node.chosen());
        freshness(node.freshness(), each::setFreshness, each::setUnseen);
        if (withScores) {
            node.scores()
                    .forEach(score -> each.addScores(ClassScore.newBuilder()
                            .setClassName(score.className())
                            .setProbability(score.probability())));
        }
        if (node.value() != null) {
            each.setValue(node.value());
        }
        return each.build();
    }

    static ScoreLinksResponse.Builder response(ScoredLinks answer, ReadMask mask) {
        ScoreLinksResponse.Builder response = ScoreLinksResponse.newBuilder().setModelVersion(answer.modelVersion());
        answer.links().forEach(link -> response.addScores(mask.trim(score(link))));
        return response;
    }

    static LinkScore score(LinkProbability link) {
        LinkScore.Builder each = LinkScore.newBuilder()
                .setSource(link.pair().source())
                .setTarget(link.pair().target())
                .setProbability(link.probability());
        freshness(link.freshness(), each::setFreshness, unseen -> {});
        return each.build();
    }

    static GetEmbeddingsResponse.Builder response(Embedded answer, ReadMask mask) {
        boolean withVector = mask.wants("vector");
        GetEmbeddingsResponse.Builder response =
                GetEmbeddingsResponse.newBuilder().setModelVersion(answer.modelVersion());
        for (NodeEmbedding node : answer.nodes()) {
            io.anabranch.v1.NodeEmbedding.Builder each =
                    io.anabranch.v1.NodeEmbedding.newBuilder().setNodeId(node.nodeId());
            freshness(node.vector().freshness(), each::setFreshness, each::setUnseen);
            NodeVector vector = node.vector();
            for (int column = 0; withVector && column < vector.width(); column++) {
                each.addVector(vector.value(column));
            }
            response.addEmbeddings(mask.trim(each.build()));
        }
        return response;
    }

    /** Of a node that is not stored there is none; the answer says so. */
    private static void freshness(NodeFreshness freshness, Consumer<Freshness> known, Consumer<Boolean> unseen) {
        if (freshness == NodeFreshness.UNSEEN) {
            unseen.accept(true);
        } else {
            known.accept(freshness(freshness));
        }
    }

    static List<EventPosition> positions(List<io.anabranch.serve.predict.EventPosition> events) {
        return events.stream()
                .map(event -> EventPosition.newBuilder()
                        .setPartition(event.partition())
                        .setOffset(event.offset())
                        .build())
                .toList();
    }

    static Freshness freshness(NodeFreshness freshness) {
        return Freshness.newBuilder()
                .setEventTimeMs(freshness.eventTimeMs())
                .setAcceptedTimeMs(freshness.acceptedTimeMs())
                .setPartition(freshness.partition())
                .setPosition(freshness.position())
                .build();
    }

    static Model model(ModelRegistry registry, ModelVersion version, long embeddings) {
        Catalog catalog = registry.catalog();
        ModelAlias rollout = catalog.alias(version.name());
        Model.Builder model = Model.newBuilder()
                .setName(version.name())
                .setVersion(version.version())
                .setState(state(registry.state(version)))
                .setSpec(version.spec())
                .setProvenance(version.provenance())
                .setCoveredPartitions(registry.coverage().count(version.version()))
                .setEmbeddings(embeddings)
                .addAllAliases(catalog.aliases(version));
        if (catalog.isCanary(version)) {
            model.setCanaryPercent(rollout.getCanary().getPercent());
        }
        if (catalog.isShadow(version)) {
            model.setShadowPercent(rollout.getShadow().getPercent());
        }
        return model.build();
    }

    static ServedRequests served(Traffic.Served served) {
        return ServedRequests.newBuilder()
                .setRequests(served.requests())
                .setErrors(served.errors())
                .setMeanLatencyMs(served.meanMs())
                .build();
    }

    static ShadowComparison comparison(ShadowReport report) {
        return ShadowComparison.newBuilder()
                .setActiveVersion(report.activeVersion())
                .setRequests(report.requests())
                .setErrors(report.errors())
                .setDropped(report.dropped())
                .setCompared(report.compared())
                .setFlips(report.flips())
                .setMeanDifference(report.meanDifference())
                .setMaxDifference(report.maxDifference())
                .setRankings(report.rankings())
                .setMeanOverlap(report.meanOverlap())
                .build();
    }

    static ModelState state(io.anabranch.serve.registry.ModelState state) {
        return switch (state) {
            case FILLING -> ModelState.MODEL_STATE_FILLING;
            case COVERED -> ModelState.MODEL_STATE_COVERED;
            case ACTIVE -> ModelState.MODEL_STATE_ACTIVE;
            case RETIRED -> ModelState.MODEL_STATE_RETIRED;
        };
    }

    static TrainingJob job(JobStatus status) {
        return TrainingJob.newBuilder()
                .setJobId(status.id())
                .setModelName(status.modelName())
                .setTask(status.task())
                .setState(state(status.state()))
                .setEpoch(status.epoch())
                .setMaxEpochs(status.maxEpochs())
                .setTrainLoss(status.trainLoss())
                .setValidationMetric(status.validationMetric())
                .setMetricName(status.metricName())
                .setModelVersion(status.modelVersion())
                .setError(status.error())
                .putAllMetrics(status.metrics())
                .addAllCurve(status.curve())
                .addAllNotes(status.notes())
                .build();
    }

    private static TrainingState state(JobState state) {
        return switch (state) {
            case RUNNING -> TrainingState.TRAINING_STATE_RUNNING;
            case PUBLISHED -> TrainingState.TRAINING_STATE_PUBLISHED;
            case SERVING -> TrainingState.TRAINING_STATE_SERVING;
            case FAILED -> TrainingState.TRAINING_STATE_FAILED;
            case CANCELLED -> TrainingState.TRAINING_STATE_CANCELLED;
            case COVERED -> TrainingState.TRAINING_STATE_COVERED;
        };
    }
}
