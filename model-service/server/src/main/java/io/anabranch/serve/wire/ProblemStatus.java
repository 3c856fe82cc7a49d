package io.anabranch.serve.wire;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Beyond;
import io.anabranch.serve.Problem.Exhausted;
import io.anabranch.serve.Problem.Invalid;
import io.anabranch.serve.Problem.Late;
import io.anabranch.serve.Problem.Missing;
import io.anabranch.serve.Problem.Refusal;
import io.anabranch.serve.Problem.Refused;
import io.anabranch.serve.Problem.Unmet;
import io.anabranch.serve.Problem.Unready;
import io.anabranch.serve.Problem.Unsupported;
import io.anabranch.serve.Problem.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A problem as google.rpc.Status with its details; both transports derive their errors from it. */
public final class ProblemStatus {

    public static final String DOMAIN = "anabranch.io";

    // Details travel in HTTP/2 trailers, of which clients take 8 KiB by default, base64 included.
    private static final int MAX_DETAIL_BYTES = 3000;
    private static final int MAX_MESSAGE_CHARS = 500;

    private ProblemStatus() {}

    public static Status of(Problem problem) {
        Status.Builder status =
                Status.newBuilder().setCode(code(problem).getNumber()).setMessage(shortened(problem.message()));
        ErrorInfo.Builder info =
                ErrorInfo.newBuilder().setReason(problem.reason()).setDomain(DOMAIN);
        List<Message> details = new ArrayList<>();
        switch (problem) {
            case Invalid invalid -> details.add(badRequest(invalid));
            case Missing missing -> {
                List<ResourceInfo> resources = resources(missing);
                info.putMetadata("missing", Integer.toString(missing.names().size()));
                info.putMetadata("listed", Integer.toString(resources.size()));
                details.addAll(resources);
            }
            case Unready unready -> details.add(retry(unready.retryAfter()));
            case Exhausted exhausted -> details.add(retry(exhausted.retryAfter()));
            case Late late -> late.facts().forEach((name, fact) -> info.putMetadata(name, shortened(fact)));
            case Beyond beyond -> {}
            case Unsupported unsupported -> {}
            case Refused refused -> details.addAll(refusal(refused));
            case Unmet unmet -> info.putMetadata("state", shortened(unmet.message()));
        }
        status.addDetails(Any.pack(info.build()));
        details.forEach(detail -> status.addDetails(Any.pack(detail)));
        return status.build();
    }

    private static Code code(Problem problem) {
        return switch (problem) {
            case Invalid invalid -> Code.INVALID_ARGUMENT;
            case Missing missing -> Code.NOT_FOUND;
            case Unmet unmet -> Code.FAILED_PRECONDITION;
            case Unready unready -> Code.UNAVAILABLE;
            case Exhausted exhausted -> Code.RESOURCE_EXHAUSTED;
            case Late late -> Code.DEADLINE_EXCEEDED;
            case Beyond beyond -> Code.OUT_OF_RANGE;
            case Unsupported unsupported -> Code.UNIMPLEMENTED;
            case Refused refused -> code(refused.refusal());
        };
    }

    private static Code code(Refusal refusal) {
        return switch (refusal) {
            case UNAUTHENTICATED -> Code.UNAUTHENTICATED;
            case FORBIDDEN -> Code.PERMISSION_DENIED;
            case OVERLOADED, QUOTA -> Code.RESOURCE_EXHAUSTED;
            case EXPIRED -> Code.DEADLINE_EXCEEDED;
            case STOPPING -> Code.UNAVAILABLE;
        };
    }

    private static List<Message> refusal(Refused refused) {
        List<Message> details = new ArrayList<>();
        if (refused.refusal() == Refusal.QUOTA) {
            details.add(QuotaFailure.newBuilder()
                    .addViolations(QuotaFailure.Violation.newBuilder().setDescription(shortened(refused.message())))
                    .build());
        }
        Duration retryAfter = refused.retryAfter();
        if (retryAfter != null) {
            details.add(retry(retryAfter));
        }
        return details;
    }

    private static BadRequest badRequest(Invalid invalid) {
        BadRequest.Builder bad = BadRequest.newBuilder();
        int bytes = 0;
        for (Violation violation : invalid.violations()) {
            BadRequest.FieldViolation each = BadRequest.FieldViolation.newBuilder()
                    .setField(violation.field())
                    .setDescription(shortened(violation.description()))
                    .build();
            bytes += each.getSerializedSize() + 4;
            if (bytes > MAX_DETAIL_BYTES) {
                break;
            }
            bad.addFieldViolations(each);
        }
        return bad.build();
    }

    private static List<ResourceInfo> resources(Missing missing) {
        List<ResourceInfo> resources = new ArrayList<>();
        int bytes = 0;
        for (String name : missing.names()) {
            ResourceInfo each = ResourceInfo.newBuilder()
                    .setResourceType(missing.kind().label())
                    .setResourceName(name)
                    .build();
            // The type URL of each detail takes about 50 bytes.
            bytes += each.getSerializedSize() + 50;
            if (bytes > MAX_DETAIL_BYTES) {
                break;
            }
            resources.add(each);
        }
        return resources;
    }

    private static RetryInfo retry(Duration after) {
        return RetryInfo.newBuilder()
                .setRetryDelay(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(after.getSeconds())
                        .setNanos(after.getNano()))
                .build();
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS) + "…";
    }
}
