package io.anabranch.benchmark;

import io.anabranch.benchmark.SoakReads.Kind;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How the reads of some time ended, and how long they took. Thread-safe. */
final class SoakTally {

    private final List<Histogram> latencies = new ArrayList<>();
    private final List<List<LongAdder>> ends = new ArrayList<>();
    private final LongAdder unsent = new LongAdder();

    SoakTally() {
        for (Kind _ : Kind.values()) {
            latencies.add(new ConcurrentHistogram(3));
            ends.add(Stream.generate(LongAdder::new)
                    .limit(Status.Code.values().length)
                    .toList());
        }
    }

    void ended(Kind kind, Status.Code code, long nanos) {
        count(kind, code).increment();
        if (kind.expects(code)) {
            latencies.get(kind.ordinal()).recordValue(Math.max(0, nanos));
        }
    }

    private LongAdder count(Kind kind, Status.Code code) {
        return ends.get(kind.ordinal()).get(code.ordinal());
    }

    /** A read was due, but too many were on their way. */
    void notSent() {
        unsent.increment();
    }

    long answers() {
        return latencies.stream().mapToLong(Histogram::getTotalCount).sum();
    }

    long notFound() {
        return Stream.of(Kind.values())
                .mapToLong(kind -> count(kind, Status.Code.NOT_FOUND).sum())
                .sum();
    }

    /** Ends that should not be, by kind and code. */
    Map<String, Long> errors() {
        Map<String, Long> errors = new TreeMap<>();
        for (Kind kind : Kind.values()) {
            for (Status.Code code : Status.Code.values()) {
                long count = count(kind, code).sum();
                if (!kind.expects(code) && count > 0) {
                    errors.put(kind.label() + " " + code, count);
                }
            }
        }
        if (unsent.sum() > 0) {
            errors.put("not sent", unsent.sum());
        }
        return errors;
    }

    double millis(Kind kind, double percentile) {
        return latencies.get(kind.ordinal()).getValueAtPercentile(percentile) / 1e6;
    }
}
