package io.anabranch.standalone.chaos;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.anabranch.standalone.chaos.Answers.Answer;
import io.anabranch.standalone.chaos.Answers.Refusal;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.NodeEmbedding;
import io.anabranch.v1.PredictionServiceGrpc;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A client that asks for embeddings all the time, of probes and of vertices that come and go, from a thread of its own until it is
 * stopped. What it is told goes to the answers, right or wrong.
 */
final class GrpcReader {

    private static final int DEADLINE_MS = 2_000;
    private static final int PAUSE_MS = 20;
    private static final int VERTICES = 200;

    private final int number;
    private final Channel channel;
    private final int partitions;
    private final Supplier<List<EventPosition>> written;
    private final Answers answers;
    private final SplittableRandom random;
    private final List<String> probes = new ArrayList<>(Probes.quietIds());
    private final Thread thread;
    private volatile boolean stopped;

    /**
     * @param partitions of the events topic
     * @param written what has been acknowledged: every fourth call asks for an answer that reflects it
     */
    GrpcReader(
            int number,
            Channel channel,
            int partitions,
            Supplier<List<EventPosition>> written,
            Answers answers,
            long seed) {
        this.number = number;
        this.channel = channel;
        this.partitions = partitions;
        this.written = written;
        this.answers = answers;
        this.random = new SplittableRandom(seed + number);
        for (int counter = 0; counter < Probes.COUNTERS; counter++) {
            probes.add(Probes.source(counter));
            probes.add(Probes.sink(counter));
        }
        this.thread = Thread.ofPlatform().name("chaos-reader-" + number).start(this::run);
    }

    private void run() {
        while (!stopped) {
            boolean probe = random.nextInt(3) > 0;
            ask(
                    probe ? probes : List.of(EventMix.id(random.nextInt(VERTICES))),
                    random.nextInt(4) == 0 ? written.get() : List.of());
            try {
                Thread.sleep(PAUSE_MS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void ask(List<String> vertices, List<EventPosition> least) {
        GetEmbeddingsRequest request = GetEmbeddingsRequest.newBuilder()
                .setModel(ModelSelector.newBuilder().setName(ModelChanges.NAME))
                .addAllNodeIds(vertices)
                .addAllMinPositions(least)
                .build();
        try {
            GetEmbeddingsResponse response = PredictionServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(DEADLINE_MS, TimeUnit.MILLISECONDS)
                    .getEmbeddings(request);
            for (NodeEmbedding embedding : response.getEmbeddingsList()) {
                answers.served(new Answer(
                        number,
                        response.getModelVersion(),
                        embedding.getNodeId(),
                        embedding.getVectorList(),
                        Math.max(
                                offset(least, embedding.getNodeId()),
                                offset(response.getReflectedList(), embedding.getNodeId()))));
            }
        } catch (StatusRuntimeException e) {
            answers.refused(new Refusal(e.getStatus().getCode(), reason(e), vertices.getFirst()));
        }
    }

    /** Of the events partition that the counter's own events go to; -1: not of a counter, or not among the positions. */
    private long offset(List<EventPosition> positions, String vertex) {
        int counter = Probes.counterOf(vertex);
        if (counter >= 0) {
            int partition = Probes.count(counter, 0).partition(partitions);
            for (EventPosition position : positions) {
                if (position.getPartition() == partition) {
                    return position.getOffset();
                }
            }
        }
        return -1;
    }

    /** The reason that the details give; for an error of no kind that the service promises, what it says. */
    private static String reason(StatusRuntimeException e) {
        com.google.rpc.Status status = StatusProto.fromThrowable(e);
        for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    return detail.unpack(ErrorInfo.class).getReason();
                } catch (InvalidProtocolBufferException damaged) {
                    return "damaged details";
                }
            }
        }
        return switch (e.getStatus().getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED -> "";
            default -> e.getStatus().getDescription() + ", " + e.getStatus().getCause();
        };
    }

    void stop() throws InterruptedException {
        // Not interrupted: a call that is under way is to end by itself.
        stopped = true;
        thread.join();
    }
}
