package io.anabranch.standalone.chaos;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeUpsert;
import java.util.ArrayList;
import java.util.List;

/**
 * Last words of a load: an event in every partition of the events topic, later than all before it. They bring the clock of every
 * graph partition to the same time, so that it is certain which edges have expired.
 */
final class Closing {

    private Closing() {}

    /** @param timeMs not earlier than any event before */
    static List<Draft> drafts(int partitions, long timeMs) {
        List<Draft> drafts = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            Draft draft;
            int attempt = 0;
            do {
                draft = draft("closing-%d-%d".formatted(partition, attempt++), timeMs);
            } while (draft.partition(partitions) != partition);
            drafts.add(draft);
        }
        return drafts;
    }

    private static Draft draft(String id, long timeMs) {
        return Draft.accepted(
                GraphEvent.newBuilder()
                        .setEventId(id)
                        .setEventTimeMs(timeMs)
                        .setNodeUpsert(NodeUpsert.newBuilder().setId(id))
                        .build(),
                id);
    }
}
