package io.anabranch.serve.feed;

import io.anabranch.serve.feed.Links.TopicSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** Asks the broker for the topics' sizes every two seconds, so that no request has to. */
final class TopicSizes implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TopicSizes.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final long TIMEOUT_SECONDS = 10;

    private final KafkaAccess kafka;
    private final Topics topics;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("anabranch-topic-sizes").unstarted(this::run);
    private volatile List<TopicSize> latest = List.of();

    TopicSizes(KafkaAccess kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    void start() {
        thread.start();
    }

    /** Lag is not known here and 0. */
    List<TopicSize> latest() {
        return latest;
    }

    private void run() {
        Map<String, Object> properties = kafka.properties("anabranch-server-topic-sizes");
        properties.put("default.api.timeout.ms", "10000");
        properties.put("request.timeout.ms", "5000");
        try (Admin admin = Admin.create(properties)) {
            while (true) {
                refresh(admin);
                Thread.sleep(PERIOD);
            }
        } catch (InterruptedException e) {
            LOG.debug("The watch over topic sizes ends.");
        }
    }

    private void refresh(Admin admin) throws InterruptedException {
        try {
            Set<String> there = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            List<String> ours = topics.all().stream().filter(there::contains).toList();
            Map<String, TopicDescription> described =
                    admin.describeTopics(ours).allTopicNames().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            Map<TopicPartition, Long> begins = offsets(admin, described, OffsetSpec.earliest());
            Map<TopicPartition, Long> ends = offsets(admin, described, OffsetSpec.latest());
            List<TopicSize> sizes = new ArrayList<>();
            for (String topic : ours) {
                long records = 0;
                int partitions = partitions(described, topic);
                for (int p = 0; p < partitions; p++) {
                    TopicPartition partition = new TopicPartition(topic, p);
                    records += ends.getOrDefault(partition, 0L) - begins.getOrDefault(partition, 0L);
                }
                sizes.add(new TopicSize(topic, partitions, records, 0));
            }
            latest = List.copyOf(sizes);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            // The feeds tell the log that the broker is away; these figures just grow older.
            LOG.debugf("Topic sizes are not to be had now: %s", e.getMessage());
        }
    }

    private static int partitions(Map<String, TopicDescription> described, String topic) {
        TopicDescription description = described.get(topic);
        return description == null ? 0 : description.partitions().size();
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin, Map<String, TopicDescription> described, OffsetSpec spec)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        described.forEach((topic, description) ->
                description.partitions().forEach(p -> asked.put(new TopicPartition(topic, p.partition()), spec)));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> answers =
                admin.listOffsets(asked).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        answers.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
