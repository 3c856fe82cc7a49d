package io.anabranch.serve.grpc;

import com.google.rpc.Code;
import com.google.rpc.Status;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.wire.ProblemStatus;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Unary calls, and problems as statuses. The one place where a fault of ours becomes INTERNAL. */
final class Answers {

    private static final Logger LOG = Logger.getLogger(Answers.class);

    private Answers() {}

    static <T> void answer(StreamObserver<T> responses, Supplier<T> call) {
        T response;
        try {
            response = call.get();
        } catch (RuntimeException e) {
            responses.onError(error(e));
            return;
        }
        responses.onNext(response);
        responses.onCompleted();
    }

    static StatusRuntimeException error(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ProblemException e) {
            return StatusProto.toStatusRuntimeException(ProblemStatus.of(e.problem()));
        }
        LOG.error("A call failed by a fault of this server.", cause);
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(Code.INTERNAL_VALUE)
                .setMessage("Internal fault; the server's log has it.")
                .build());
    }
}
