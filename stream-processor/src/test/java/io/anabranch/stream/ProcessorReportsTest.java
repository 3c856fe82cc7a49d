package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.processor.v1.ProcessorReport;
import io.anabranch.processor.v1.ProcessorState;
import io.anabranch.processor.v1.Restore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProcessorReportsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final StreamConfig CONFIG =
            StreamConfig.from(Map.of(StreamConfig.FEATURES_DIMENSION, "2", StreamConfig.INSTANCE_ID, "pod-1"));

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private StreamStatus status = restoring(10);
    private final ProcessorReports reports = new ProcessorReports(CONFIG, () -> status);

    private static StreamStatus restoring(long restored) {
        return new StreamStatus(
                StreamStatus.Phase.RESTORING,
                List.of("Partition 3 is restored."),
                2,
                List.of(0, 3),
                List.of(1),
                List.of(new RestoreStatus("changelog", 3, restored, 100)));
    }

    @Test
    void aReportSaysWhatIsHereAndWhatIsStillMissing() throws InvalidProtocolBufferException {
        reports.look(producer, 0, 77);
        ProducerRecord<byte[], byte[]> sent = producer.history().getFirst();
        assertThat(sent.topic()).isEqualTo("anabranch.processors");
        assertThat(new String(sent.key(), StandardCharsets.UTF_8)).isEqualTo("pod-1");
        assertThat(ProcessorReport.parseFrom(sent.value()))
                .isEqualTo(ProcessorReport.newBuilder()
                        .setInstanceId("pod-1")
                        .setState(ProcessorState.PROCESSOR_STATE_RESTORING)
                        .setReportedMs(77)
                        .addPending("Partition 3 is restored.")
                        .setLiveModels(2)
                        .addActivePartitions(0)
                        .addActivePartitions(3)
                        .addStandbyPartitions(1)
                        .addRestoring(Restore.newBuilder()
                                .setTopic("changelog")
                                .setPartition(3)
                                .setRestored(10)
                                .setTotal(100))
                        .build());
    }

    @Test
    void whatChangesIsToldAtOnceAndWhatDoesNotEveryTenSeconds() {
        reports.look(producer, 0, 0);
        reports.look(producer, SECOND, 1_000);
        assertThat(producer.history()).hasSize(1);
        status = restoring(20);
        reports.look(producer, 2 * SECOND, 2_000);
        assertThat(producer.history()).hasSize(2);
        status = restoring(20);
        reports.look(producer, 11 * SECOND, 11_000);
        assertThat(producer.history()).hasSize(2);
        reports.look(producer, 12 * SECOND, 12_000);
        assertThat(producer.history()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void everyPhaseHasItsName(StreamStatus.Phase phase) {
        status = new StreamStatus(phase, List.of(), 0);
        ProcessorState told = ProcessorReports.report("pod-1", status, 0).getState();
        assertThat(told.name())
                .isEqualTo("PROCESSOR_STATE_" + (phase == StreamStatus.Phase.STOPPED ? "STOPPING" : phase.name()));
    }
}
