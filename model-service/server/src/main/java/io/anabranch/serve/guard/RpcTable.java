package io.anabranch.serve.guard;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every RPC and the role that it takes. One that is not here is refused; a test compares the table with the services. */
public final class RpcTable {

    private final Map<String, Rpc> rpcs = new HashMap<>();

    /**
     * @param health of the health services
     * @param reflection of server reflection
     */
    public RpcTable(Role health, Role reflection) {
        limited(
                Role.READER,
                "anabranch.v1.PredictionService",
                "Classify",
                "ScoreLinks",
                "GetEmbeddings",
                "FindSimilar",
                "RankLinks",
                "Explain",
                "MapEmbeddings",
                "GetPredictionHistory",
                "Watch");
        limited(Role.READER, "anabranch.v1.GraphService", "GetNode", "ListEdges");
        limited(Role.PUBLISHER, "anabranch.v1.IngestService", "Publish");
        limited(
                Role.READER,
                "anabranch.v1.ModelService",
                "ListModels",
                "GetModel",
                "GetTraining",
                "ListTrainings",
                "WatchTraining",
                "ExportModel");
        limited(
                Role.ADMINISTRATOR,
                "anabranch.v1.ModelService",
                "StartTraining",
                "CancelTraining",
                "PromoteModel",
                "RollbackModel",
                "ImportModel",
                "SetModelAlias",
                "DeleteModelAlias",
                "SetCanary",
                "StopCanary",
                "SetShadow",
                "StopShadow",
                "RetireModel");
        // It takes a snapshot of the whole graph, and may have events written.
        limited(Role.ADMINISTRATOR, "anabranch.v1.AuditService", "Audit");
        always(Role.READER, "anabranch.v1.StatusService", "GetStatus");
        String inference = "inference.GRPCInferenceService";
        limited(
                Role.READER,
                inference,
                "ServerMetadata",
                "ModelMetadata",
                "ModelInfer",
                "ModelStatistics",
                "RepositoryIndex");
        limited(Role.ADMINISTRATOR, inference, "RepositoryModelLoad", "RepositoryModelUnload");
        always(health, inference, "ServerLive", "ServerReady", "ModelReady");
        always(health, "grpc.health.v1.Health", "Check", "Watch");
        always(reflection, "grpc.reflection.v1.ServerReflection", "ServerReflectionInfo");
        always(reflection, "grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo");
    }

    private void limited(Role role, String service, String... methods) {
        for (String method : methods) {
            put(new Rpc(service + "/" + method, role, true));
        }
    }

    private void always(Role role, String service, String... methods) {
        for (String method : methods) {
            put(new Rpc(service + "/" + method, role, false));
        }
    }

    private void put(Rpc rpc) {
        if (rpcs.put(rpc.name(), rpc) != null) {
            throw new IllegalStateException("The RPC %s is in the table twice.".formatted(rpc.name()));
        }
    }

    /** Null: not classified. */
    public @Nullable Rpc of(String name) {
        return rpcs.get(name);
    }

    public Set<String> names() {
        return Set.copyOf(rpcs.keySet());
    }
}
