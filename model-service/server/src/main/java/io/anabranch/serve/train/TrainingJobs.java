package io.anabranch.serve.train;

import io.anabranch.learn.train.ProgressListener.EpochProgress;
import io.anabranch.learn.train.TrainingException;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.predict.Readiness;
import io.anabranch.serve.registry.Activation;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelState;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.serve.train.ModelTrainer.Trained;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Background trainings, one at a time: train on the live graph, publish, and follow the version until it serves, or could. A job
 * lives in memory; what it published outlives it. Thread-safe.
 */
public final class TrainingJobs implements AutoCloseable {

    static final int MAX_WAITING = 4;
    static final int MAX_REMEMBERED = 100;
    static final int MAX_PUBLISH_ATTEMPTS = 100;

    private static final Logger LOG = Logger.getLogger(TrainingJobs.class);
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final ModelTrainer trainer;
    private final ModelPublisher publisher;
    private final ModelRegistry registry;
    private final Activation activation;
    private final Readiness readiness;
    private final MeterRegistry meters;
    private final LinkedHashMap<String, TrainingJob> jobs = new LinkedHashMap<>();
    private final BlockingQueue<TrainingJob> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread worker =
            Thread.ofPlatform().daemon().name("anabranch-training").unstarted(this::work);
    private volatile boolean closed;

    /** @param readiness of what a training needs: the graph, and the models topic */
    public TrainingJobs(
            ModelTrainer trainer,
            ModelPublisher publisher,
            ModelRegistry registry,
            Activation activation,
            Readiness readiness,
            MeterRegistry meters) {
        this.trainer = trainer;
        this.publisher = publisher;
        this.registry = registry;
        this.activation = activation;
        this.readiness = readiness;
        this.meters = meters;
    }

    public void start() {
        registry.onChange(this::follow);
        worker.start();
    }

    /** Queues the order. */
    public JobStatus submit(TrainingOrder order) {
        List<String> pending = readiness.pending();
        if (!pending.isEmpty()) {
            throw new Problem.Unready("Not ready yet: " + String.join("; ", pending), Duration.ofSeconds(1))
                    .exception();
        }
        TrainingJob job = new TrainingJob(UUID.randomUUID().toString(), order);
        synchronized (jobs) {
            if (!waiting.offer(job)) {
                throw new Problem.Exhausted(
                                "%d trainings are waiting already; no more are taken.".formatted(MAX_WAITING), RETRY)
                        .exception();
            }
            jobs.put(job.status().id(), job);
            forgetOldest();
        }
        return job.status();
    }

    private void forgetOldest() {
        var each = jobs.values().iterator();
        while (jobs.size() > MAX_REMEMBERED && each.hasNext()) {
            if (each.next().status().state().isLast()) {
                each.remove();
            }
        }
    }

    public JobStatus get(String id) {
        return find(id).status();
    }

    /** Those that are remembered, newest first: all that are not over, and the latest others, {@value #MAX_REMEMBERED} in all. */
    public List<JobStatus> list() {
        synchronized (jobs) {
            return jobs.sequencedValues().reversed().stream()
                    .map(TrainingJob::status)
                    .toList();
        }
    }

    /**
     * Tells the present status at once and every later one, from the thread that makes the change; the last has a state
     * that is last.
     *
     * @return ends the watching
     */
    public Runnable watch(String id, Consumer<JobStatus> watcher) {
        return find(id).watch(watcher);
    }

    /** Stops a job that waits or trains. One that has published cannot be stopped any more. */
    public JobStatus cancel(String id) {
        TrainingJob job = find(id);
        JobStatus status = job.status();
        if (status.state() != JobState.RUNNING) {
            if (status.state() == JobState.CANCELLED) {
                return status;
            }
            throw Problem.unmet(
                    "TRAINING_OVER",
                    "Training %s is %s and cannot be cancelled."
                            .formatted(id, status.state().name().toLowerCase(java.util.Locale.ROOT)));
        }
        job.cancel();
        if (waiting.remove(job)) {
            return job.change(s -> s.in(JobState.CANCELLED, ""));
        }
        return job.status();
    }

    private TrainingJob find(String id) {
        synchronized (jobs) {
            TrainingJob job = jobs.get(id);
            if (job == null) {
                throw Problem.missing(ResourceKind.TRAINING, id, "There is no training %s.".formatted(id));
            }
            return job;
        }
    }

    private void work() {
        while (!closed) {
            try {
                run(waiting.take());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void run(TrainingJob job) throws InterruptedException {
        Timer.Sample sample = Timer.start(meters);
        String id = job.status().id();
        try {
            Trained trained = trainer.train(job.order(), progress -> report(job, progress), () -> requireWanted(job));
            if (job.isCancelled()) {
                throw new CancellationException();
            }
            ModelVersion version = publish(job, trained);
            job.change(s -> s.published(
                    trained.task(),
                    version.version(),
                    trained.metrics(),
                    trained.model().getProvenance().getNotesList()));
            LOG.infof("Training %s became version %d of model %s.", id, version.version(), version.name());
            count("published");
            follow();
        } catch (CancellationException e) {
            job.change(s -> s.in(JobState.CANCELLED, ""));
            count("cancelled");
        } catch (TrainingException | ProblemException e) {
            fail(job, e.getMessage());
        } catch (RuntimeException | OutOfMemoryError e) {
            // A fault of ours must end this job, not the worker: the next one may have another graph.
            LOG.errorf(e, "Training %s failed.", id);
            fail(job, "Internal fault: " + e);
        } finally {
            sample.stop(Timer.builder("anabranch.training.duration")
                    .description("Time of training jobs at work")
                    .register(meters));
        }
    }

    /** A broker that is away for a while must not cost a trained model. */
    private ModelVersion publish(TrainingJob job, Trained trained) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return publisher.publish(trained.model());
            } catch (ProblemException e) {
                if (!(e.problem() instanceof Problem.Unready unready) || attempt == MAX_PUBLISH_ATTEMPTS) {
                    throw e;
                }
                LOG.warnf("Training %s cannot publish yet: %s", job.status().id(), e.getMessage());
                Thread.sleep(unready.retryAfter());
            }
            if (job.isCancelled()) {
                throw new CancellationException();
            }
        }
    }

    private void requireWanted(TrainingJob job) {
        if (job.isCancelled() || closed) {
            throw new CancellationException();
        }
    }

    private void report(TrainingJob job, EpochProgress at) {
        requireWanted(job);
        job.epoch(at);
    }

    private void fail(TrainingJob job, @Nullable String why) {
        String message = why == null ? "Unknown fault." : why;
        job.change(s -> s.in(JobState.FAILED, message));
        count("failed");
        LOG.warnf(
                "Training %s of model %s failed: %s",
                job.status().id(), job.order().modelName(), message);
    }

    private void count(String outcome) {
        Counter.builder("anabranch.training.jobs")
                .description("Training jobs that ended their training, by outcome")
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }

    /** Looks where the published versions are. */
    private void follow() {
        List<TrainingJob> all;
        synchronized (jobs) {
            all = List.copyOf(jobs.values());
        }
        for (TrainingJob job : all) {
            JobStatus status = job.status();
            if (status.state() != JobState.PUBLISHED) {
                continue;
            }
            ModelVersion version = registry.catalog().version(status.modelVersion());
            if (version == null) {
                continue;
            }
            long greatest = registry.catalog().alias(version.name()).getGreatestVersion();
            if (registry.catalog().isActive(version)) {
                job.change(s -> s.in(JobState.SERVING, ""));
            } else if (activation == Activation.MANUAL && registry.state(version) == ModelState.COVERED) {
                job.change(s -> s.in(JobState.COVERED, ""));
            } else if (version.retired() || activation == Activation.AUTOMATIC && greatest > version.version()) {
                job.change(s -> s.in(
                        JobState.FAILED,
                        "Version %d was overtaken by version %d.".formatted(s.modelVersion(), greatest)));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        worker.interrupt();
    }
}
