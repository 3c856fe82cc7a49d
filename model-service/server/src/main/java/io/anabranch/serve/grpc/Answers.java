package io.anabranch.serve.grpc;

import com.google.rpc.Code;
import com.google.rpc.Status;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.wire.ProblemStatus;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Unary calls, and problems as statuses. The one place where a fault of ours becomes INTERNAL. */
final class Answers {

    private static final Logger LOG = Logger.getLogger(Answers.class);
    private static final Duration FOR_EVER = Duration.ofDays(1);
    private static final long ON_ITS_WAY_MS = 100;

    private Answers() {}

    static <T> void answer(StreamObserver<T> responses, Supplier<T> call) {
        if (Context.current().isCancelled()) {
            // It has waited for a worker for longer than its client did: nobody would read the answer.
            return;
        }
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

    /** A call that may wait: for as long as its client does, and no longer than it is there. */
    static <T> void answerLater(StreamObserver<T> responses, Function<Duration, CompletableFuture<T>> call) {
        CompletableFuture<T> answer;
        try {
            answer = call.apply(patience());
        } catch (RuntimeException e) {
            responses.onError(error(e));
            return;
        }
        if (responses instanceof ServerCallStreamObserver<T> observer && !answer.isDone()) {
            observer.setOnCancelHandler(() -> answer.cancel(false));
        }
        var unused = answer.whenComplete((response, failure) -> {
            if (failure == null) {
                responses.onNext(response);
                responses.onCompleted();
            } else if (!answer.isCancelled()) {
                responses.onError(error(failure));
            }
        });
    }

    /** What is left until the call's deadline, less what the answer needs on its way. */
    private static Duration patience() {
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return FOR_EVER;
        }
        long left = deadline.timeRemaining(TimeUnit.MILLISECONDS);
        return Duration.ofMillis(Math.max(0, left - Math.min(ON_ITS_WAY_MS, left / 10)));
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
