package io.anabranch.serve.grpc;

import com.google.protobuf.Message;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.guard.Credentials;
import io.anabranch.serve.guard.Guard;
import io.anabranch.serve.guard.Passage;
import io.anabranch.serve.guard.RequestIds;
import io.anabranch.serve.wire.ProblemStatus;
import io.anabranch.serve.wire.RequestTarget;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.quarkus.grpc.GlobalInterceptor;
import io.quarkus.grpc.runtime.Interceptors;
import jakarta.enterprise.inject.spi.Prioritized;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Asks the guard about every call of every service, health and reflection too. Outside the queue of blocking calls, so that it counts those. */
@GlobalInterceptor
@Singleton
final class GuardInterceptor implements ServerInterceptor, Prioritized {

    static final Metadata.Key<String> REQUEST_ID = Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<Passage> PASSAGE = Context.key("anabranch-passage");

    private final Guard guard;

    @Inject
    GuardInterceptor(Guard guard) {
        this.guard = guard;
    }

    /** Of the call that this thread is at; the guard has let it in. */
    static Passage passage() {
        Passage passage = PASSAGE.get();
        if (passage == null) {
            throw new IllegalStateException("This thread is at no call that came past the guard.");
        }
        return passage;
    }

    @Override
    public int getPriority() {
        return Interceptors.BLOCKING_HANDLER + 1;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String requestId = RequestIds.given(headers.get(REQUEST_ID));
        MethodDescriptor<Q, A> method = call.getMethodDescriptor();
        boolean unary = method.getType() == MethodDescriptor.MethodType.UNARY;
        Passage passage;
        try {
            passage = guard.admit(method.getFullMethodName(), !unary, credentials(call, headers), requestId);
        } catch (ProblemException e) {
            return refuse(call, e.problem(), requestId);
        }
        Deadline deadline = Context.current().getDeadline();
        if (deadline != null && deadline.isExpired()) {
            passage.end(Status.Code.DEADLINE_EXCEEDED.name());
            return refuse(call, guard.expired(), requestId);
        }
        Guarded<Q, A> guarded = new Guarded<>(call, passage, requestId);
        try {
            ServerCall.Listener<Q> listener =
                    Contexts.interceptCall(Context.current().withValue(PASSAGE, passage), guarded, headers, next);
            return new Listening<>(listener, guarded, guard, deadline);
        } catch (RuntimeException e) {
            passage.end(Status.Code.INTERNAL.name());
            throw e;
        }
    }

    private static Credentials credentials(ServerCall<?, ?> call, Metadata headers) {
        return Credentials.of(headers.get(AUTHORIZATION), call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    }

    private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, Problem problem, String requestId) {
        StatusRuntimeException status = StatusProto.toStatusRuntimeException(ProblemStatus.of(problem));
        Metadata trailers = status.getTrailers() == null ? new Metadata() : status.getTrailers();
        trailers.put(REQUEST_ID, requestId);
        call.close(status.getStatus(), trailers);
        return new ServerCall.Listener<>() {};
    }

    /** Ends the passage when the call is closed. */
    private static final class Guarded<Q, A> extends SimpleForwardingServerCall<Q, A> {

        private final Passage passage;
        private final String requestId;

        private Guarded(ServerCall<Q, A> call, Passage passage, String requestId) {
            super(call);
            this.passage = passage;
            this.requestId = requestId;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            trailers.put(REQUEST_ID, requestId);
            passage.end(status.getCode().name());
            super.close(status, trailers);
        }
    }

    /** Sees the request, and the call that ends without an answer. */
    private static final class Listening<Q, A> extends SimpleForwardingServerCallListener<Q> {

        private final Guarded<Q, A> call;
        private final Guard guard;
        private final @Nullable Deadline deadline;
        private boolean refused;

        private Listening(
                ServerCall.Listener<Q> listener, Guarded<Q, A> call, Guard guard, @Nullable Deadline deadline) {
            super(listener);
            this.call = call;
            this.guard = guard;
            this.deadline = deadline;
        }

        @Override
        public void onMessage(Q message) {
            if (call.passage.wantsTarget() && message instanceof Message request) {
                call.passage.target(RequestTarget.of(request));
            }
            super.onMessage(message);
        }

        /** A unary call is computed now. */
        @Override
        public void onHalfClose() {
            if (deadline != null
                    && deadline.isExpired()
                    && call.getMethodDescriptor().getType().clientSendsOneMessage()) {
                refused = true;
                refuse(call, guard.expired(), call.requestId);
            } else {
                super.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            call.passage.end(Status.Code.CANCELLED.name());
            super.onCancel();
        }

        @Override
        public void onComplete() {
            call.passage.end(Status.Code.OK.name());
            if (!refused) {
                super.onComplete();
            }
        }
    }
}
