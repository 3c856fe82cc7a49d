package io.anabranch.serve.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.anabranch.learn.train.ProgressListener;
import io.anabranch.learn.train.ProgressListener.EpochProgress;
import io.anabranch.learn.train.TrainingException;
import io.anabranch.learn.train.TrainingOptions;
import io.anabranch.model.v1.TrainingEpoch;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.registry.Activation;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrainingJobsTest {

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 2, Duration.ofSeconds(1), () -> true);
    private final List<String> pending = new ArrayList<>();
    private final Semaphore epochs = new Semaphore(0);
    private final TrainingJobs jobs = new TrainingJobs(
            (order, progress, cancelled) -> train(order, progress),
            publisher,
            registry,
            Activation.AUTOMATIC,
            () -> pending,
            new SimpleMeterRegistry());

    @BeforeEach
    void start() {
        log.feed(registry);
        jobs.start();
    }

    @AfterEach
    void stop() {
        jobs.close();
    }

    /** One permit, one epoch; three make a model. */
    private ModelTrainer.Trained train(TrainingOrder order, ProgressListener progress) {
        if (order.task().equals("none")) {
            throw new TrainingException("The graph has no labels of the task (none).");
        }
        if (order.task().equals("fault")) {
            throw new IllegalStateException("A fault.");
        }
        for (int epoch = 1; epoch <= 3; epoch++) {
            epochs.acquireUninterruptibly();
            progress.onEpoch(new EpochProgress(epoch, 3, 1.0 / epoch, 0, 0.5, "accuracy"));
        }
        return new ModelTrainer.Trained(
                TestModels.trained(order.modelName()), "class", Map.of("test.accuracy", 0.8, "seconds", 1.0));
    }

    private static TrainingOrder order(String task) {
        return new TrainingOrder("m", task, TrainingOptions.defaults());
    }

    private BlockingQueue<JobStatus> watch(String id) {
        BlockingQueue<JobStatus> seen = new LinkedBlockingQueue<>();
        jobs.watch(id, seen::add);
        return seen;
    }

    private static JobStatus until(BlockingQueue<JobStatus> seen, JobState state) throws InterruptedException {
        JobStatus status;
        do {
            status = seen.poll(5, TimeUnit.SECONDS);
            assertThat(status).as("waiting for %s", state).isNotNull();
        } while (status.state() != state);
        return status;
    }

    @Test
    void aJobGoesFromRunningOverPublishedToServing() throws Exception {
        String id = jobs.submit(order("")).id();
        BlockingQueue<JobStatus> seen = watch(id);
        epochs.release(3);
        JobStatus published = until(seen, JobState.PUBLISHED);
        assertThat(published.modelVersion()).isEqualTo(1);
        assertThat(published.epoch()).isEqualTo(3);
        assertThat(published.task()).isEqualTo("class");
        assertThat(published.metrics()).containsEntry("test.accuracy", 0.8);
        registry.cover(1, 0, 1);
        publisher.promote("m", 1);
        until(seen, JobState.SERVING);
        assertThat(jobs.get(id).state()).isEqualTo(JobState.SERVING);
        assertThat(watch(id)).as("one who comes late sees the end").hasSize(1);
    }

    @Test
    void watchersSeeEveryEpochInOrder() throws Exception {
        String id = jobs.submit(order("")).id();
        List<Integer> seen = new ArrayList<>();
        jobs.watch(id, status -> seen.add(status.epoch()));
        epochs.release(3);
        until(watch(id), JobState.PUBLISHED);
        assertThat(seen).containsSequence(1, 2, 3).isSorted();
    }

    @Test
    void theCurveHasEveryEpochAndStaysWithTheJob() throws Exception {
        String id = jobs.submit(order("")).id();
        epochs.release(3);
        until(watch(id), JobState.PUBLISHED);
        assertThat(jobs.get(id).curve())
                .extracting(TrainingEpoch::getEpoch, TrainingEpoch::getTrainLoss, TrainingEpoch::getValidationMetric)
                .containsExactly(tuple(1, 1.0, 0.5), tuple(2, 0.5, 0.5), tuple(3, 1.0 / 3, 0.5));
    }

    @Test
    void theListHasTheNewestFirstAndForgetsTheOldestThatIsOver() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < TrainingJobs.MAX_REMEMBERED + 2; i++) {
            ids.addFirst(jobs.submit(order("none")).id());
            until(watch(ids.getFirst()), JobState.FAILED);
        }
        assertThat(jobs.list()).extracting(JobStatus::id).containsExactlyElementsOf(ids.subList(0, 100));
    }

    @Test
    void whatCannotBeTrainedFailsWithTheReason() throws Exception {
        JobStatus failed = until(watch(jobs.submit(order("none")).id()), JobState.FAILED);
        assertThat(failed.error()).isEqualTo("The graph has no labels of the task (none).");
        assertThat(registry.catalog().versions()).isEmpty();
    }

    @Test
    void aFaultEndsTheJobAndNotTheWorker() throws Exception {
        assertThat(until(watch(jobs.submit(order("fault")).id()), JobState.FAILED)
                        .error())
                .contains("A fault.");
        String next = jobs.submit(order("")).id();
        epochs.release(3);
        until(watch(next), JobState.PUBLISHED);
    }

    @Test
    void jobsAreCancelledWhileTheyRunOrWaitAndNotAfter() throws Exception {
        String running = jobs.submit(order("")).id();
        epochs.release(1);
        BlockingQueue<JobStatus> seen = watch(running);
        while (jobs.get(running).epoch() < 1) {
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isNotNull();
        }
        String waiting = jobs.submit(order("")).id();
        assertThat(jobs.cancel(waiting).state()).isEqualTo(JobState.CANCELLED);
        jobs.cancel(running);
        epochs.release(1);
        until(seen, JobState.CANCELLED);
        assertThat(jobs.cancel(running).state()).isEqualTo(JobState.CANCELLED);
        String done = jobs.submit(order("")).id();
        epochs.release(3);
        until(watch(done), JobState.PUBLISHED);
        assertProblem(() -> jobs.cancel(done), "TRAINING_OVER");
        assertProblem(() -> jobs.get("x"), "TRAINING_NOT_FOUND");
    }

    @Test
    void aBrokerThatIsAwayDoesNotCostTheModel() throws Exception {
        log.breakIt(true);
        String id = jobs.submit(order("")).id();
        epochs.release(3);
        while (jobs.get(id).epoch() < 3) {
            Thread.sleep(5);
        }
        Thread.sleep(100);
        assertThat(jobs.get(id).state()).isEqualTo(JobState.RUNNING);
        log.breakIt(false);
        until(watch(id), JobState.PUBLISHED);
    }

    @Test
    void theQueueIsBounded() throws Exception {
        String first = jobs.submit(order("")).id();
        epochs.release(1);
        while (jobs.get(first).epoch() < 1) {
            Thread.sleep(5);
        }
        for (int i = 0; i < TrainingJobs.MAX_WAITING; i++) {
            jobs.submit(order(""));
        }
        assertProblem(() -> jobs.submit(order("")), "QUEUE_FULL");
    }

    @Test
    void nothingIsTakenBeforeTheGraphIsRead() {
        pending.add("topic g is still to be read");
        assertProblem(() -> jobs.submit(order("")), "NOT_READY");
    }

    @Test
    void aVersionThatIsOvertakenFails() throws Exception {
        String id = jobs.submit(order("")).id();
        epochs.release(3);
        BlockingQueue<JobStatus> seen = watch(id);
        until(seen, JobState.PUBLISHED);
        long newer = publisher.publish(TestModels.trained("m")).version();
        registry.cover(newer, 0, 1);
        publisher.promote("m", newer);
        assertThat(until(seen, JobState.FAILED).error()).contains("overtaken by version 2");
    }

    private static void assertProblem(Runnable call, String reason) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().reason()).isEqualTo(reason));
    }
}
