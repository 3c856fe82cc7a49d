package io.anabranch.stream;

import io.anabranch.stream.propagation.EngineWarmUp;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A stream processor at work: topics, models, Kafka Streams, from {@link #start} to {@link #close}. Knows no Quarkus; several
 * may run in one JVM if instance id and state folder differ.
 *
 * <p>Any thread may call it; {@code start} and {@code close} at most once each.
 */
public final class StreamRuntime implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(StreamRuntime.class);
    private static final int ANSWER_MS = 5_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final StreamConfig config;
    private final MeterRegistry registry;
    private final StreamMetrics metrics;
    private final RestoreProgress restores;
    private final ModelsFeed models;
    private final PartitionWaker waker;
    private final Commits commits = Commits.create();
    private @Nullable Admin admin;
    private @Nullable BrokerWatch watch;
    private @Nullable ProcessorReports reports;
    private @Nullable KafkaStreamsMetrics streamsMetrics;
    private volatile @Nullable KafkaStreams streams;
    private volatile boolean closed;

    public StreamRuntime(StreamConfig config, MeterRegistry registry) {
        this.config = config;
        this.registry = registry;
        this.metrics = new StreamMetrics(registry);
        this.restores = new RestoreProgress(metrics);
        this.waker = new PartitionWaker(config);
        this.models = new ModelsFeed(config, metrics, waker::wakeAll);
    }

    /**
     * Waits for Kafka, creates or checks the topics, reads the models, then lets Kafka Streams start. Returns before the
     * state is restored: see {@link #awaitReady}.
     *
     * @throws KafkaUnreachableException if Kafka does not answer within the startup timeout
     * @throws TopicMismatchException if a topic is not what the configuration needs
     * @throws TopicGapException if records of an input topic are gone before they were read
     */
    public void start() throws InterruptedException {
        Map<String, Object> adminProperties = config.kafka().properties();
        adminProperties.put("client.id", config.streams().instanceId() + "-admin");
        Admin opened = Admin.create(adminProperties);
        admin = opened;
        awaitKafka(opened);
        new TopicSetup(opened, config).run();
        ProcessorReports told = new ProcessorReports(config, this::status);
        reports = told;
        told.start();
        prepareInput(opened);
        models.start();
        if (!models.awaitCaughtUp(config.kafka().startupTimeout())) {
            throw new KafkaUnreachableException(
                    "The topic %s could not be read within %s."
                            .formatted(config.topics().models(), config.kafka().startupTimeout()),
                    new IllegalStateException("The models feed has not caught up."));
        }
        watch = new BrokerWatch(opened, config);
        watch.start();

        // The first batches would otherwise meet kernels that are not compiled yet, a thousand times slower.
        EngineWarmUp.run(config.ingest().histories());
        KafkaStreams created = new KafkaStreams(
                TopologyFactory.build(config, models, metrics, commits),
                StreamsProperties.of(config, commits),
                new StreamClients());
        created.setUncaughtExceptionHandler(
                new FailurePolicy(metrics, config.streams().threads()));
        created.setGlobalStateRestoreListener(restores);
        created.setStateListener((now, before) -> LOG.infof("Kafka Streams: %s (was %s)", now, before));
        streamsMetrics = new KafkaStreamsMetrics(created);
        streamsMetrics.bindTo(registry);
        streams = created;
        created.start();
        LOG.infof(
                "Stream processor %s started: %d partitions, %d features, Kafka at %s, state in %s",
                config.streams().instanceId(),
                config.partitions(),
                config.ingest().featureDimension(),
                config.kafka().bootstrapServers(),
                config.streams().stateDir());
    }

    private void prepareInput(Admin asked) throws InterruptedException {
        try {
            new InputPositions(asked, config).prepare();
        } catch (ExecutionException e) {
            throw new KafkaUnreachableException(
                    "The positions of %s in its input could not be read or set: %s"
                            .formatted(config.streams().applicationId(), e.getCause()),
                    e);
        }
    }

    private void awaitKafka(Admin asked) throws InterruptedException {
        Duration timeout = config.kafka().startupTimeout();
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                asked.describeCluster(
                                new DescribeClusterOptions().timeoutMs((int) Math.min(ANSWER_MS, timeout.toMillis())))
                        .nodes()
                        .get();
                return;
            } catch (ExecutionException e) {
                if (System.nanoTime() > deadline) {
                    throw new KafkaUnreachableException(
                            "Kafka at %s did not answer within %s.%nMaybe it does not run there, or %s is wrong."
                                    .formatted(
                                            config.kafka().bootstrapServers(), timeout, StreamConfig.BOOTSTRAP_SERVERS),
                            e);
                }
                LOG.infof("Waiting for Kafka at %s", config.kafka().bootstrapServers());
            }
        }
    }

    /** How it is doing. */
    public StreamStatus status() {
        int liveModels = models.get().live().size();
        KafkaStreams current = streams;
        if (closed) {
            return new StreamStatus(StreamStatus.Phase.STOPPED, List.of("The stream processor is closed."), liveModels);
        }
        if (current == null) {
            return new StreamStatus(StreamStatus.Phase.STARTING, List.of("Waiting for Kafka."), liveModels);
        }
        List<String> pending = new ArrayList<>();
        StreamStatus.Phase phase = switch (current.state()) {
            case CREATED -> StreamStatus.Phase.STARTING;
            case REBALANCING -> StreamStatus.Phase.RESTORING;
            case RUNNING -> StreamStatus.Phase.RUNNING;
            case PENDING_ERROR, ERROR -> StreamStatus.Phase.FAILED;
            case PENDING_SHUTDOWN, NOT_RUNNING -> StreamStatus.Phase.STOPPED;
        };
        if (phase != StreamStatus.Phase.RUNNING) {
            pending.add("Kafka Streams is %s.".formatted(current.state()));
        }
        List<RestoreStatus> restoring = restores.running();
        restoring.forEach(
                restore -> pending.add("Partition %d is restored: %s.".formatted(restore.partition(), restore)));
        if (watch != null && !watch.reachable()) {
            pending.add("Kafka at %s does not answer.".formatted(config.kafka().bootstrapServers()));
        }
        return new StreamStatus(
                phase,
                pending,
                liveModels,
                partitions(current, ThreadMetadata::activeTasks),
                partitions(current, ThreadMetadata::standbyTasks),
                restoring);
    }

    /** Of the tasks that have the graph's state, which are those that read the updates. */
    private List<Integer> partitions(KafkaStreams of, Function<ThreadMetadata, Set<TaskMetadata>> tasks) {
        return of.metadataForLocalThreads().stream()
                .flatMap(thread -> tasks.apply(thread).stream())
                .flatMap(task -> task.topicPartitions().stream())
                .filter(partition -> partition.topic().equals(config.topics().updates()))
                .map(TopicPartition::partition)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * Waits until it is ready.
     *
     * @return false if it is not within the timeout, or never will be
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadline) {
            StreamStatus status = status();
            if (status.ready()) {
                return true;
            }
            switch (status.phase()) {
                case FAILED, STOPPED -> {
                    return false;
                }
                case STARTING, RESTORING, RUNNING -> Thread.sleep(LOOK_AGAIN);
            }
        }
        return false;
    }

    /** Commits what was processed and ends. The group keeps this instance's partitions for it until the session timeout. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        KafkaStreams current = streams;
        if (current != null && !current.close(CLOSE_TIMEOUT)) {
            LOG.warnf("Kafka Streams did not end within %s; what was not committed is processed again", CLOSE_TIMEOUT);
        }
        if (reports != null) {
            reports.close();
        }
        if (streamsMetrics != null) {
            streamsMetrics.close();
        }
        models.close();
        waker.close();
        if (watch != null) {
            watch.close();
        }
        if (admin != null) {
            admin.close(Duration.ofSeconds(5));
        }
        metrics.close();
        LOG.infof("Stream processor %s stopped", config.streams().instanceId());
    }
}
