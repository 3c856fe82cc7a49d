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
 * @param standbys {@code chaos.standbys}: copies of each partition's state
 * @param latenessMs {@code chaos.lateness-seconds}: how late an event may be; absent: any
 * @param models {@code chaos.models}: kinds of model to publish, separated by commas; absent: all
 * @param faults {@code chaos.faults}: kinds of fault to do, separated by commas; absent: all
 * @param stopDelay how long a model server that is told to stop goes on taking calls
 * @param folder everything that the run leaves: data, logs, report
 */
record ChaosOptions(
        long seed,
        Duration trouble,
        int eventsPerSecond,
        int partitions,
        String guarantee,
        Duration sessionTimeout,
        int standbys,
        long latenessMs,
        List<ModelKind> models,
        List<FaultKind> faults,
        Duration stopDelay,
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
                Integer.getInteger("chaos.standbys", 0),
                latenessMs(System.getProperty("chaos.lateness-seconds", "")),
                chosen(ModelKind.class, "chaos.models"),
                chosen(FaultKind.class, "chaos.faults"),
                Duration.ZERO,
                Path.of("target", name).toAbsolutePath());
    }

    ChaosOptions {
        if (latenessMs != LateUpdates.ANY && !guarantee.equals(EXACTLY_ONCE)) {
            throw new IllegalArgumentException(
                    "A bound of lateness (%d ms) cannot be verified under %s.".formatted(latenessMs, guarantee));
        }
    }

    private static long latenessMs(String seconds) {
        return seconds.isEmpty()
                ? LateUpdates.ANY
                : Duration.ofSeconds(Long.parseLong(seconds)).toMillis();
    }

    private static <E extends Enum<E>> List<E> chosen(Class<E> type, String property) {
        String names = System.getProperty(property, "");
        return names.isEmpty()
                ? List.of(type.getEnumConstants())
                : Arrays.stream(names.split(",", -1))
                        .map(name -> Enum.valueOf(type, name))
                        .toList();
    }

    boolean exactlyOnce() {
        return guarantee.equals(EXACTLY_ONCE);
    }
}
