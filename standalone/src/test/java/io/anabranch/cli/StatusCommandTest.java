package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.processor.v1.ProcessorReport;
import io.anabranch.processor.v1.ProcessorState;
import io.anabranch.processor.v1.Restore;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusCommandTest {

    @Test
    void aStreamProcessorIsToldInOneLine() {
        ProcessorReport report = ProcessorReport.newBuilder()
                .setInstanceId("pod-1")
                .setState(ProcessorState.PROCESSOR_STATE_RESTORING)
                .setReportedMs(1_000)
                .addAllActivePartitions(List.of(0, 3))
                .addStandbyPartitions(1)
                .addRestoring(
                        Restore.newBuilder().setPartition(3).setRestored(1_200).setTotal(5_000))
                .build();
        assertThat(StatusCommand.processor(report, 8_999))
                .isEqualTo("restoring 7 s ago, partitions 0 3, standbys 1, partition 3: 1,200 of 5,000 records");
        // Another machine's clock may be ahead.
        assertThat(StatusCommand.processor(
                        ProcessorReport.newBuilder()
                                .setState(ProcessorState.PROCESSOR_STATE_RUNNING)
                                .setReportedMs(5_000)
                                .build(),
                        4_000))
                .isEqualTo("running 0 s ago");
    }
}
