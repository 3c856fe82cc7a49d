package io.anabranch.benchmark;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** CPU time and allocation of the calling thread. */
final class ThreadMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private ThreadMeter() {}

    static long cpuNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** What a pair of calls of {@link #allocatedBytes} finds when nothing is done between them. */
    static long bytesOfMeter() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 1000; i++) {
            long before = allocatedBytes();
            least = Math.min(least, allocatedBytes() - before);
        }
        return least;
    }

    static long allocatedBytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }
}
