package io.anabranch.stream;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.jboss.logging.Logger;

/** Logs and measures how far the restore of each partition's state has come, and knows what is still being restored. Any thread. */
final class RestoreProgress implements StateRestoreListener {

    private static final Logger LOG = Logger.getLogger(RestoreProgress.class);
    private static final long LOG_EVERY_NANOS = 2_000_000_000L;

    private final StreamMetrics metrics;
    private final Map<TopicPartition, Restore> restores = new ConcurrentHashMap<>();

    private static final class Restore {
        private final long records;
        private final long startNanos = System.nanoTime();
        private volatile long done;
        private long loggedNanos = startNanos;

        Restore(long records) {
            this.records = records;
        }

        String text() {
            return "%d of %d records".formatted(done, records);
        }

        RestoreStatus status(TopicPartition partition) {
            return new RestoreStatus(partition.topic(), partition.partition(), done, records);
        }
    }

    RestoreProgress(StreamMetrics metrics) {
        this.metrics = metrics;
    }

    /** Each partition whose state is being restored, ascending; empty when none is. */
    List<RestoreStatus> running() {
        List<RestoreStatus> running = new ArrayList<>();
        restores.forEach((partition, restore) -> running.add(restore.status(partition)));
        running.sort(Comparator.comparingInt(RestoreStatus::partition).thenComparing(RestoreStatus::topic));
        return running;
    }

    /** The end offset counts transaction markers, too, so what remains can jump to zero at the end. */
    private void measure() {
        metrics.restoreRemaining(restores.values().stream()
                .mapToLong(restore -> Math.max(0, restore.records - restore.done))
                .sum());
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long start, long end) {
        restores.put(partition, new Restore(end - start));
        measure();
        if (end > start) {
            LOG.infof("Restoring the state of partition %d: %d records", partition.partition(), end - start);
        }
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long batchEnd, long count) {
        metrics.restored(count);
        Restore restore = restores.get(partition);
        if (restore == null) {
            return;
        }
        // One thread restores a partition; the map hands the progress to readers.
        restore.done = restore.done + count;
        measure();
        long now = System.nanoTime();
        if (now - restore.loggedNanos > LOG_EVERY_NANOS) {
            restore.loggedNanos = now;
            LOG.infof("Restoring the state of partition %d: %s", partition.partition(), restore.text());
        }
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long total) {
        Restore restore = restores.remove(partition);
        measure();
        if (restore != null && total > 0) {
            LOG.infof(
                    "Restored the state of partition %d: %d records in %d ms",
                    partition.partition(), total, (System.nanoTime() - restore.startNanos) / 1_000_000);
        }
    }

    @Override
    public void onRestoreSuspended(TopicPartition partition, String store, long total) {
        restores.remove(partition);
        measure();
        LOG.infof("The restore of partition %d was suspended after %d records", partition.partition(), total);
    }
}
