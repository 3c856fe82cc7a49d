package io.anabranch.serve.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.processor.v1.ProcessorReport;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProcessorFeedTest {

    private final ProcessorFeed feed = new ProcessorFeed();

    private static byte[] key(String instanceId) {
        return instanceId.getBytes(StandardCharsets.UTF_8);
    }

    private static ProcessorReport report(String instanceId, long timeMs) {
        return ProcessorReport.newBuilder()
                .setInstanceId(instanceId)
                .setReportedMs(timeMs)
                .build();
    }

    private void tell(String instanceId, long timeMs) throws InvalidProtocolBufferException {
        feed.accept(key(instanceId), report(instanceId, timeMs).toByteArray());
    }

    @Test
    void theLastReportOfEachCountsUntilItIsTakenBack() throws InvalidProtocolBufferException {
        tell("pod-1", 1);
        tell("pod-0", 2);
        tell("pod-1", 3);
        assertThat(feed.latest()).containsExactly(report("pod-0", 2), report("pod-1", 3));
        feed.accept(key("pod-1"), null);
        feed.accept(key("pod-7"), null);
        assertThat(feed.latest()).containsExactly(report("pod-0", 2));
    }

    @Test
    void whatIsNoReportIsRefused() {
        assertThatExceptionOfType(InvalidProtocolBufferException.class)
                .isThrownBy(() -> feed.accept(null, report("pod-0", 1).toByteArray()));
        assertThatExceptionOfType(InvalidProtocolBufferException.class)
                .isThrownBy(() -> feed.accept(key("pod-0"), new byte[] {1, 2, 3}));
        assertThatExceptionOfType(InvalidProtocolBufferException.class)
                .isThrownBy(() -> feed.accept(key("pod-0"), report("pod-1", 1).toByteArray()))
                .withMessageContaining("pod-0")
                .withMessageContaining("pod-1");
        assertThat(feed.latest()).isEmpty();
    }
}
