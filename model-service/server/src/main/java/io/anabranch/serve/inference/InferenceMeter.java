package io.anabranch.serve.inference;

import io.anabranch.inference.InferStatistics;
import io.anabranch.inference.ModelStatistics;
import io.anabranch.inference.StatisticDuration;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts inferences and their times, by model and version, since the start of this server. Any thread. */
final class InferenceMeter {

    private record Key(String model, long version) {}

    /** A number of times and how long they took together. */
    private static final class Sum {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        void add(long duration) {
            count.increment();
            nanos.add(duration);
        }

        StatisticDuration message() {
            return StatisticDuration.newBuilder()
                    .setCount(count.sum())
                    .setNs(nanos.sum())
                    .build();
        }
    }

    private static final class Counters {
        private final Sum success = new Sum();
        private final Sum fail = new Sum();
        private final Sum waited = new Sum();
        private final Sum input = new Sum();
        private final Sum infer = new Sum();
        private final Sum output = new Sum();
        private final LongAdder rows = new LongAdder();
        private volatile long last;
    }

    private final Clock clock;
    private final Map<Key, Counters> counters = new ConcurrentHashMap<>();

    InferenceMeter(Clock clock) {
        this.clock = clock;
    }

    /**
     * One request that was answered; durations in nanoseconds.
     *
     * @param waited whether it waited for events: then {@code predicting} is mostly that
     */
    void succeeded(OpenModel model, int rows, boolean waited, long reading, long predicting, long writing) {
        Counters of = of(model);
        of.success.add(reading + predicting + writing);
        of.input.add(reading);
        (waited ? of.waited : of.infer).add(predicting);
        of.output.add(writing);
        of.rows.add(rows);
        of.last = clock.millis();
    }

    void failed(OpenModel model, long duration) {
        Counters of = of(model);
        of.fail.add(duration);
        of.last = clock.millis();
    }

    ModelStatistics statistics(OpenModel model) {
        Counters of = of(model);
        return ModelStatistics.newBuilder()
                .setName(model.name())
                .setVersion(model.versionText())
                .setLastInference(of.last)
                .setInferenceCount(of.rows.sum())
                .setExecutionCount(of.success.count.sum())
                .setInferenceStats(InferStatistics.newBuilder()
                        .setSuccess(of.success.message())
                        .setFail(of.fail.message())
                        .setQueue(of.waited.message())
                        .setComputeInput(of.input.message())
                        .setComputeInfer(of.infer.message())
                        .setComputeOutput(of.output.message()))
                .build();
    }

    private Counters of(OpenModel model) {
        return counters.computeIfAbsent(new Key(model.name(), model.version().version()), key -> new Counters());
    }
}
