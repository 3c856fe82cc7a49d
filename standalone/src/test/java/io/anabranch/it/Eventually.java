package io.anabranch.it;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what takes its time. */
final class Eventually {

    private Eventually() {}

    static void holds(Duration patience, BooleanSupplier condition, Supplier<String> otherwise)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not within %s: %s".formatted(patience, otherwise.get()));
            }
            Thread.sleep(25);
        }
    }
}
