package io.anabranch.serve.watch;

import io.anabranch.serve.watch.WatchMessage.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that can be made to read slowly. */
final class RecordingSink implements WatchSink {

    private final BlockingQueue<WatchMessage> messages = new LinkedBlockingQueue<>();
    private volatile int room = Integer.MAX_VALUE;
    private volatile @Nullable RuntimeException failure;

    /** Takes this many messages more. */
    void room(int messages) {
        room = messages;
    }

    @Override
    public boolean ready() {
        return room > 0;
    }

    @Override
    public void send(WatchMessage message) {
        room--;
        messages.add(message);
    }

    @Override
    public void fail(RuntimeException why) {
        failure = why;
    }

    @Nullable
    RuntimeException failure() {
        return failure;
    }

    /** The next message; heartbeats are left out. */
    WatchMessage next() throws InterruptedException {
        WatchMessage message = any();
        while (message.kind() == Kind.HEARTBEAT) {
            message = any();
        }
        return message;
    }

    /** The next message, of whatever kind. */
    WatchMessage any() throws InterruptedException {
        WatchMessage message = messages.poll(10, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("Nothing came.");
        }
        return message;
    }

    /** What has come and was not taken. */
    List<WatchMessage> rest() {
        List<WatchMessage> rest = new ArrayList<>();
        messages.drainTo(rest);
        return rest;
    }
}
