package io.anabranch.serve.guard;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which RPC each REST method stands for: what holds for the one holds for the other. Keys are {@code ResourceClass.method}. A method that
 * is not here is refused; a test compares the table with the resources.
 */
public final class RestTable {

    private static final String PREDICTION = "anabranch.v1.PredictionService/";
    private static final String INFERENCE = "inference.GRPCInferenceService/";
    private static final String MODEL = "anabranch.v1.ModelService/";

    private static final Map<String, String> RPCS = Map.ofEntries(
            Map.entry("PredictionResource.classify", PREDICTION + "Classify"),
            Map.entry("PredictionResource.scoreLinks", PREDICTION + "ScoreLinks"),
            Map.entry("PredictionResource.embeddings", PREDICTION + "GetEmbeddings"),
            Map.entry("PredictionResource.similar", PREDICTION + "FindSimilar"),
            Map.entry("PredictionResource.rankLinks", PREDICTION + "RankLinks"),
            Map.entry("PredictionResource.explain", PREDICTION + "Explain"),
            Map.entry("GraphResource.get", "anabranch.v1.GraphService/GetNode"),
            Map.entry("GraphResource.edges", "anabranch.v1.GraphService/ListEdges"),
            Map.entry("PredictionResource.map", PREDICTION + "MapEmbeddings"),
            Map.entry("PredictionResource.history", PREDICTION + "GetPredictionHistory"),
            Map.entry("WatchResource.watch", PREDICTION + "Watch"),
            Map.entry("InferenceResource.metadata", INFERENCE + "ServerMetadata"),
            Map.entry("InferenceResource.live", INFERENCE + "ServerLive"),
            Map.entry("InferenceResource.ready", INFERENCE + "ServerReady"),
            Map.entry("InferenceResource.model", INFERENCE + "ModelMetadata"),
            Map.entry("InferenceResource.modelReady", INFERENCE + "ModelReady"),
            Map.entry("InferenceResource.infer", INFERENCE + "ModelInfer"),
            Map.entry("InferenceResource.statistics", INFERENCE + "ModelStatistics"),
            Map.entry("RepositoryResource.index", INFERENCE + "RepositoryIndex"),
            Map.entry("RepositoryResource.load", INFERENCE + "RepositoryModelLoad"),
            Map.entry("RepositoryResource.unload", INFERENCE + "RepositoryModelUnload"),
            Map.entry("ServiceResource.publish", "anabranch.v1.IngestService/Publish"),
            Map.entry("ServiceResource.status", "anabranch.v1.StatusService/GetStatus"),
            Map.entry("ModelResource.list", MODEL + "ListModels"),
            Map.entry("ModelResource.get", MODEL + "GetModel"),
            Map.entry("RolloutResource.promote", MODEL + "PromoteModel"),
            Map.entry("RolloutResource.rollback", MODEL + "RollbackModel"),
            Map.entry("RolloutResource.setAlias", MODEL + "SetModelAlias"),
            Map.entry("RolloutResource.deleteAlias", MODEL + "DeleteModelAlias"),
            Map.entry("RolloutResource.setCanary", MODEL + "SetCanary"),
            Map.entry("RolloutResource.stopCanary", MODEL + "StopCanary"),
            Map.entry("RolloutResource.setShadow", MODEL + "SetShadow"),
            Map.entry("RolloutResource.stopShadow", MODEL + "StopShadow"),
            Map.entry("RolloutResource.retire", MODEL + "RetireModel"),
            Map.entry("TrainingResource.start", MODEL + "StartTraining"),
            Map.entry("TrainingResource.get", MODEL + "GetTraining"),
            Map.entry("TrainingsResource.list", MODEL + "ListTrainings"),
            Map.entry("TrainingResource.cancel", MODEL + "CancelTraining"),
            Map.entry("AuditResource.audit", "anabranch.v1.AuditService/Audit"));

    private RestTable() {}

    /** Null: not classified. */
    public static @Nullable String rpc(String method) {
        return RPCS.get(method);
    }

    public static Set<String> methods() {
        return RPCS.keySet();
    }
}
