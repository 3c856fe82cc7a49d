package io.anabranch.serve.wire;

import com.google.protobuf.ByteString;
import io.anabranch.serve.Problem;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.watch.Outcome;
import io.anabranch.serve.watch.Watch;
import io.anabranch.serve.watch.WatchCondition;
import io.anabranch.serve.watch.WatchMessage;
import io.anabranch.serve.watch.WatchOrder;
import io.anabranch.serve.watch.WatchSink;
import io.anabranch.serve.watch.Watches;
import io.anabranch.v1.Classification;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.LinkScore;
import io.anabranch.v1.NodePair;
import io.anabranch.v1.WatchKind;
import io.anabranch.v1.WatchRequest;
import io.anabranch.v1.WatchResponse;

/** PredictionService.Watch without a transport. Never blocks. */
public final class WatchCalls {

    /** A transport's end of a watch; see {@link WatchSink}. */
    public interface Receiver {
        boolean ready();

        void send(WatchResponse response);

        void fail(RuntimeException why);
    }

    private final Watches watches;

    public WatchCalls(Watches watches) {
        this.watches = watches;
    }

    /** Messages may come before this returns. The transport closes the watch when its client has gone. */
    public Watch open(WatchRequest request, Receiver receiver) {
        return watches.open(order(request), new WatchSink() {
            @Override
            public boolean ready() {
                return receiver.ready();
            }

            @Override
            public void send(WatchMessage message) {
                receiver.send(response(message));
            }

            @Override
            public void fail(RuntimeException why) {
                receiver.fail(why);
            }
        });
    }

    private static WatchOrder order(WatchRequest request) {
        return new WatchOrder(
                Mapping.choice(request.getModel()),
                request.getTask(),
                request.getNodeIdsList(),
                request.getPairsList().stream()
                        .map(pair -> new Pair(pair.getSource(), pair.getTarget()))
                        .toList(),
                condition(request.getCondition()),
                request.getInitialState(),
                request.getResumeToken().toByteArray());
    }

    private static WatchCondition condition(io.anabranch.v1.WatchCondition condition) {
        return switch (condition.getConditionCase()) {
            case CONDITION_NOT_SET -> new WatchCondition.Any();
            case CLASS_FLIP -> {
                if (!condition.getClassFlip()) {
                    throw Problem.invalid("condition.class_flip", "Must be true where it is given.");
                }
                yield new WatchCondition.ClassFlip();
            }
            case CROSSING ->
                new WatchCondition.Crossing(
                        condition.getCrossing().getClassName(),
                        condition.getCrossing().getThreshold());
        };
    }

    private static WatchResponse response(WatchMessage message) {
        WatchResponse.Builder response = WatchResponse.newBuilder()
                .setKind(kind(message.kind()))
                .setModelVersion(message.version())
                .setTask(message.task())
                .setResumeToken(ByteString.copyFrom(message.token()))
                .setReason(message.reason());
        for (Outcome outcome : message.outcomes()) {
            switch (outcome.rendered(WatchCalls::render)) {
                case Classification classification -> response.addClassifications(classification);
                case LinkScore score -> response.addLinks(score);
                case NodePair pair -> response.addMissingPairs(pair);
                case String id -> response.addMissingNodeIds(id);
                case Object other -> throw new IllegalStateException("Unknown outcome (%s).".formatted(other));
            }
        }
        message.reflected()
                .forEach(event -> response.addReflected(EventPosition.newBuilder()
                        .setPartition(event.partition())
                        .setOffset(event.offset())));
        return response.build();
    }

    private static Object render(Outcome outcome) {
        if (outcome.classes() != null) {
            return Mapping.classification(outcome.classes());
        }
        if (outcome.link() != null) {
            return Mapping.score(outcome.link());
        }
        return switch (outcome.subject()) {
            case Outcome.Node node -> node.id();
            case Outcome.Link link ->
                NodePair.newBuilder()
                        .setSource(link.pair().source())
                        .setTarget(link.pair().target())
                        .build();
        };
    }

    private static WatchKind kind(WatchMessage.Kind kind) {
        return switch (kind) {
            case CHANGES -> WatchKind.WATCH_KIND_CHANGES;
            case STATE -> WatchKind.WATCH_KIND_STATE;
            case STATE_COMPLETE -> WatchKind.WATCH_KIND_STATE_COMPLETE;
            case RESYNC -> WatchKind.WATCH_KIND_RESYNC;
            case VERSION_CHANGED -> WatchKind.WATCH_KIND_VERSION_CHANGED;
            case HEARTBEAT -> WatchKind.WATCH_KIND_HEARTBEAT;
        };
    }
}
