package io.anabranch.stream.snapshot;

import java.util.List;

/**
 * What an import has done.
 *
 * @param registers merged by the partitions as they read them
 * @param records of the topic of updates that they are packed in
 * @param modelRecords written to the topic of models
 * @param eventsPositions where the group now begins to read events, by partition; none: positions were left as they are
 * @param positionsNote why they are, and what can be done
 */
public record ImportReport(
        long registers, long records, long modelRecords, List<Long> eventsPositions, String positionsNote) {}
