package io.anabranch.serve.watch;

/** Where a watcher's messages go. Never called by two threads at once; must not block. */
public interface WatchSink {

    /** Whether it takes a message now; when it becomes ready, it calls {@link Watch#signal}. */
    boolean ready();

    void send(WatchMessage message);

    /** The watch is over, by a problem or a fault. Nothing comes after it. */
    void fail(RuntimeException why);
}
