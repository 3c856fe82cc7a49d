package io.anabranch.standalone.chaos;

import io.anabranch.standalone.Ports;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports that stay free while the process that has them is down: from below the range that the operating system
 * gives to outgoing connections. Chosen at random, so that runs side by side do not meet. One thread.
 */
final class StablePorts {

    private static final int FIRST = 20_000;
    private static final int AFTER_LAST = 32_000;

    private final Set<Integer> taken = new HashSet<>();

    int next() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, AFTER_LAST);
            if (Ports.isFree(port) && taken.add(port)) {
                return port;
            }
        }
    }
}
