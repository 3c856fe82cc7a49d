package io.anabranch.serve.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.graph.testkit.ByteMutations;
import io.anabranch.serve.FreeGrpcPort;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.StatusProto;
import io.quarkus.grpc.GrpcService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/**
 * Requests that no client would send on purpose, to every RPC of ours: random fields, spoiled bytes, no sense at all. Each must be answered,
 * none with a fault of the server, and bytes that are no message of the type with INVALID_ARGUMENT. {@code -Dfuzz.requests=100000 -Dtest.seed=7} sends more, or others.
 */
@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@NullUnmarked
class GrpcFuzzTest {

    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 3_000);
    private static final long SEED = Long.getLong("test.seed", 20261130);
    private static final int AT_ONCE = 32;

    @Inject
    @GrpcService
    Instance<BindableService> services;

    @ConfigProperty(name = FreeGrpcPort.KEY)
    int port;

    private record Target(MethodDescriptor<byte[], byte[]> method, Descriptor request) {}

    private List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        for (BindableService service : services) {
            for (var method : service.bindService().getMethods()) {
                MethodDescriptor<?, ?> descriptor = method.getMethodDescriptor();
                if (descriptor.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema
                        && !descriptor.getServiceName().startsWith("grpc.")) {
                    targets.add(new Target(
                            RawBytes.of(descriptor),
                            schema.getMethodDescriptor().getInputType()));
                }
            }
        }
        return targets;
    }

    @Test
    void everyRequestIsAnsweredAndNoneByAFault() throws InterruptedException {
        List<Target> targets = targets();
        assertThat(targets).hasSizeGreaterThan(20);
        ManagedChannel channel = ManagedChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .build();
        Map<Status.Code, Integer> codes = new EnumMap<>(Status.Code.class);
        ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
        try {
            RandomGenerator random = new SplittableRandom(SEED);
            Semaphore places = new Semaphore(AT_ONCE);
            for (int i = 0; i < REQUESTS; i++) {
                Target target = targets.get(random.nextInt(targets.size()));
                byte[] request = request(target.request(), random);
                assertThat(places.tryAcquire(60, TimeUnit.SECONDS))
                        .as("an answer within a minute")
                        .isTrue();
                send(channel, i, target, request, codes, faults, places);
            }
            assertThat(places.tryAcquire(AT_ONCE, 60, TimeUnit.SECONDS))
                    .as("all answered")
                    .isTrue();
        } finally {
            channel.shutdownNow();
        }
        System.getLogger(getClass().getName())
                .log(System.Logger.Level.INFO, "{0} requests of seed {1}: {2}", REQUESTS, SEED, codes);
        assertThat(faults).isEmpty();
        assertThat(codes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(REQUESTS);
        assertThat(codes).containsKeys(Status.Code.OK, Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND);
    }

    private static void send(
            ManagedChannel channel,
            int index,
            Target target,
            byte[] request,
            Map<Status.Code, Integer> codes,
            ConcurrentLinkedQueue<String> faults,
            Semaphore places) {
        ClientCall<byte[], byte[]> call =
                channel.newCall(target.method(), CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS));
        boolean follows = target.method().getType() == MethodType.SERVER_STREAMING;
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] message) {
                        if (follows) {
                            // A stream that has begun goes on for ever.
                            call.cancel("Seen enough.", null);
                        }
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        synchronized (codes) {
                            codes.merge(status.getCode(), 1, Integer::sum);
                        }
                        if (fault(status, trailers, target, request)) {
                            faults.add("Request %d of seed %d to %s: %s: %s"
                                    .formatted(
                                            index,
                                            SEED,
                                            target.method().getFullMethodName(),
                                            status,
                                            HexFormat.of().formatHex(request)));
                        }
                        places.release();
                    }
                },
                new Metadata());
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
    }

    private static boolean fault(Status status, Metadata trailers, Target target, byte[] request) {
        if (!readable(target, request)) {
            return status.getCode() != Status.Code.INVALID_ARGUMENT;
        }
        return switch (status.getCode()) {
            case UNKNOWN, INTERNAL, DATA_LOSS, ABORTED -> true;
            // With details it is ours: events that were not reflected in time.
            case DEADLINE_EXCEEDED ->
                StatusProto.fromStatusAndTrailers(status, trailers).getDetailsCount() == 0;
            default -> false;
        };
    }

    private static boolean readable(Target target, byte[] request) {
        try {
            var unused = DynamicMessage.parseFrom(target.request(), request);
            return true;
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private static byte[] request(Descriptor type, RandomGenerator random) {
        return switch (random.nextInt(10)) {
            case 0 -> ByteMutations.random(random);
            case 1, 2, 3 -> ByteMutations.of(message(type, random, 0).toByteArray(), random);
            default -> message(type, random, 0).toByteArray();
        };
    }

    /** Some fields, with values at the edges. */
    private static DynamicMessage message(Descriptor type, RandomGenerator random, int depth) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            if (random.nextInt(3) == 0 || field.isMapField()) {
                continue;
            }
            for (int n = field.isRepeated() ? random.nextInt(4) : 1; n > 0; n--) {
                if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth > 3) {
                    break;
                }
                Object value = value(field, random, depth);
                if (field.isRepeated()) {
                    message.addRepeatedField(field, value);
                } else {
                    message.setField(field, value);
                }
            }
        }
        return message.build();
    }

    private static Object value(FieldDescriptor field, RandomGenerator random, int depth) {
        return switch (field.getJavaType()) {
            case INT -> pick(random, 0, 1, -1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE);
            case LONG -> pick(random, 0L, 1L, -1L, 7L, Long.MAX_VALUE, Long.MIN_VALUE);
            case FLOAT -> pick(random, 0f, 1f, -1f, Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE);
            case DOUBLE -> pick(random, 0d, 1d, -1d, Double.NaN, Double.NEGATIVE_INFINITY, 1e-5);
            case BOOLEAN -> random.nextBoolean();
            case STRING -> pick(random, "", "a", "default", "link", "x".repeat(300), "\u0000", "größe", "7");
            case BYTE_STRING -> com.google.protobuf.ByteString.copyFrom(ByteMutations.random(random));
            case ENUM ->
                field.getEnumType()
                        .getValues()
                        .get(random.nextInt(field.getEnumType().getValues().size()));
            case MESSAGE -> message(field.getMessageType(), random, depth + 1);
        };
    }

    private static Object pick(RandomGenerator random, Object... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
