package io.anabranch.serve.wire;

import io.anabranch.serve.audit.AuditOrder;
import io.anabranch.serve.audit.AuditReport;
import io.anabranch.serve.audit.AuditReport.Audited;
import io.anabranch.serve.audit.Audits;
import io.anabranch.v1.AuditRepair;
import io.anabranch.v1.AuditRequest;
import io.anabranch.v1.AuditResponse;
import io.anabranch.v1.AuditedVertex;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.Verdict;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** AuditService without a transport. Never blocks. */
public final class AuditCalls {

    private static final int DEFAULT_SAMPLE = 100;
    private static final double DEFAULT_TOLERANCE = 1e-5;
    private static final int DEFAULT_ROWS = 200_000;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Audits audits;

    public AuditCalls(Audits audits) {
        this.audits = audits;
    }

    public CompletableFuture<AuditResponse> audit(AuditRequest request, Duration patience) {
        AuditOrder order = new AuditOrder(
                Mapping.choice(request.getModel()),
                request.getNodeIdsList(),
                request.getSample() == 0 ? DEFAULT_SAMPLE : request.getSample(),
                request.getSeed(),
                request.getTolerance() == 0 ? DEFAULT_TOLERANCE : request.getTolerance(),
                request.getMaxRows() == 0 ? DEFAULT_ROWS : request.getMaxRows(),
                request.getRepair(),
                patience.compareTo(LONGEST) < 0 ? patience : LONGEST);
        return audits.audit(order).thenApply(AuditCalls::response);
    }

    private static AuditResponse response(AuditReport report) {
        AuditResponse.Builder response = AuditResponse.newBuilder()
                .setModelVersion(report.modelVersion())
                .setAudited(report.audited())
                .setWrong(report.wrong())
                .setUnsettled(report.unsettled())
                .setLargestError(report.largestError());
        report.worst().forEach(vertex -> response.addWorst(vertex(vertex)));
        report.reflected().forEach(event -> response.addReflected(position(event)));
        if (report.repair() != null) {
            response.setRepair(repair(report.repair()));
        }
        return response.build();
    }

    private static AuditRepair repair(AuditReport.Repair repair) {
        AuditReport after = repair.after();
        AuditRepair.Builder message = AuditRepair.newBuilder()
                .setRecomputed(repair.recomputed())
                .setWrong(after.wrong())
                .setUnsettled(after.unsettled())
                .setLargestError(after.largestError());
        after.worst().forEach(vertex -> message.addWorst(vertex(vertex)));
        after.reflected().forEach(event -> message.addReflected(position(event)));
        return message.build();
    }

    private static AuditedVertex vertex(Audited vertex) {
        return AuditedVertex.newBuilder()
                .setNodeId(vertex.vertexId())
                .setVerdict(verdict(vertex.verdict()))
                .setError(vertex.error())
                .addAllStored(vertex.stored())
                .addAllRecomputed(vertex.recomputed())
                .build();
    }

    private static EventPosition position(io.anabranch.serve.predict.EventPosition event) {
        return EventPosition.newBuilder()
                .setPartition(event.partition())
                .setOffset(event.offset())
                .build();
    }

    private static Verdict verdict(AuditReport.Verdict verdict) {
        return switch (verdict) {
            case RIGHT -> Verdict.VERDICT_RIGHT;
            case WRONG -> Verdict.VERDICT_WRONG;
            case UNSETTLED -> Verdict.VERDICT_UNSETTLED;
        };
    }
}
