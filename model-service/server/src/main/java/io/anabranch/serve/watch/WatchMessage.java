package io.anabranch.serve.watch;

import io.anabranch.serve.predict.EventPosition;
import java.util.List;

/**
 * What a watcher is told.
 *
 * @param token where to go on after this message
 * @param reflected of heartbeats: all changes by these events and those before them have been told
 * @param reason of a resync
 */
public record WatchMessage(
        Kind kind,
        long version,
        String task,
        List<Outcome> outcomes,
        byte[] token,
        List<EventPosition> reflected,
        String reason) {

    /** What it says. */
    public enum Kind {
        CHANGES,
        STATE,
        STATE_COMPLETE,
        RESYNC,
        VERSION_CHANGED,
        HEARTBEAT
    }
}
