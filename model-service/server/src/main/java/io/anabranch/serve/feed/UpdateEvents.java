package io.anabranch.serve.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Provenance;
import io.anabranch.graph.EdgeId;
import io.anabranch.learn.history.EventLog;
import io.anabranch.update.v1.NodeRegister;
import io.anabranch.update.v1.Registers;
import io.anabranch.update.v1.StepRegister;
import io.anabranch.update.v1.UpdateRecord;

/**
 * The edge events among updates. A fact in the partition of its target stands for both ends, so that the step of its source, which another partition is
 * told, says nothing new. Of a snapshot the steps count, as for the stream processor: its edges may have been written many times before. An
 * event that a partition refused as too late is among them all the same.
 */
final class UpdateEvents {

    private UpdateEvents() {}

    static void take(byte[] value, EventLog log) throws InvalidProtocolBufferException {
        UpdateRecord update = UpdateRecord.parseFrom(value);
        try {
            switch (update.getRecordCase()) {
                case FACT -> take(update.getFact(), log);
                case REGISTERS -> take(update.getRegisters(), log);
                case CLOCK, SOURCE_STEP, RECORD_NOT_SET -> {}
            }
        } catch (IllegalArgumentException e) {
            // The graph's own rules, such as the length of an id.
            throw new InvalidProtocolBufferException(e);
        }
    }

    private static void take(GraphEvent fact, EventLog log) {
        switch (fact.getEventCase()) {
            case EDGE_UPSERT -> {
                EdgeUpsert edge = fact.getEdgeUpsert();
                if (edge.getProvenance() != Provenance.PROVENANCE_LEARNED) {
                    log.edge(
                            new EdgeId(edge.getSource(), edge.getTarget(), edge.getType()),
                            edge.getWeight(),
                            fact.getEventTimeMs());
                }
            }
            case EDGE_ERASE -> {
                EdgeErase edge = fact.getEdgeErase();
                log.erase(new EdgeId(edge.getSource(), edge.getTarget(), edge.getType()), edge.getErasedTimeMs());
            }
            case NODE_DELETE -> log.delete(fact.getNodeDelete().getId(), fact.getEventTimeMs());
            default -> {}
        }
    }

    private static void take(Registers registers, EventLog log) throws InvalidProtocolBufferException {
        for (NodeRegister node : registers.getNodesList()) {
            if (node.hasDeleteTimeMs()) {
                log.delete(text(registers, node.getId()), node.getDeleteTimeMs());
            }
        }
        for (StepRegister step : registers.getStepsList()) {
            String vertex = text(registers, step.getVertex());
            String other = text(registers, step.getOther());
            String type = text(registers, step.getType());
            EdgeId edge = step.getSource() ? new EdgeId(vertex, other, type) : new EdgeId(other, vertex, type);
            if (step.hasErasedAtMs()) {
                log.erase(edge, step.getTimeMs());
            } else {
                log.step(step.getSource(), edge, step.getWeight(), step.getTimeMs());
            }
        }
    }

    private static String text(Registers registers, int place) throws InvalidProtocolBufferException {
        if (place < 0 || place >= registers.getTextsCount()) {
            throw new InvalidProtocolBufferException("The text (%d) must be one of %d."
                    .formatted(Integer.toUnsignedLong(place), registers.getTextsCount()));
        }
        return registers.getTexts(place);
    }
}
