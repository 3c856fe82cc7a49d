package io.anabranch.standalone.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What a run is told, by system properties.
 *
 * @param seed {@code chaos.seed}: of load, faults and models. The interleaving of real processes stays theirs
 * @param trouble {@code chaos.minutes}: least time of trouble; every kind of fault happens once, however long that takes
 * @param eventsPerSecond {@code chaos.rate}
 * @param partitions {@code chaos.partitions}: graph partitions
 * @param guarantee {@code chaos.guarantee}: {@code exactly_once_v2} or {@code at_least_once}
 * @param sessionTimeout {@code chaos.session-seconds}: of the stream processors
 * @param faults {@code chaos.faults}: kinds of fault to do, separated by commas; absent: all
 * @param folder everything that the run leaves: data, logs, report
 */
record ChaosOptions(
        long seed,
        Duration trouble,
        int eventsPerSecond,
        int partitions,
        String guarantee,
        Duration sessionTimeout,
        List<FaultKind> faults,
        Path folder) {

    static final String EXACTLY_ONCE = "exactly_once_v2";

    static ChaosOptions fromSystemProperties(String name) {
        return new ChaosOptions(
                Long.getLong("chaos.seed", 20_261_124L),
                Duration.ofMinutes(Long.getLong("chaos.minutes", 2)),
                Integer.getInteger("chaos.rate", 400),
                Integer.getInteger("chaos.partitions", 4),
                System.getProperty("chaos.guarantee", EXACTLY_ONCE),
                Duration.ofSeconds(Long.getLong("chaos.session-seconds", 10)),
                faults(System.getProperty("chaos.faults", "")),
                Path.of("target", name).toAbsolutePath());
    }

    private static List<FaultKind> faults(String names) {
        return names.isEmpty()
                ? List.of(FaultKind.values())
                : Arrays.stream(names.split(",", -1)).map(FaultKind::valueOf).toList();
    }

    boolean exactlyOnce() {
        return guarantee.equals(EXACTLY_ONCE);
    }
}
