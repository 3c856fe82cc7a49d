package io.anabranch.serve.predict;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How long a caller waits for a scan.
 *
 * @param deadline in the terms of {@link System#nanoTime}
 * @param abandoned whether nobody waits any more
 */
public record ScanLimit(long deadline, BooleanSupplier abandoned) {

    public static ScanLimit of(Duration patience, BooleanSupplier abandoned) {
        return new ScanLimit(System.nanoTime() + patience.toNanos(), abandoned);
    }

    boolean over() {
        return System.nanoTime() - deadline > 0;
    }
}
