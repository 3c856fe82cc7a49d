package io.anabranch.serve.grpc;

import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers bytes that are no message of an RPC's type with INVALID_ARGUMENT. gRPC reads messages before any interceptor sees them, answers UNKNOWN
 * to what cannot be read, and logs a stack trace: whoever sends noise could fill the log. So what cannot be read is passed on as such.
 *
 * <p>On a stream of requests those before it are answered first, as if the client had completed there.
 */
final class BytesCheck {

    private BytesCheck() {}

    /** The service with every method's requests checked. */
    static ServerServiceDefinition of(ServerServiceDefinition service) {
        ServiceDescriptor descriptor = service.getServiceDescriptor();
        var methods = service.getMethods().stream().map(BytesCheck::checked).toList();
        ServiceDescriptor.Builder checked = ServiceDescriptor.newBuilder(descriptor.getName())
                .setSchemaDescriptor(descriptor.getSchemaDescriptor());
        methods.forEach(method -> checked.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(checked.build());
        methods.forEach(definition::addMethod);
        return definition.build();
    }

    private static <Q, A> ServerMethodDefinition<Object, A> checked(ServerMethodDefinition<Q, A> method) {
        MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
        return ServerMethodDefinition.create(
                descriptor.toBuilder(
                                new Requests(descriptor.getRequestMarshaller()), descriptor.getResponseMarshaller())
                        .build(),
                new Handler<>(descriptor, method.getServerCallHandler()));
    }

    /** In place of a request. */
    private record Unreadable(ProblemException problem) {}

    /** A request, or {@link Unreadable}. */
    private record Requests(MethodDescriptor.Marshaller<?> readable) implements MethodDescriptor.Marshaller<Object> {

        @Override
        public Object parse(InputStream bytes) {
            try {
                return readable.parse(bytes);
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.INTERNAL) {
                    throw e;
                }
                Throwable cause = e.getCause() == null ? e : e.getCause();
                return new Unreadable(Problem.invalid(
                        "request", "Its bytes are no message of its type: %s".formatted(cause.getMessage())));
            }
        }

        @Override
        public InputStream stream(Object request) {
            throw new UnsupportedOperationException("A server sends no requests.");
        }
    }

    private record Handler<Q, A>(MethodDescriptor<Q, A> method, ServerCallHandler<Q, A> handler)
            implements ServerCallHandler<Object, A> {

        @Override
        @SuppressWarnings(
                "unchecked") // A call takes requests nowhere: it only names their type, and that is overridden.
        public ServerCall.Listener<Object> startCall(ServerCall<Object, A> call, Metadata headers) {
            Call<Q, A> checked = new Call<>((ServerCall<Q, A>) (ServerCall<?, A>) call, method);
            return new Listener<>(checked, handler.startCall(checked, headers));
        }
    }

    /** Ends with the fault of the request that could not be read, where it would have ended well. */
    private static final class Call<Q, A> extends SimpleForwardingServerCall<Q, A> {

        private final MethodDescriptor<Q, A> method;
        // The call may be closed by another thread than the one that reads.
        private volatile @Nullable ProblemException fault;

        private Call(ServerCall<Q, A> call, MethodDescriptor<Q, A> method) {
            super(call);
            this.method = method;
        }

        @Override
        public MethodDescriptor<Q, A> getMethodDescriptor() {
            return method;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            ProblemException unreadable = fault;
            if (unreadable == null || !status.isOk()) {
                super.close(status, trailers);
                return;
            }
            StatusRuntimeException error = Answers.error(unreadable);
            if (error.getTrailers() != null) {
                trailers.merge(error.getTrailers());
            }
            super.close(error.getStatus(), trailers);
        }
    }

    private static final class Listener<Q, A> extends ServerCall.Listener<Object> {

        private final Call<Q, A> call;
        private final ServerCall.Listener<Q> listener;

        private Listener(Call<Q, A> call, ServerCall.Listener<Q> listener) {
            this.call = call;
            this.listener = listener;
        }

        @Override
        @SuppressWarnings("unchecked") // The method's own marshaller has read it.
        public void onMessage(Object request) {
            if (call.fault != null) {
                return;
            }
            if (!(request instanceof Unreadable unreadable)) {
                listener.onMessage((Q) request);
                return;
            }
            call.fault = unreadable.problem();
            if (call.getMethodDescriptor().getType().clientSendsOneMessage()) {
                call.close(Status.OK, new Metadata());
            } else {
                listener.onHalfClose();
            }
        }

        @Override
        public void onHalfClose() {
            if (call.fault == null) {
                listener.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            listener.onCancel();
        }

        @Override
        public void onComplete() {
            listener.onComplete();
        }

        @Override
        public void onReady() {
            listener.onReady();
        }
    }
}
