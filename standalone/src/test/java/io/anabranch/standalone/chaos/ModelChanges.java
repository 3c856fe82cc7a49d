package io.anabranch.standalone.chaos;

import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.ModelServiceGrpc.ModelServiceBlockingStub;
import io.anabranch.v1.ModelState;
import io.anabranch.v1.PromoteModelRequest;
import io.anabranch.v1.RollbackModelRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Publishes models, promotes them when they are covered, now and then rolls back; older versions retire by that. A call that
 * fails because something is down is tried again later, as a user would. From a thread of its own until {@link #stop}.
 */
final class ModelChanges {

    static final String NAME = "chaos";

    private static final int CALL_SECONDS = 20;
    private static final int PAUSE_MS = 2_000;
    /** Versions that are newer than the active one: with more, engines would pile up on a small machine. */
    private static final int MOST_LIVE = 3;

    private final Channel channel;
    private final Timeline timeline;
    private final SplittableRandom random;
    private final List<ModelKind> kinds;
    private final Thread thread;
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;
    private int published;
    private int moves;

    /** @param kinds what is published, round and round */
    ModelChanges(Channel channel, Timeline timeline, long seed, List<ModelKind> kinds) {
        this.channel = channel;
        this.timeline = timeline;
        this.kinds = List.copyOf(kinds);
        this.random = new SplittableRandom(seed);
        this.thread = Thread.ofPlatform().name("chaos-models").unstarted(this::run);
    }

    /** Publishes the first version, waits until it is active, and goes on in the background. */
    void begin() throws InterruptedException {
        publishAndAwaitActive();
        thread.start();
    }

    void publishAndAwaitActive() throws InterruptedException {
        publish();
        Await.that(
                QuarkusProcess.START_PATIENCE,
                () -> models().stream().anyMatch(m -> m.getState() == ModelState.MODEL_STATE_ACTIVE),
                () -> "the first version to become active");
    }

    private void run() {
        while (!stopped) {
            try {
                Thread.sleep(PAUSE_MS);
                change();
            } catch (StatusRuntimeException e) {
                refused(e.getStatus());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void refused(Status status) {
        switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, FAILED_PRECONDITION ->
                timeline.note("    models: %s", status.getCode());
            // What a client makes of a server that dies under a call.
            case UNKNOWN, CANCELLED -> timeline.note("    models: %s", status);
            default -> {
                timeline.note("    models: %s", status);
                refusals.add(status.toString());
            }
        }
    }

    /** Changes that were refused for another reason than that they were not possible then. */
    List<String> refusals() {
        return List.copyOf(refusals);
    }

    private void change() {
        List<Model> models = models();
        List<Model> covered = models.stream()
                .filter(m -> m.getState() == ModelState.MODEL_STATE_COVERED)
                .toList();
        long live = models.stream()
                .filter(m -> m.getState() != ModelState.MODEL_STATE_RETIRED)
                .count();
        if (live < MOST_LIVE && random.nextInt(3) == 0) {
            publish();
        } else if (!covered.isEmpty() && random.nextInt(4) == 0) {
            Model next = covered.getLast();
            stub().promoteModel(PromoteModelRequest.newBuilder()
                    .setName(NAME)
                    .setVersion(next.getVersion())
                    .build());
            moves++;
            timeline.note("    models: version %d is active", next.getVersion());
        } else if (moves > 0 && random.nextInt(12) == 0) {
            long version = stub().rollbackModel(
                            RollbackModelRequest.newBuilder().setName(NAME).build())
                    .getModel()
                    .getVersion();
            moves++;
            timeline.note("    models: rolled back to version %d", version);
        }
    }

    private void publish() {
        var model = RandomModel.of(kinds.get(published % kinds.size()), NAME, EventMix.DIMENSION, random.split());
        long version = stub().importModel(RandomModel.request(model)).getModel().getVersion();
        published++;
        timeline.note(
                "    models: version %d (%s) is published",
                version, model.getSpec().getLayers(0).getConvolution());
    }

    private List<Model> models() {
        return stub().listModels(ListModelsRequest.newBuilder().setName(NAME).build())
                .getModelsList();
    }

    private ModelServiceBlockingStub stub() {
        return ModelServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends the changes; then every version that is left must become covered. */
    void stop() throws InterruptedException {
        // Not interrupted: a call that is under way is to end by itself.
        stopped = true;
        thread.join();
    }

    /** Waits until no version is filling any more. */
    void awaitCovered() throws InterruptedException {
        Await.that(
                QuarkusProcess.START_PATIENCE,
                () -> models().stream().noneMatch(m -> m.getState() == ModelState.MODEL_STATE_FILLING),
                () -> "every live version to be covered");
    }

    /** Versions published, and times that the alias moved. */
    String describe() {
        return "%d versions published, the alias moved %d times".formatted(published, moves);
    }
}
